"""Parses the challenge of an OCI registry's server, and decides where a password may be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...net.addresses import place_of

MAX_CHARACTERS = 8192

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of RFC 9110
_SCHEME = re.compile(_TOKEN)
_PARAMETER = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')
_SEPARATOR = re.compile(r"[ \t,]*")
_ESCAPED = re.compile(r"\\(.)")

# Login hosts that are neither their registry's host, nor below or above it.
_LOGIN_HOSTS = {
    "docker.io": "auth.docker.io",
    "index.docker.io": "auth.docker.io",
    "registry-1.docker.io": "auth.docker.io",
}


@dataclass(frozen=True)
class Challenge:
    """A way to log in that a server offers.

    :param scheme: in lower case, such as ``bearer``.
    :param parameters: by name in lower case.
    """

    scheme: str
    parameters: Mapping[str, str]


def parse_challenges(text: str) -> list[Challenge]:
    """Read a ``WWW-Authenticate`` header, which may hold several challenges.

    Everything after the first error is dropped, and so is a challenge with a repeated parameter.
    """
    challenges = []
    at = 0
    while at < len(text) <= MAX_CHARACTERS:
        at = _skip(text, at)
        scheme = _SCHEME.match(text, at)
        if scheme is None or _PARAMETER.match(text, at):
            break
        at = scheme.end()
        parameters: dict[str, str] = {}
        is_contradicting = False
        while parameter := _PARAMETER.match(text, _skip(text, at)):
            at = parameter.end()
            name, quoted, plain = parameter.groups()
            is_contradicting |= name.lower() in parameters
            parameters[name.lower()] = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
        if not is_contradicting:
            challenges.append(Challenge(scheme[0].lower(), parameters))
    return challenges


def choose(challenges: list[Challenge]) -> Challenge | None:
    """Return the challenge to answer: a token rather than the password itself."""
    for scheme in ("bearer", "basic"):
        for challenge in challenges:
            has_realm = scheme != "bearer" or challenge.parameters.get("realm")
            if challenge.scheme == scheme and has_realm:
                return challenge
    return None


def is_safe_realm(url: str, realm: str) -> bool:
    """Check whether a token may be requested at an address.

    It must use TLS, unless it and the registry are both on this computer.

    :param url: the registry's.
    """
    try:
        parts, realm_parts = urlsplit(url), urlsplit(realm)
        _ = realm_parts.port
    except ValueError:
        return False
    if not realm_parts.hostname:
        return False
    if realm_parts.scheme == "https":
        return True
    hosts = (parts.hostname or "", realm_parts.hostname)
    is_plain = (parts.scheme, realm_parts.scheme) == ("http", "http")
    return is_plain and all(place_of(host) == "loopback" for host in hosts)


def may_log_in_at(registry: str, login: str) -> bool:
    """Check whether a registry's password may be sent to the host that it names for logins.

    Docker sends a password wherever the registry says. We send it to the registry's own host, to
    hosts below or above it, such as gitlab.com for registry.gitlab.com, and to the login hosts that
    we know. Hosts beside it may belong to anyone, as under ac.uk, so an entry must list them.
    """
    registry, login = registry.lower().rstrip("."), login.lower().rstrip(".")
    if registry == login or _LOGIN_HOSTS.get(registry) == login:
        return True
    upper, lower = sorted((registry, login), key=len)
    is_name = "." in upper and not upper.rpartition(".")[2].isdecimal()
    return is_name and place_of(upper) is None and lower.endswith(f".{upper}")


def _skip(text: str, at: int) -> int:
    match = _SEPARATOR.match(text, at)
    return match.end() if match else at
