"""The addresses that setup shows are those that the server asks Globus to return to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest
from jupyterlab_sregistry_globus.models.accounts import LoginRequest
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.setup.choices import AppKind
from jupyterlab_sregistry_globus.setup.registration import plan_registration

from ..support.machine import Machine

AUTH = "https://auth.globus.org/"
CODE_PAGE = f"{AUTH}v2/web/auth-code"
CALLBACK = "sregistry-globus/oauth/callback"


@pytest.mark.parametrize(
    ("kind", "url", "is_hub", "expected"),
    [
        ("native", "http://localhost:8888/", False, "http://localhost/"),
        ("native", "http://127.0.0.1:9999/base/", False, "http://localhost/"),
        ("confidential", "http://localhost:8888/", False, f"http://localhost:8888/{CALLBACK}"),
        ("confidential", "http://127.0.0.1:8888/", False, f"http://localhost:8888/{CALLBACK}"),
        ("confidential", "http://[::1]:8888/b", False, f"http://localhost:8888/b/{CALLBACK}"),
        ("native", "https://lab.example", False, f"https://lab.example/{CALLBACK}"),
        (
            "native",
            "https://lab.example:8443/a/b/",
            False,
            f"https://lab.example:8443/a/b/{CALLBACK}",
        ),
        ("native", "https://lab.example/base/lab", False, f"https://lab.example/base/{CALLBACK}"),
        (
            "native",
            "https://hub.example/",
            True,
            f"https://hub.example/hub/user-redirect/{CALLBACK}",
        ),
        (
            "native",
            "https://hub.example/p/hub/home",
            True,
            f"https://hub.example/p/hub/user-redirect/{CALLBACK}",
        ),
    ],
)
def test_the_redirect_uris_to_register(
    kind: AppKind, url: str, is_hub: bool, expected: str
) -> None:
    registration = plan_registration(kind, [url], AUTH, is_hub=is_hub)
    assert registration.redirect_uris == (expected, CODE_PAGE)
    is_remote = "example" in url
    assert registration.redirect_uri == (expected if is_remote else "")


def test_only_the_code_page_is_registered_if_users_paste_codes() -> None:
    registration = plan_registration("native", ["https://lab.example/"], AUTH, by_code=True)
    assert (registration.redirect_uris, registration.redirect_uri) == ((CODE_PAGE,), "")


def test_a_service_app_registers_no_redirect_uri() -> None:
    assert plan_registration("service", ["https://lab.example/"], AUTH).redirect_uris == ()


@pytest.mark.parametrize(
    "url",
    ["lab.example", "ftp://lab.example/", "http://lab.example/", "https://", "https://x:y/", ""],
)
def test_a_malformed_address_is_refused(url: str) -> None:
    with pytest.raises(BadRequest):
        plan_registration("native", [url], AUTH)


def test_only_one_remote_address_is_allowed() -> None:
    with pytest.raises(BadRequest, match="only one"):
        plan_registration("native", ["https://a.example/", "https://b.example/"], AUTH)
    both = plan_registration("confidential", ["https://a.example/", "http://localhost:8888/"], AUTH)
    assert both.redirect_uri == f"https://a.example/{CALLBACK}"
    assert f"http://localhost:8888/{CALLBACK}" in both.redirect_uris


@pytest.mark.parametrize(
    ("page", "base"),
    [
        ("https://lab.example/base/", "/base/"),
        ("http://localhost:8888/", "/"),
        ("http://127.0.0.1:8888/x/", "/x/"),
    ],
)
def test_a_confidential_app_logs_in_with_the_addresses_from_setup(
    machine: Machine, page: str, base: str
) -> None:
    secret = machine.home / "secret"
    secret.write_text(names.CONFIDENTIAL_SECRET)
    ended = machine.setup(
        *("--app", "confidential", "--client-id", names.CONFIDENTIAL_APP),
        *("--client-secret-file", str(secret), "--server-url", page),
        *("--skip", "connect", "--skip", "checks"),
    )
    assert ended.code == 0
    # Registered exactly as setup printed them.
    for uri in ended.json["redirect_uris"]:
        machine.sandbox.add_redirect_uri(uri)
    with machine.services() as services:
        request = LoginRequest(f"{page}lab", None)
        started = services.account.logins.begin(request, callback_path=f"{base}{CALLBACK}")
        assert started.method == "redirect"
        returned = _query(machine.sandbox.log_in(started.authorize_url))
        services.account.logins.finish_by_redirect(returned["state"], returned["code"], None)
        assert services.account.current().state == "connected"


def test_the_scopes_to_register_match_the_scopes_of_a_login(machine: Machine) -> None:
    ended = machine.run("setup", "--dry-run", "--json")
    machine.configure(client_id=machine.sandbox.client_id)
    with machine.services() as services:
        scopes = _query(services.account.logins.begin_pasting().authorize_url)["scope"]
    assert set(scopes.split()) == set(ended.json["scopes"])


def _query(url: str) -> dict[str, Any]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
