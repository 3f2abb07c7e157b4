"""The scopes that the app requests from Globus Auth, and the services that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import BadRequest

if TYPE_CHECKING:
    from globus_sdk.scopes import Scope

# The resource servers, by the names that Globus Auth gives them.
AUTH_SERVER = "auth.globus.org"
TRANSFER_SERVER = "transfer.api.globus.org"

# Written out, because the settings of a setup name them and globus_sdk loads slowly.
TRANSFER_SCOPE = f"urn:globus:auth:scope:{TRANSFER_SERVER}:all"
# The user's other identities, to show whom they could connect as.
LINKED_IDENTITIES_SCOPE = f"urn:globus:auth:scope:{AUTH_SERVER}:view_identity_set"
BASE_SCOPES = ("openid", "profile", "email", LINKED_IDENTITIES_SCOPE, TRANSFER_SCOPE)


def data_access_scope(endpoint_id: str) -> str:
    """Return the scope to log in with so that Transfer may use a mapped collection."""
    return f"{TRANSFER_SCOPE}[*https://auth.globus.org/scopes/{endpoint_id}/data_access]"


def https_scopes(endpoint_id: str, *, is_mapped: bool) -> tuple[str, ...]:
    """Return the scopes to log in with to use a collection's own HTTPS server.

    :param is_mapped: whether it is a mapped collection without high assurance: a data_access
        consent given to Transfer does not cover this token.
    """
    scope = f"https://auth.globus.org/scopes/{endpoint_id}"
    return (f"{scope}/https", f"{scope}/data_access") if is_mapped else (f"{scope}/https",)


def login_scopes(required: Iterable[str] = ()) -> list[Scope]:
    """Return the scopes of a login: those that the app always needs, and the required ones.

    :raises BadRequest: a required scope is malformed.
    """
    from globus_sdk.scopes import Scope, ScopeParseError, ScopeParser

    try:
        further = [scope for text in required for scope in ScopeParser.parse(text)]
        return ScopeParser.merge_scopes([Scope(name) for name in BASE_SCOPES], further)
    except ScopeParseError:
        raise BadRequest("required_scopes contains a malformed scope.") from None
