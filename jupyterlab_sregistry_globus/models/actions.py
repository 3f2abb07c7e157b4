"""What a face should offer next to an error."""

from __future__ import annotations

import msgspec


class LoginAction(msgspec.Struct, frozen=True, tag="login", tag_field="kind"):
    """Log in to Globus with exactly these parameters, then repeat the request.

    :param required_scopes: scopes to request in addition to the basic ones.
    :param session_message: what Globus says the login is for.
    :param session_required_identities: identities (id or user name) that must log in.
    :param session_required_single_domain: one of these domains must log in.
    :param session_required_policies: ids of authentication policies to satisfy.
    :param session_required_mfa: whether a second factor is required.
    :param prompt: ``login`` if an existing session is not enough.
    """

    required_scopes: tuple[str, ...] = ()
    session_message: str | None = None
    session_required_identities: tuple[str, ...] = ()
    session_required_single_domain: tuple[str, ...] = ()
    session_required_policies: tuple[str, ...] = ()
    session_required_mfa: bool = False
    prompt: str | None = None


class ConfigureAction(msgspec.Struct, frozen=True, tag="configure", tag_field="kind"):
    """A setting is missing or wrong; ``setting`` is its name, ``help`` says who sets it and how."""

    setting: str
    help: str


class ChooseEndpointAction(msgspec.Struct, frozen=True, tag="choose_endpoint", tag_field="kind"):
    """Another endpoint is needed."""


class ChooseFolderAction(msgspec.Struct, frozen=True, tag="choose_folder", tag_field="kind"):
    """Another folder on the same endpoint is needed."""


class RetryAction(msgspec.Struct, frozen=True, tag="retry", tag_field="kind"):
    """The same request may work after ``after_s`` seconds."""

    after_s: float = 0.0


Action = LoginAction | ConfigureAction | ChooseEndpointAction | ChooseFolderAction | RetryAction


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every refused REST request.

    :param message: for display; what happened, and what to do if that is known.
    :param code: one word for programs, such as ``consent_required``.
    :param retryable: whether the same request may work later.
    :param action: what a face should offer; None if nothing would help.
    :param request_id: identifies the request in the server's log.
    """

    message: str
    code: str
    retryable: bool
    request_id: str
    action: Action | None = None
