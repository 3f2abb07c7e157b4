"""A challenge is read once, however odd it is, and says where a password may go."""

from __future__ import annotations

import time

import pytest

from jupyterlab_sregistry_globus.registry.oci.challenge import (
    Challenge,
    choose,
    is_safe_realm,
    may_log_in_at,
    parse_challenges,
)

REALM = {"realm": "https://a.org/token"}


@pytest.mark.parametrize(
    ("header", "challenges"),
    [
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="hub"', [("basic", {"realm": "hub"})]),
        ('BEARER REALM="https://a.org/token"', [("bearer", REALM)]),
        (
            'Bearer realm="https://a.org/token",service="hub",scope="repository:lab/x:pull,push"',
            [("bearer", {**REALM, "service": "hub", "scope": "repository:lab/x:pull,push"})],
        ),
        ('Bearer  realm = "https://a.org/token" , ,', [("bearer", REALM)]),
        ("Bearer realm=https://a.org/token", [("bearer", REALM)]),
        (r'Basic realm="a \"b\" \\c"', [("basic", {"realm": r'a "b" \c'})]),
        # The library took the first realm it saw, whatever it belonged to.
        (
            'Basic realm="http://evil.org", Bearer realm="https://a.org/token"',
            [("basic", {"realm": "http://evil.org"}), ("bearer", REALM)],
        ),
        (
            'Bearer x="realm=\\"http://evil.org\\"",realm="https://a.org/token"',
            [("bearer", {"x": 'realm="http://evil.org"', **REALM})],
        ),
        # What says something twice says nothing.
        ('Bearer realm="https://a.org/token",realm="http://evil.org"', []),
        ('Bearer realm="https://a.org/token', [("bearer", {"realm": ""})]),
        ('realm="https://a.org/token"', []),
        ("Negotiate YII=, Basic", [("negotiate", {"yii": ""}), ("basic", {})]),
        ("\x00\x01", []),
        ("=,=,=", []),
        ('"', []),
        ("Basic " + "x" * 10_000, []),
    ],
)
def test_odd_challenges_are_read_or_dropped(header: str, challenges: list) -> None:
    read = [(item.scheme, dict(item.parameters)) for item in parse_challenges(header)]
    assert read == challenges


@pytest.mark.parametrize(
    "header", ['"\\' * 4000, "a=" * 4000, "a " * 4000, ", " * 4000, 'a="' + "\\" * 8000]
)
def test_no_challenge_takes_long(header: str) -> None:
    started = time.monotonic()
    parse_challenges(header[:8192])
    assert time.monotonic() - started < 1


def test_a_token_is_better_than_the_password_itself() -> None:
    basic, bearer = Challenge("basic", {}), Challenge("bearer", REALM)
    assert choose([basic, bearer]) is bearer
    assert choose([Challenge("bearer", {}), basic]) is basic
    assert choose([Challenge("digest", {})]) is None


@pytest.mark.parametrize(
    ("url", "realm", "is_safe"),
    [
        ("https://a.org", "https://a.org/token", True),
        ("https://a.org", "http://a.org/token", False),
        ("http://a.org", "http://a.org/token", False),
        ("http://a.org", "https://a.org/token", True),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5001/token", True),
        ("http://localhost:5000", "http://127.0.0.1:5001/token", True),
        ("http://127.0.0.1:5000", "http://a.org/token", False),
        ("https://127.0.0.1:5000", "http://127.0.0.1:5001/token", False),
        ("http://127.0.0.1", "ftp://127.0.0.1/token", False),
        ("https://a.org", "https:///token", False),
        ("https://a.org", "https://a.org:x/token", False),
        ("https://a.org", "/token", False),
        ("https://a.org", "https://[", False),
        ("https://a.org", "", False),
    ],
)
def test_a_token_is_fetched_with_tls_or_on_this_computer(
    url: str, realm: str, is_safe: bool
) -> None:
    assert is_safe_realm(url, realm) is is_safe


@pytest.mark.parametrize(
    ("registry", "login", "is_allowed"),
    [
        ("ghcr.io", "ghcr.io", True),
        ("GHCR.io.", "ghcr.io", True),
        ("quay.io", "quay.io", True),
        ("registry-1.docker.io", "auth.docker.io", True),
        ("auth.docker.io", "registry-1.docker.io", False),
        ("registry.gitlab.com", "gitlab.com", True),
        ("lab.example.org", "login.lab.example.org", True),
        # Nobody knows of every suffix whether one organization owns what is below it.
        ("registry.lab.example.org", "login.example.org", False),
        ("registry.uni-a.ac.uk", "login.uni-a.ac.uk", False),
        ("uni-a.ac.uk", "uni-b.ac.uk", False),
        ("city-a.tokyo.jp", "city-b.tokyo.jp", False),
        ("one.azurecr.io", "two.azurecr.io", False),
        ("one.unknown-cloud.example", "two.unknown-cloud.example", False),
        ("a.org", "b.org", False),
        ("org", "a.org", False),
        ("a.org", "org", False),
        ("a.org", "a.org.evil.net", False),
        ("evil-a.org", "a.org", False),
        ("10.0.0.1", "11.0.0.1", False),
        ("10.0.0.1", "0.1", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "128.0.0.1", False),
        ("", "a.org", False),
    ],
)
def test_a_password_stays_with_the_registry(registry: str, login: str, is_allowed: bool) -> None:
    assert may_log_in_at(registry, login) is is_allowed
