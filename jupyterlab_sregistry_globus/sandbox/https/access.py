"""Who may use a file over HTTPS."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes, urlencode

from ..auth import scopes, tokens
from ..auth.tokens import Caller
from ..errors import Refused
from ..transfer import access, account
from ..transfer.model import Endpoint
from ..transfer.paths import Outside, Place, normalise, place
from ..world import World, new_secret

_MACROS = ("~", "{server_default}")


class LoginPage(Exception):
    """A request without a token, which is redirected to a login."""

    def __init__(self, location: str) -> None:
        super().__init__("the browser goes to the login page")
        self.location = location


class Unreachable(Exception):
    """The collection's server does not answer."""


def decode(encoded: str) -> str:
    """Return the path that a percent-encoded one means. A plus sign is no blank.

    :raises Refused: it is not UTF-8.
    """
    try:
        return unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        raise Refused(400, "BadRequest", "The path is not UTF-8") from None


def open_place(
    world: World,
    collection_id: str,
    path: str,
    want: str,
    *,
    authorization: str | None,
    is_script: bool,
    base_url: str,
) -> tuple[Place, Caller | None]:
    """Return the place of a file that may be used, and the caller (None without a token).

    :param path: on the collection, decoded; it begins with a slash.
    :param want: "r" or "w".
    :param is_script: whether the request says that no person sees the answer.
    :param base_url: the sandbox's address, with a slash at the end.
    :raises LoginPage: there is no token.
    :raises Unreachable: the collection does not answer.
    :raises Refused: the caller may not, or no file can have this path.
    """
    endpoint = world.endpoints.get(collection_id)
    if endpoint is None or endpoint.deleted or not endpoint.https:
        raise Refused(404, "NotFound", "No such collection")
    if endpoint.unreachable:
        raise Unreachable
    if path.split("/", 2)[1] in _MACROS:
        # Whether Globus resolves them over HTTPS is not known. A client that does not depend on it
        # works either way.
        raise Refused(404, "NotFound", f"No such file: {path}")
    caller = None
    if authorization is not None:
        caller = _caller(world, endpoint, authorization)
        _session(world, endpoint, caller)
        allowed = access.permission(world, endpoint, caller.identities, normalise(endpoint, path))
    else:
        allowed = access.public_permission(world, endpoint, normalise(endpoint, path))
        if want not in allowed:
            raise _no_token(endpoint, is_script=is_script, base_url=base_url)
    try:
        target = place(world, endpoint, path)
    except Outside:
        raise _denied(endpoint, path) from None
    is_writable = target.is_writable or want == "r"
    if want not in allowed or not is_writable or not account.may_use(target, want):
        raise _denied(endpoint, path)
    return target, caller


def _caller(world: World, endpoint: Endpoint, authorization: str) -> Caller:
    caller = tokens.bearer(world, authorization, endpoint.id)
    if caller is None:
        raise Refused(401, "AuthenticationFailed", "The token is not valid for this collection")
    # Whether a missing scope is a 401 or a 403 is not known.
    missing = [scope for scope in _required(endpoint) if scope not in caller.scopes]
    if missing:
        raise Refused(
            403,
            "ConsentRequired",
            f"Missing required consent: {' '.join(missing)}",
            extra={
                "required_scopes": _required(endpoint),
                "authorization_parameters": {
                    "session_message": "Missing required consent",
                    "required_scopes": _required(endpoint),
                },
            },
        )
    return caller


def _required(endpoint: Endpoint) -> list[str]:
    required = [scopes.https(endpoint.id)]
    if endpoint.wants_data_access:
        required.append(scopes.data_access(endpoint.id))
    return required


def _session(world: World, endpoint: Endpoint, caller: Caller) -> None:
    """Apply the rules about logins, whose refusals Transfer sends as 502; here they are a 403."""
    try:
        access.check_session(world, endpoint, caller, "Https")
    except Refused as refused:
        raise Refused(403, "AuthenticationTimeout", refused.message, extra=refused.extra) from None


def _no_token(endpoint: Endpoint, *, is_script: bool, base_url: str) -> Exception:
    if is_script:
        return Refused(401, "AuthenticationFailed", "A token is required")
    query = {
        "client_id": endpoint.id,
        "redirect_uri": f"{base_url}https/{endpoint.id}/oauth2callback",
        "response_type": "code",
        "scope": " ".join(_required(endpoint)),
        "state": new_secret(),
    }
    return LoginPage(f"{base_url}v2/oauth2/authorize?{urlencode(query)}")


def _denied(endpoint: Endpoint, path: str) -> Refused:
    return Refused(403, "PermissionDenied", f"Denied by {endpoint.display_name}: {path}")
