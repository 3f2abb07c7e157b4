"""What to register at Globus for a JupyterLab under given addresses."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from ..errors import BadRequest
from ..globus.scopes import BASE_SCOPES, data_access_scope

REGISTER_AT = "https://app.globus.org/settings/developers"
CALLBACK = "sregistry-globus/oauth/callback"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_URL = "http://localhost:8888/"

AppKind = Literal["native", "confidential", "service"]

_CODE_PAGE = "v2/web/auth-code"


class Registration(msgspec.Struct, frozen=True):
    """What to type at Globus, and the settings that go with it.

    :param register_as: Globus's own name of the kind of app.
    :param redirect_uris: exactly as they must be registered.
    :param scopes: what the app asks every person for.
    :param notes: what else the administrator should know.
    :param redirect_uri: for the setting of that name; empty where it stays unset.
    """

    kind: AppKind
    register_as: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    notes: tuple[str, ...]
    redirect_uri: str = ""


def registration(
    kind: AppKind,
    server_urls: Sequence[str],
    auth_url: str,
    *,
    is_hub: bool = False,
    by_code: bool = False,
) -> Registration:
    """What to register for an app of a kind.

    :param server_urls: addresses under which people open JupyterLab, with the base_url; of a hub,
        the hub's own address.
    :param auth_url: Globus Auth's address, whose page shows codes to paste.
    :param by_code: people always paste a code, so that no address is returned to.
    :raises BadRequest: an address is none.
    """
    if kind == "service":
        return Registration(
            kind,
            "Service account or application credential",
            (),
            BASE_SCOPES,
            (
                "Nobody logs in: the app acts as itself, as CLIENT_ID@clients.auth.globus.org. Let "
                "that identity read and write on the endpoints it is to use.",
            ),
        )
    callbacks = [] if by_code else [_callback(url, is_hub=is_hub) for url in server_urls]
    code_page = f"{auth_url.rstrip('/')}/{_CODE_PAGE}"
    away = [one for one in callbacks if urlsplit(one).hostname not in LOOPBACK]
    here = [one for one in callbacks if urlsplit(one).hostname in LOOPBACK]
    if len(away) > 1:
        raise BadRequest(
            "Only one address that is not this machine's own can be returned to. Give that one as "
            "the server's address; under the others, people paste a code."
        )
    uris = [*away]
    if kind == "native":
        # Globus lets a native app return to any port of this one name without naming the port.
        uris += ["http://localhost/"] if here else []
    else:
        uris += dict.fromkeys(_as_localhost(one) for one in here)
    uris.append(code_page)
    return Registration(
        kind,
        "Thick client or native app"
        if kind == "native"
        else "Portal, science gateway, or other application you host",
        tuple(uris),
        BASE_SCOPES,
        tuple(_notes(kind, here, away, is_hub=is_hub)),
        redirect_uri=away[0] if away else "",
    )


def _notes(kind: AppKind, here: Sequence[str], away: Sequence[str], *, is_hub: bool) -> list[str]:
    notes = [
        "Where an endpoint wants it, people are asked for one scope more when they choose it: "
        + data_access_scope("ENDPOINT_ID")
    ]
    if kind == "confidential" and here:
        notes.append(
            "A confidential app returns to exactly the port that is registered. If JupyterLab may "
            "open on another port, register that too, or use a native app."
        )
    if kind == "native" and here:
        notes.append(
            "Any port of localhost will do. People who open 127.0.0.1 are led through localhost."
        )
    if is_hub and away:
        notes.append(
            "The hub sends each person on to their own server. Servers that are not a person's "
            "default one are not reached that way: people on them paste a code."
        )
    if kind == "confidential":
        notes.append(
            "On a hub, whoever can read the secret can act as the app. If the servers of many "
            "accounts read one configuration, use a native app, which has no secret."
        )
    return notes


def _callback(server_url: str, *, is_hub: bool) -> str:
    try:
        parts = urlsplit(server_url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise BadRequest(
            f"{server_url!r} is no server's address. Write it as https://host:port/base_url/."
        )
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadRequest(
            f"{server_url!r} is not encrypted: Globus returns to https addresses only, except on "
            "this very machine."
        )
    origin = f"{parts.scheme}://{_bracketed(host)}" + (f":{port}" if port else "")
    path = parts.path
    for tail in ("/lab", "/tree", "/hub", "/hub/home"):
        # What people copy out of their browser.
        if path.rstrip("/").endswith(tail):
            path = path.rstrip("/")[: -len(tail)]
    if is_hub:
        path = posixpath.join(path, "hub/user-redirect/")
    return origin + posixpath.join("/", path.strip("/"), CALLBACK)


def _as_localhost(callback: str) -> str:
    """The loopback address as the server itself asks to be returned to."""
    parts = urlsplit(callback)
    port = parts.port or 80
    return f"http://localhost:{port}{parts.path}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
