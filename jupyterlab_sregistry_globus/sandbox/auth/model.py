"""The state of Globus Auth. Tokens, codes and secrets are stored only as digests."""

from __future__ import annotations

import msgspec


class Identity(msgspec.Struct):
    """A user's account at one institution.

    :param account: id of the primary identity that this one is linked to; its own id if it is
        primary.
    """

    id: str
    username: str
    name: str
    email: str
    organization: str
    identity_provider: str
    identity_provider_name: str
    account: str
    status: str = "used"


class Client(msgspec.Struct):
    """An app.

    :param secret_digest: None for a native app, which has no secret.
    :param template: id of the app that this one was registered from, or None.
    :param resource_server: the name under which it serves scopes; None if it serves none.
    """

    id: str
    name: str
    secret_digest: str | None = None
    redirect_uris: list[str] = []
    template: str | None = None
    resource_server: str | None = None
    created: float = 0.0

    @property
    def is_native(self) -> bool:
        return self.secret_digest is None


class ScopeRecord(msgspec.Struct):
    """A scope that a resource server has registered.

    :param client: id of the app that serves it.
    :param dependents: scopes that a consent to this one always includes.
    """

    scope: str
    id: str
    client: str
    resource_server: str
    label: str
    dependents: list[str] = []


class Policy(msgspec.Struct):
    """An authentication policy.

    :param timeout_mins: how old an authentication may be; None for any age.
    :param domains: allowed domains of the identity; None for all.
    """

    id: str
    display_name: str
    timeout_mins: int | None = None
    domains: list[str] | None = None
    required_mfa: bool = False


class Session(msgspec.Struct):
    """A user's login: which identities were authenticated when (seconds since the epoch).

    :param has_mfa: whether a second factor was requested, which the sandbox takes as given.
    """

    id: str
    account: str
    authentications: dict[str, float] = {}
    has_mfa: bool = False


class Consent(msgspec.Struct):
    """A node in the tree of the user's consents to an app.

    :param app: the app at the root of the tree.
    :param client: who may use this node: the app, or the resource server one level up.
    :param path: scopes from the root to this one.
    :param path_ids: ids of the consents on that path, this one last.
    """

    id: int
    identity: str
    app: str
    client: str
    scope: str
    path: list[str]
    path_ids: list[int]
    optional: bool
    allows_refresh: bool
    created: float
    updated: float
    last_used: float


class Code(msgspec.Struct):
    """An authorization code that was not exchanged yet."""

    client: str
    identity: str
    session: str
    scopes: str
    redirect_uri: str
    challenge: str | None
    offline: bool
    state: str | None
    expires: float


class Token(msgspec.Struct):
    """An access or refresh token.

    :param kind: "access" or "refresh".
    :param client: the app that holds it.
    :param app: the app at the root of its consents.
    :param path: scopes between that root and this token; empty unless it is a dependent token.
    :param refresh: digest of the refresh token that it came with or from, or None.
    """

    digest: str
    kind: str
    client: str
    app: str
    path: list[str]
    identity: str
    session: str
    scopes: list[str]
    resource_server: str
    issued: float
    expires: float
    refresh: str | None = None


class Transaction(msgspec.Struct):
    """A login page that was shown and not answered yet."""

    id: str
    client: str
    scopes: str
    redirect_uri: str
    state: str | None
    challenge: str | None
    offline: bool
    choices: list[str]
    required: list[str]
    message: str | None
    browser: str | None
    expires: float
    wants_mfa: bool = False
