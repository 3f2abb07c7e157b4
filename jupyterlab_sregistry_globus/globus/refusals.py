"""Our errors in place of Globus's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from .. import errors
from ..models.actions import LoginAction, RetryAction
from ..net import environment, trust
from .messages import CONNECTION_ENDED, CONSENT_NEEDED

if TYPE_CHECKING:
    from globus_sdk import GlobusAPIError

_OFFLINE = "The endpoint is offline. Start Globus Connect Personal on its computer."
_PAUSED = "The endpoint is paused. Unpause Globus Connect Personal on its computer."
_NO_FOLDER = "The endpoint has no such folder. Check the path."
_FAILED = "The endpoint could not complete the request."

MAX_RETRY_AFTER_S = 3600.0

# By the start of Globus's code. The first match counts, so longer codes come first.
_BY_CODE: tuple[tuple[str, type[errors.SRegistryGlobusError], str], ...] = (
    (
        "ExternalError.MkdirFailed.Exists",
        errors.FolderExists,
        "A file or folder with this name already exists. Choose another name.",
    ),
    (
        "ExternalError.RenameFailed.Exists",
        errors.FolderExists,
        "A file or folder with this name already exists. Choose another name.",
    ),
    ("ExternalError.DirListingFailed.GCDisconnected", errors.EndpointOffline, _OFFLINE),
    ("GCDisconnectedException", errors.EndpointOffline, _OFFLINE),
    ("ExternalError.DirListingFailed.GCPaused", errors.EndpointOffline, _PAUSED),
    ("GCPaused", errors.EndpointOffline, _PAUSED),
    (
        "ExternalError.DirListingFailed.PermissionDenied",
        errors.PermissionRefused,
        "Permission denied reading this folder.",
    ),
    (
        "ExternalError.MkdirFailed.PermissionDenied",
        errors.PermissionRefused,
        "Permission denied writing to this folder. Ask the endpoint's owner for write access.",
    ),
    ("ExternalError.MkdirFailed.GCDisconnected", errors.EndpointOffline, _OFFLINE),
    ("ExternalError.MkdirFailed.GCPaused", errors.EndpointOffline, _PAUSED),
    ("ExternalError.DirListingFailed.NotFound", errors.FolderNotFound, _NO_FOLDER),
    (
        "ExternalError.DirListingFailed.NotDirectory",
        errors.FolderNotFound,
        "This path is a file. Choose a folder.",
    ),
    (
        "EndpointNotFound",
        errors.EndpointNotFound,
        "This endpoint does not exist. Choose another.",
    ),
    ("EndpointDeleted", errors.EndpointNotFound, "This endpoint was deleted. Choose another."),
    ("BookmarkNotFound", errors.BookmarkNotFound, "This bookmark does not exist."),
    (
        "EndpointPermissionDenied",
        errors.PermissionRefused,
        "Permission denied by the endpoint. Choose another folder, or ask the endpoint's owner.",
    ),
    (
        "PermissionDenied",
        errors.PermissionRefused,
        "Permission denied by Globus. Ask the endpoint's owner for access.",
    ),
    ("AuthenticationFailed", errors.NotConnected, CONNECTION_ENDED),
    ("ExternalError", errors.EndpointFailed, _FAILED),
    ("EndpointError", errors.EndpointFailed, _FAILED),
)

_MISSING: dict[type[errors.SRegistryGlobusError], str] = {
    errors.FolderNotFound: _NO_FOLDER,
    errors.TransferNotFound: "Globus has no record of this task. It may have been deleted.",
}

# An endpoint's own message is one of several lines, most of them for administrators.
_ENDPOINT_LINE = re.compile(r"^Message: (.+)$", re.MULTILINE)


@contextlib.contextmanager
def translated(
    *, not_found: type[errors.SRegistryGlobusError] | None = None, is_submission: bool = False
) -> Iterator[None]:
    """Raise our errors in place of globus-sdk's.

    :param not_found: the error for a 404 without a code of its own.
    :param is_submission: whether a task is submitted, so that a 409 means another task.
    """
    import globus_sdk

    try:
        yield
    except globus_sdk.GlobusAPIError as error:
        raise translate(error, not_found=not_found, is_submission=is_submission) from error
    except globus_sdk.GlobusTimeoutError as error:
        raise errors.GlobusUnavailable(
            "Globus did not respond in time. Try again in a minute."
        ) from error
    except globus_sdk.NetworkError as error:
        reason = environment.faults() or trust.advice(error) or "Check the network, then try again."
        raise errors.GlobusUnavailable(f"Globus cannot be reached. {reason}") from error
    except globus_sdk.GlobusSDKUsageError as error:
        raise errors.GlobusRefused(f"The request to Globus is invalid: {error}") from error
    except trust.BundleUnusable as error:
        raise errors.SettingWrong(str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        if faults := environment.faults():
            raise errors.GlobusUnavailable(f"Globus cannot be reached. {faults}") from error
        # A malformed body: globus-sdk passes on what the JSON reader or a missing key raises.
        raise errors.GlobusUnavailable(
            "Globus sent an unreadable response. Try again in a minute."
        ) from error


def translate(
    error: GlobusAPIError,
    *,
    not_found: type[errors.SRegistryGlobusError] | None = None,
    is_submission: bool = False,
) -> errors.SRegistryGlobusError:
    """Return our error for one of Globus's.

    :param not_found: as for :func:`translated`.
    :param is_submission: as for :func:`translated`.
    """
    # A demanded login first: it arrives as 403 or 502, and only a login helps.
    login = _demanded_login(error)
    if login is not None:
        return login
    code = error.code or ""
    details = (error.message or "").strip()
    endpoint_line = _ENDPOINT_LINE.search(details)
    if endpoint_line is not None:
        details = endpoint_line[1].strip()
    if error.http_status == 429:
        return errors.GlobusBusy(
            "Globus received too many requests. Try again in a minute.",
            action=RetryAction(after_s=_retry_after(error)),
        )
    for start, kind, message in _BY_CODE:
        if code.startswith(start):
            return kind(
                _with_details(message, details) if kind is errors.EndpointFailed else message
            )
    if is_submission and error.http_status == 409:
        return errors.TransferConflict(
            "Another transfer of the same files is in progress. Wait for it, or cancel it."
        )
    if error.http_status == 401:
        return errors.NotConnected(CONNECTION_ENDED)
    if error.http_status == 404 and not_found is not None:
        return not_found(
            _MISSING.get(not_found)
            or _with_details("Globus could not find the requested item.", details)
        )
    if error.http_status >= 500:
        return errors.GlobusUnavailable(
            "Globus is temporarily unavailable. Try again in a minute.",
            action=RetryAction(after_s=_retry_after(error)),
        )
    return errors.GlobusRefused(_with_details("Globus refused this request.", details or code))


def _demanded_login(error: GlobusAPIError) -> errors.SRegistryGlobusError | None:
    from globus_sdk.gare import to_gare

    # The SDK reads the members of a body that is not an object, too.
    gare = to_gare(error) if isinstance(error.raw_json, dict) else None
    if gare is None:
        return None
    demanded = gare.authorization_parameters
    action = LoginAction(
        required_scopes=tuple(demanded.required_scopes or ()),
        session_message=demanded.session_message,
        session_required_identities=tuple(demanded.session_required_identities or ()),
        session_required_single_domain=tuple(demanded.session_required_single_domain or ()),
        session_required_policies=tuple(demanded.session_required_policies or ()),
        session_required_mfa=bool(demanded.session_required_mfa),
        prompt=demanded.prompt,
    )
    if gare.code == "ConsentRequired" or action.required_scopes:
        return errors.ConsentRequired(CONSENT_NEEDED, action=action)
    if action.prompt is None:
        # The present session was just refused, so a new login must be forced.
        action = msgspec.structs.replace(action, prompt="login")
    reason = action.session_message or "The endpoint requires a fresh login."
    return errors.LoginRequired(f"{_ended(reason)} Log in again to continue.", action=action)


def _ended(text: str) -> str:
    """Return a text of Globus, which often has no full stop, as a sentence."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _with_details(message: str, details: str) -> str:
    return f"{message} Globus says: {details}" if details else message


def _retry_after(error: GlobusAPIError) -> float:
    value = error.headers.get("Retry-After", "")
    is_plain = value.isdecimal() and len(value) < 10
    return min(float(value), MAX_RETRY_AFTER_S) if is_plain else 10.0
