"""The account connected to Globus, and how this server is set up."""

from __future__ import annotations

from typing import Literal

import msgspec

from .actions import LoginAction


class Identity(msgspec.Struct, frozen=True):
    """A person at Globus.

    :param id: the identity's UUID.
    :param username: such as ``ada@uni.example``.
    :param name: the display name; may be empty.
    :param organization: the identity provider's name, such as a university; may be empty.
    """

    id: str
    username: str
    name: str = ""
    email: str = ""
    organization: str = ""


class Account(msgspec.Struct, frozen=True):
    """Whether a Globus account is connected.

    :param state: ``connected``, ``disconnected``, or why a connection is impossible:
        ``not_configured`` (no client id) and ``disabled`` (switched off by the administrator).
    :param identity: the connected identity; None otherwise.
    :param reason: why no account is connected, in words; may be empty.
    :param is_sandbox: whether Globus is simulated on this machine; no request leaves it.
    :param linked: the identity's other identities at Globus.
    :param source: a login made here, one that the hub handed over, or the app's own identity; only
        the first can be disconnected.
    """

    state: Literal["connected", "disconnected", "not_configured", "disabled"]
    identity: Identity | None = None
    reason: str = ""
    is_sandbox: bool = False
    linked: tuple[Identity, ...] = ()
    source: Literal["login", "hub", "service"] = "login"


class LoginRequest(msgspec.Struct, frozen=True):
    """Begin a login.

    :param page_url: address of the JupyterLab page, from which the server builds the redirect.
    :param login: what the login must include, from an error's action; None for a plain login.
    :param method: force ``redirect`` or ``code``; None lets the server choose.
    """

    page_url: str
    login: LoginAction | None = None
    method: Literal["redirect", "code"] | None = None


class LoginStarted(msgspec.Struct, frozen=True):
    """A login that waits for the user.

    :param login_id: identifies the login in later requests.
    :param authorize_url: open this in a new tab.
    :param method: ``redirect``: Globus sends the browser back to this server;
        ``code``: Globus shows a code that the user pastes.
    :param expires_in_s: seconds until the login is forgotten.
    """

    login_id: str
    authorize_url: str
    method: Literal["redirect", "code"]
    expires_in_s: float


class LoginCode(msgspec.Struct, frozen=True):
    """The code that Globus showed for a login."""

    login_id: str
    code: str


class LoginOutcome(msgspec.Struct, frozen=True):
    """The state of a login; ``message`` says why it failed, and is empty otherwise."""

    login_id: str
    state: Literal["waiting", "succeeded", "failed"]
    message: str = ""


class Disconnected(msgspec.Struct, frozen=True):
    """The result of a disconnect.

    :param logout_url: page that also ends the browser's session at Globus.
    :param is_revoked: whether Globus confirmed that it revoked the tokens; this home forgets
        them in any case.
    :param is_pending: whether the account is disconnected later, once its uploads have ended.
    """

    logout_url: str
    is_revoked: bool
    is_pending: bool = False


class Status(msgspec.Struct, frozen=True):
    """What a face needs to know when it starts.

    :param version: of this package on the server.
    :param account: see :class:`Account`.
    :param setup_help: what to configure, and who does it, while Globus is not configured.
    :param event_schema_id: the schema id under which changes are sent over Jupyter's event stream.
    :param image_extensions: file extensions of images, with the dot.
    :param files_refusal: why files of this Jupyter server cannot be sent; empty if they can.
    """

    version: str
    account: Account
    setup_help: str
    event_schema_id: str
    image_extensions: tuple[str, ...]
    files_refusal: str
