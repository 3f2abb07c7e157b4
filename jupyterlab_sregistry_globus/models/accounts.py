"""Who is connected to Globus, and how this server is set up."""

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
    """Whether somebody is connected.

    :param state: ``connected``, ``disconnected``, or why a connection is impossible:
        ``not_configured`` (no client id) and ``disabled`` (switched off by the administrator).
    :param identity: who is connected; None otherwise.
    :param reason: why nobody is connected, in words; empty where there is nothing to say.
    :param is_sandbox: Globus is played on this machine; nothing leaves it.
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
    :param login: what to ask for, as an error's action carried it; None for a plain login.
    :param method: force ``redirect`` or ``code``; None lets the server choose.
    """

    page_url: str
    login: LoginAction | None = None
    method: Literal["redirect", "code"] | None = None


class LoginStarted(msgspec.Struct, frozen=True):
    """A login that waits for the person.

    :param login_id: names the login in later requests.
    :param authorize_url: open this in a new tab.
    :param method: ``redirect``: Globus sends the browser back to this server;
        ``code``: Globus shows a code that the person pastes.
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
    """How far a login has come; ``message`` says why it failed, empty otherwise."""

    login_id: str
    state: Literal["waiting", "succeeded", "failed"]
    message: str = ""


class Disconnected(msgspec.Struct, frozen=True):
    """A disconnect that took effect here.

    :param logout_url: page that also ends the browser's session at Globus.
    :param is_revoked: whether Globus confirmed that the tokens are void; they are forgotten here
        in any case.
    """

    logout_url: str
    is_revoked: bool


class Status(msgspec.Struct, frozen=True):
    """What a face needs to know once, at its start.

    :param version: of this package on the server.
    :param account: see :class:`Account`.
    :param setup_help: what to set, and who does it, while Globus is not configured.
    :param event_schema_id: the schema id under which changes are sent over Jupyter's event stream.
    :param image_extensions: file-name endings of images, with the dot.
    """

    version: str
    account: Account
    setup_help: str
    event_schema_id: str
    image_extensions: tuple[str, ...]
