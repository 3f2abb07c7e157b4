"""Translates what Globus refuses into our errors."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from .. import errors
from ..models.actions import LoginAction, RetryAction
from .messages import CONNECTION_ENDED, CONSENT_NEEDED

if TYPE_CHECKING:
    from globus_sdk import GlobusAPIError

# By the start of Globus's code; the first that fits wins, so the longer stand first.
_BY_CODE: tuple[tuple[str, type[errors.SRegistryGlobusError], str], ...] = (
    (
        "ExternalError.MkdirFailed.Exists",
        errors.FolderExists,
        "There is already something of that name.",
    ),
    (
        "ExternalError.DirListingFailed.GCDisconnected",
        errors.EndpointOffline,
        "The endpoint is offline. Start Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "GCDisconnectedException",
        errors.EndpointOffline,
        "The endpoint is offline. Start Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "ExternalError.DirListingFailed.GCPaused",
        errors.EndpointOffline,
        "The endpoint is paused. Un-pause Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "GCPaused",
        errors.EndpointOffline,
        "The endpoint is paused. Un-pause Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "ExternalError.DirListingFailed.PermissionDenied",
        errors.PermissionRefused,
        "The endpoint does not let you read this folder.",
    ),
    (
        "ExternalError.MkdirFailed.PermissionDenied",
        errors.PermissionRefused,
        "The endpoint does not let you write here. Choose another folder.",
    ),
    (
        "ExternalError.MkdirFailed.GCDisconnected",
        errors.EndpointOffline,
        "The endpoint is offline. Start Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "ExternalError.MkdirFailed.GCPaused",
        errors.EndpointOffline,
        "The endpoint is paused. Un-pause Globus Connect Personal on its computer, or choose another.",
    ),
    (
        "ExternalError.DirListingFailed.NotFound",
        errors.FolderNotFound,
        "There is no such folder on the endpoint.",
    ),
    (
        "ExternalError.DirListingFailed.NotDirectory",
        errors.FolderNotFound,
        "This path leads to a file. Choose a folder.",
    ),
    ("EndpointNotFound", errors.EndpointNotFound, "There is no such endpoint."),
    ("EndpointDeleted", errors.EndpointNotFound, "This endpoint has been deleted."),
    ("BookmarkNotFound", errors.BookmarkNotFound, "There is no such bookmark."),
    (
        "EndpointPermissionDenied",
        errors.PermissionRefused,
        "The endpoint does not let you do that here. Choose another folder.",
    ),
    (
        "PermissionDenied",
        errors.PermissionRefused,
        "You do not have the permission for that.",
    ),
    (
        "Conflict",
        errors.TransferConflict,
        "A transfer of the very same files is still under way. Wait for it, or cancel it first.",
    ),
    ("AuthenticationFailed", errors.NotConnected, CONNECTION_ENDED),
    ("ExternalError", errors.EndpointFailed, "The endpoint did not do what was asked."),
    ("EndpointError", errors.EndpointFailed, "The endpoint did not do what was asked."),
)

_MISSING: dict[type[errors.SRegistryGlobusError], str] = {
    errors.FolderNotFound: "There is no such folder on the endpoint.",
    errors.TransferNotFound: "Globus knows no such task (any more).",
}

# What an endpoint said stands among lines for its administrators.
_ENDPOINT_WORDS = re.compile(r"^Message: (.+)$", re.MULTILINE)


@contextlib.contextmanager
def translated(*, not_found: type[errors.SRegistryGlobusError] | None = None) -> Iterator[None]:
    """Raise our errors in place of globus-sdk's.

    :param not_found: what a plain 404 means in this place.
    """
    import globus_sdk

    try:
        yield
    except globus_sdk.GlobusAPIError as error:
        raise translate(error, not_found=not_found) from error
    except globus_sdk.GlobusTimeoutError as error:
        raise errors.GlobusUnavailable(
            "Globus did not answer in time. Try again in a moment."
        ) from error
    except globus_sdk.NetworkError as error:
        raise errors.GlobusUnavailable(
            "Globus cannot be reached. Check the network and try again."
        ) from error
    except globus_sdk.GlobusSDKUsageError as error:
        raise errors.GlobusRefused(f"Globus could not be asked: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # A broken body: globus-sdk hands on whatever the JSON reader or a missing key raises.
        raise errors.GlobusUnavailable(
            "Globus sent an answer that cannot be read. Try again in a moment."
        ) from error


def translate(
    error: GlobusAPIError, *, not_found: type[errors.SRegistryGlobusError] | None = None
) -> errors.SRegistryGlobusError:
    """Our error for one of Globus's."""
    # A demanded login before anything else: it comes as 403 and as 502, and only a login cures it.
    login = _demanded_login(error)
    if login is not None:
        return login
    code = error.code or ""
    words = (error.message or "").strip()
    said = _ENDPOINT_WORDS.search(words)
    if said is not None:
        words = said[1].strip()
    if error.http_status == 429:
        return errors.GlobusBusy(
            "Globus asks to slow down. Try again in a moment.",
            action=RetryAction(after_s=_retry_after(error)),
        )
    for start, kind, message in _BY_CODE:
        if code.startswith(start):
            return kind(_with_words(message, words) if kind is errors.EndpointFailed else message)
    if error.http_status == 401:
        return errors.NotConnected(CONNECTION_ENDED)
    if error.http_status == 404 and not_found is not None:
        return not_found(
            _MISSING.get(not_found) or _with_words("Globus knows no such thing.", words)
        )
    if error.http_status >= 500:
        return errors.GlobusUnavailable(
            f"Globus is out of order just now (status {error.http_status}). Try again in a moment.",
            action=RetryAction(after_s=_retry_after(error)),
        )
    return errors.GlobusRefused(_with_words("Globus refused.", words or code))


def _demanded_login(error: GlobusAPIError) -> errors.SRegistryGlobusError | None:
    from globus_sdk.gare import to_gare

    gare = to_gare(error)
    if gare is None:
        return None
    wanted = gare.authorization_parameters
    action = LoginAction(
        required_scopes=tuple(wanted.required_scopes or ()),
        session_message=wanted.session_message,
        session_required_identities=tuple(wanted.session_required_identities or ()),
        session_required_single_domain=tuple(wanted.session_required_single_domain or ()),
        session_required_policies=tuple(wanted.session_required_policies or ()),
        session_required_mfa=bool(wanted.session_required_mfa),
        prompt=wanted.prompt,
    )
    if gare.code == "ConsentRequired" or action.required_scopes:
        return errors.ConsentRequired(CONSENT_NEEDED, action=action)
    if action.prompt is None:
        # An old session satisfies nothing that was just refused: a new login must be forced.
        action = msgspec.structs.replace(action, prompt="login")
    reason = action.session_message or "The endpoint wants a fresh login."
    return errors.LoginRequired(f"{reason} Log in again to go on.", action=action)


def _with_words(message: str, words: str) -> str:
    return f"{message} Globus says: {words}" if words else message


def _retry_after(error: GlobusAPIError) -> float:
    value = error.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 10.0
