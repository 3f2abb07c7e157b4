"""What to register at Globus, for a JupyterLab at given addresses."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from ..errors import BadRequest
from ..globus.scopes import BASE_SCOPES, data_access_scope
from .choices import AppKind

REGISTER_AT = "https://app.globus.org/settings/developers"
CALLBACK = "sregistry-globus/oauth/callback"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_URL = "http://localhost:8888/"

_CODE_PAGE = "v2/web/auth-code"


class Registration(msgspec.Struct, frozen=True):
    """What to enter at Globus, and the setting that belongs to it.

    :param register_as: Globus's own name for the kind of app.
    :param redirect_uris: exactly as they must be registered.
    :param scopes: what the app asks every user for.
    :param notes: what else the administrator should know.
    :param redirect_uri: the value of that setting. Empty if it stays unset.
    """

    kind: AppKind
    register_as: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    notes: tuple[str, ...]
    redirect_uri: str = ""


def plan_registration(
    kind: AppKind,
    server_urls: Sequence[str],
    auth_url: str,
    *,
    is_hub: bool = False,
    by_code: bool = False,
) -> Registration:
    """Return what to register for an app.

    :param server_urls: addresses at which users open JupyterLab, with the base_url. For a hub, the
        hub's own address.
    :param auth_url: the address of Globus Auth, which has a page that shows codes to paste.
    :param by_code: users always paste a code, so Globus returns to no address.
    :raises BadRequest: an address is malformed, or Globus cannot return to it.
    """
    if kind == "service":
        return Registration(
            kind,
            "Service account or application credential",
            (),
            BASE_SCOPES,
            (
                "Users do not log in. The app acts as itself, as CLIENT_ID@clients.auth.globus.org."
                " Let that identity read and write on the endpoints that it should use.",
            ),
        )
    callbacks = [] if by_code else [_callback(url, is_hub=is_hub) for url in server_urls]
    remote = [url for url in callbacks if urlsplit(url).hostname not in LOOPBACK]
    local = [url for url in callbacks if urlsplit(url).hostname in LOOPBACK]
    if len(remote) > 1:
        raise BadRequest(
            "Globus can return to only one address that is not on this machine. Give that address. "
            "At the others, users paste a code."
        )
    uris = [*remote]
    if kind == "native":
        # Globus lets a native app return to any port of this name without naming the port.
        uris += ["http://localhost/"] if local else []
    else:
        uris += dict.fromkeys(_as_localhost(url) for url in local)
    uris.append(f"{auth_url.rstrip('/')}/{_CODE_PAGE}")
    return Registration(
        kind,
        "Thick client or native app"
        if kind == "native"
        else "Portal, science gateway, or other application you host",
        tuple(uris),
        BASE_SCOPES,
        tuple(_notes(kind, local, remote, is_hub=is_hub)),
        redirect_uri=remote[0] if remote else "",
    )


def _notes(
    kind: AppKind, local: Sequence[str], remote: Sequence[str], *, is_hub: bool
) -> list[str]:
    notes = [
        "Some endpoints require another scope. Users are asked "
        "to grant it when they choose such an endpoint: " + data_access_scope("ENDPOINT_ID")
    ]
    if kind == "confidential" and local:
        notes.append(
            "A confidential app returns only to the registered port. If JupyterLab may open on "
            "another port, register that too, or use a native app."
        )
    if kind == "native" and local:
        notes.append(
            "Any port of localhost works. Users who open 127.0.0.1 are redirected to localhost."
        )
    if is_hub and remote:
        notes.append(
            "The hub redirects each user to their default server. On their other servers, users "
            "paste a code."
        )
    if kind == "confidential":
        notes.append(
            "On a hub, every user who can read the secret can act as the app. If several accounts "
            "read the same configuration, use a native app, which has no secret."
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
            f"{server_url!r} is not the address of a server. Write https://host:port/base_url/."
        )
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadRequest(
            f"{server_url!r} is not encrypted. Globus returns only to https addresses, except on "
            "this machine."
        )
    origin = f"{parts.scheme}://{_bracketed(host)}" + (f":{port}" if port else "")
    path = parts.path
    for tail in ("/lab", "/tree", "/hub", "/hub/home"):
        # Users copy the address from their browser.
        if path.rstrip("/").endswith(tail):
            path = path.rstrip("/")[: -len(tail)]
    if is_hub:
        path = posixpath.join(path, "hub/user-redirect/")
    return origin + posixpath.join("/", path.strip("/"), CALLBACK)


def _as_localhost(callback: str) -> str:
    """Return a loopback address in the form that the server asks Globus to return to."""
    parts = urlsplit(callback)
    port = parts.port or 80
    return f"http://localhost:{port}{parts.path}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
