"""Refusals by a collection's HTTPS server, as our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import errors
from ..models.actions import LoginAction, RetryAction
from ..models.endpoints import Endpoint

_FULL = ("quota", "no space", "insufficient storage")
_DETAILS_CHARACTERS = 300
_PASSING = frozenset({408, 425, 429})


def refusal(
    endpoint: Endpoint, status: int, headers: Mapping[str, str], text: str
) -> errors.SRegistryGlobusError:
    """Return our error for an answer other than success.

    :param text: the beginning of its body.
    """
    name = endpoint.display_name
    document = _document(text)
    details = str(document.get("message") or "").strip()[:_DETAILS_CHARACTERS]
    # A proxy answers with a page, the service with JSON.
    is_proxy = "html" in headers.get("content-type", "")
    login = _login(document)
    if login is not None:
        kind = errors.ConsentRequired if login.required_scopes else errors.LoginRequired
        return kind(f"{name} requires another login for HTTPS. Log in to continue.", action=login)
    if status == 401 or 300 <= status < 400:
        return errors.LoginRequired(
            f"{name} does not accept the present login over HTTPS. Log in again to continue.",
            action=LoginAction(prompt="login"),
        )
    if status == 413 and is_proxy:
        return errors.NotSendable(
            f"A proxy in front of {name} refuses files of this size (status 413). Ask its "
            "administrator, or choose another route."
        )
    if status in (413, 507) or any(word in details.lower() for word in _FULL):
        return errors.NotSendable(
            _with(f"{name} has no room for the file. Free some space there, or", details)
        )
    if status == 403:
        return errors.PermissionRefused(
            f"{name} does not permit this over HTTPS. Choose another folder, or ask its owner for "
            "write access."
        )
    if status == 404:
        return errors.FolderNotFound(f"{name} has no such file or folder.")
    if status == 416:
        return errors.EndpointFailed(f"{name} has another file there now. It may have changed.")
    if status in _PASSING or status >= 500:
        after = headers.get("retry-after", "")
        action = RetryAction(after_s=float(after)) if after.isdecimal() and len(after) < 5 else None
        whose = "A proxy in front of " if is_proxy else ""
        return errors.EndpointFailed(
            f"{whose}{name} failed (status {status}). {details}".strip(), action=action
        )
    return errors.GlobusRefused(f"{name} refused the request (status {status}). {details}".strip())


def _with(message: str, details: str) -> str:
    message = message.removesuffix(", or") + ", or choose another endpoint."
    return f"{message} It says: {details}" if details else message


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _login(document: Mapping[str, Any]) -> LoginAction | None:
    """Return the login that a refusal demands; None if it demands none."""
    demanded = document.get("authorization_parameters")
    if not isinstance(demanded, dict):
        return None

    def texts(name: str) -> tuple[str, ...]:
        value = demanded.get(name)
        if isinstance(value, str):
            return tuple(value.split(","))
        return tuple(map(str, value)) if isinstance(value, list) else ()

    scopes, message = texts("required_scopes"), demanded.get("session_message")
    return LoginAction(
        required_scopes=scopes,
        session_message=message if isinstance(message, str) else None,
        session_required_identities=texts("session_required_identities"),
        session_required_single_domain=texts("session_required_single_domain"),
        session_required_policies=texts("session_required_policies"),
        session_required_mfa=bool(demanded.get("session_required_mfa")),
        prompt=None if scopes else "login",
    )
