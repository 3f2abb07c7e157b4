"""Login flows, who is connected, and disconnecting."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit

from ..config import SRegistryGlobus
from ..errors import BadRequest, LoginFailed, SRegistryGlobusError, StoreUnavailable
from ..models.accounts import (
    Account,
    Disconnected,
    Identity,
    LoginOutcome,
    LoginRequest,
    LoginStarted,
)
from ..models.actions import LoginAction
from .clients import AUTH_SERVER, SETUP_HELP, TRANSFER_SERVER, Clients
from .credentials import Credentials
from .refusals import translated
from .tokens import TokenStore

if TYPE_CHECKING:
    from globus_sdk.token_storage import TokenStorageData

    from .clients import App

TRANSFER_SCOPE = "urn:globus:auth:scope:transfer.api.globus.org:all"
# The person's other identities, to show as whom one could connect too.
LINKED_SCOPE = "urn:globus:auth:scope:auth.globus.org:view_identity_set"
BASE_SCOPES = ("openid", "profile", "email", LINKED_SCOPE, TRANSFER_SCOPE)

LOGIN_LIFETIME_S = 600.0
MAX_PENDING = 20
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

NO_PAGE = "page_url must be the http address of the JupyterLab page."
EXPIRED = "This login is unknown or has expired. Connect again."


@dataclass
class _Pending:
    """A login between its first word and its last. The state is spent by the first use."""

    login_id: str
    state: str
    client: App
    method: Literal["redirect", "code"]
    page_url: str
    expires_at: float
    redirect_uri: str
    outcome: Literal["waiting", "succeeded", "failed"] = "waiting"
    message: str = ""


class Logins:
    """Connects an account and disconnects it.

    :param on_change: called after somebody was connected or disconnected, from any thread.
    """

    def __init__(
        self,
        settings: SRegistryGlobus,
        tokens: TokenStore,
        credentials: Credentials,
        clients: Clients,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._credentials = credentials
        self._clients = clients
        self._on_change = on_change
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}

    def account(self) -> Account:
        """Who is connected, as the store knows it; Globus is not asked."""
        is_sandbox = self._settings.is_sandbox
        if not self._settings.enabled:
            return Account(
                "disabled", reason="The administrator of this server has switched Globus off."
            )
        if not self._settings.client_id:
            return Account("not_configured", reason=SETUP_HELP, is_sandbox=is_sandbox)
        stored = self._credentials.read()
        if not stored.identities:
            return Account("disconnected", reason=stored.reason, is_sandbox=is_sandbox)
        return Account(
            "connected",
            identity=stored.identities[0],
            is_sandbox=is_sandbox,
            linked=stored.identities[1:],
            source=self._credentials.source,
        )

    def begin(self, request: LoginRequest, *, callback_path: str) -> LoginStarted:
        """Start a login and say where the person must go.

        :param callback_path: path on the page's host that Globus sends the browser back to.
        :raises SettingMissing: there is no client id.
        :raises GlobusDisabled: an administrator switched Globus off.
        """
        self._clients.check_usable()
        try:
            page = urlsplit(request.page_url)
            port = page.port or 80
        except ValueError:
            raise BadRequest(NO_PAGE) from None
        if page.scheme not in ("http", "https") or not page.hostname:
            raise BadRequest(NO_PAGE)
        method = self._method(request, page.scheme, page.hostname)
        if method == "code":
            return self._start(request, method, self._code_page)
        # Native apps may return to any port of "localhost" and to no other name of this machine.
        redirect_uri = self._settings.redirect_uri or (f"http://localhost:{port}{callback_path}")
        return self._start(request, method, redirect_uri)

    def begin_pasting(self, login: LoginAction | None = None) -> LoginStarted:
        """Start a login outside a browser: Globus will show a code to paste.

        :raises SettingMissing: there is no client id.
        """
        self._clients.check_usable()
        return self._start(LoginRequest("", login), "code", self._code_page)

    def outcome(self, login_id: str) -> LoginOutcome:
        """How far a login has come.

        :raises LoginFailed: there is no such login, or no longer.
        """
        pending = self._by_id(login_id)
        return LoginOutcome(login_id, pending.outcome, pending.message)

    def bounce_target(self, state: str, request_host: str) -> str | None:
        """Where the browser must go on to, if it came back under another name than it began with.

        :param request_host: host and port of the address that was asked for.
        :returns: origin of the page where the login began; None if that is this one already, or the
            state is not of a waiting login.
        """
        pending = self._by_state(state)
        if pending is None:
            return None
        page = urlsplit(pending.page_url)
        if page.netloc == request_host or page.hostname not in _LOOPBACK_NAMES:
            return None
        return f"{page.scheme}://{page.netloc}"

    def finish_by_redirect(self, state: str, code: str | None, refusal: str | None) -> None:
        """Take what the browser brought back from Globus.

        :param code: None if Globus refused; ``refusal`` then says why.
        :raises LoginFailed: the state is unknown or spent, or Globus gave no tokens.
        """
        pending = self._by_state(state, spend=True)
        if pending is None or pending.method != "redirect":
            raise LoginFailed(EXPIRED)
        if not code:
            raise self._fail(pending, f"Globus did not connect you: {refusal or 'no code came'}.")
        self._exchange(pending, code)

    def finish_with_code(self, login_id: str, code: str) -> None:
        """Take the code that the person pasted; a mistyped one can be corrected.

        :raises LoginFailed: the login has expired, or Globus refuses the code.
        """
        pending = self._by_id(login_id)
        if pending.method != "code" or pending.outcome == "succeeded":
            raise LoginFailed(EXPIRED)
        if not code.strip():
            raise LoginFailed("The code is empty. Copy it from the page that Globus shows.")
        self._exchange(pending, code.strip())

    def disconnect(self) -> Disconnected:
        """Forget the tokens here, then have Globus void them.

        :raises StoreUnavailable: they could not be removed.
        """
        if self._credentials.source == "service":
            raise BadRequest(
                "This server acts as itself, not as a person. Its administrator can change that."
            )
        known, failure = self._tokens.read().tokens, None
        try:
            known = self._tokens.forget()
        except StoreUnavailable as error:
            failure = error  # all the more must they be void
        self._on_change()
        is_revoked = self._revoke(known)
        if failure is not None:
            raise failure
        query = urlencode({"client": self._settings.client_id, "redirect_name": "JupyterLab"})
        logout_url = f"{self._settings.auth_url.rstrip('/')}/v2/web/logout?{query}"
        return Disconnected(logout_url, is_revoked)

    def _revoke(self, tokens: dict[str, TokenStorageData]) -> bool:
        """Have Globus void tokens; False if it could not be told of each."""
        is_revoked = True
        for token in (
            t for one in tokens.values() for t in (one.refresh_token, one.access_token) if t
        ):
            try:
                with translated():
                    self._clients.app().oauth2_revoke_token(token)
            except SRegistryGlobusError as error:
                is_revoked = False
                if error.retryable:
                    break  # out of reach: waiting for each of the others helps nobody
        return is_revoked

    def close(self) -> None:
        """Give up every login that waits."""
        with self._lock:
            while self._pending:
                self._pending.popitem()[1].client.close()

    @property
    def _code_page(self) -> str:
        """Globus's page that shows the code; open to every native app."""
        return f"{self._settings.auth_url.rstrip('/')}/v2/web/auth-code"

    def _method(
        self, request: LoginRequest, scheme: str, hostname: str
    ) -> Literal["redirect", "code"]:
        registered = urlsplit(self._settings.redirect_uri)
        if self._settings.redirect_uri:
            can_redirect = (scheme, hostname) == (registered.scheme, registered.hostname)
        else:
            can_redirect = scheme == "http" and hostname in _LOOPBACK_NAMES
        if request.method == "code" or not can_redirect:
            return "code"
        return "code" if self._settings.login_method == "code" else "redirect"

    def _start(
        self, request: LoginRequest, method: Literal["redirect", "code"], redirect_uri: str
    ) -> LoginStarted:
        from globus_sdk.scopes import Scope, ScopeParseError, ScopeParser

        wanted = request.login or LoginAction()
        state = secrets.token_urlsafe(32)
        try:
            asked = [s for text in wanted.required_scopes for s in ScopeParser.parse(text)]
            scopes = ScopeParser.merge_scopes([Scope(name) for name in BASE_SCOPES], asked)
        except ScopeParseError:
            raise BadRequest("required_scopes has a scope that Globus could not read.") from None
        with translated():
            # A client of its own: the flow, with its PKCE verifier, lives on it.
            client = self._clients.new_app()
            client.oauth2_start_flow(
                requested_scopes=scopes, redirect_uri=redirect_uri, state=state, refresh_tokens=True
            )
            authorize_url = client.oauth2_get_authorize_url(query_params=_session(wanted))
        pending = _Pending(
            login_id=secrets.token_urlsafe(12),
            state=state,
            client=client,
            method=method,
            page_url=request.page_url,
            expires_at=time.time() + LOGIN_LIFETIME_S,
            redirect_uri=redirect_uri,
        )
        with self._lock:
            self._drop_expired()
            while len(self._pending) >= MAX_PENDING:
                self._pending.pop(next(iter(self._pending))).client.close()
            self._pending[pending.login_id] = pending
        return LoginStarted(pending.login_id, authorize_url, method, LOGIN_LIFETIME_S)

    def _exchange(self, pending: _Pending, code: str) -> None:
        try:
            with translated():
                response = pending.client.oauth2_exchange_code_for_tokens(code)
            granted = response.by_resource_server
            if AUTH_SERVER not in granted or TRANSFER_SERVER not in granted:
                raise LoginFailed("Globus granted less than is needed to send images.")
            identities = self._who(granted[AUTH_SERVER]["access_token"])
            before = self._tokens.read()
            self._tokens.store_login(response, identities)
            if before.identities and before.identities[0].id != identities[0].id:
                self._revoke(before.tokens)  # another's, which nobody could void any more
        except SRegistryGlobusError as error:
            message = error.message
            if error.code == "globus_refused":
                message = "Globus does not accept this code. It may be mistyped, used or too old."
            elif error.code == "not_connected":
                message = "Globus does not accept this server's client id and secret. Tell whoever set it up."
            raise self._fail(pending, message) from error
        pending.outcome = "succeeded"
        pending.state = ""
        pending.client.close()
        self._on_change()

    def _who(self, access_token: str) -> tuple[Identity, ...]:
        from globus_sdk import AccessTokenAuthorizer, AuthClient

        with translated(), AuthClient(authorizer=AccessTokenAuthorizer(access_token)) as client:
            client.transport.http_timeout = self._settings.upstream_timeout_s
            client.retry_config.max_retries = self._settings.upstream_retries
            info = client.userinfo()
            own = _identity(info.data)
        linked = [_identity(one) for one in info.get("identity_set") or []]
        return (own, *(one for one in linked if one.id != own.id))

    def _fail(self, pending: _Pending, message: str) -> LoginFailed:
        pending.message = message
        if pending.method == "redirect":
            pending.outcome = "failed"
            self._on_change()
        return LoginFailed(message)

    def _by_id(self, login_id: str) -> _Pending:
        with self._lock:
            self._drop_expired()
            pending = self._pending.get(login_id)
        if pending is None:
            raise LoginFailed(EXPIRED)
        return pending

    def _by_state(self, state: str, *, spend: bool = False) -> _Pending | None:
        with self._lock:
            self._drop_expired()
            for pending in self._pending.values():
                if pending.state and secrets.compare_digest(pending.state.encode(), state.encode()):
                    if spend:
                        pending.state = ""
                    return pending
        return None

    def _drop_expired(self) -> None:
        now = time.time()
        for login_id in [i for i, p in self._pending.items() if p.expires_at < now]:
            self._pending.pop(login_id).client.close()


def _session(wanted: LoginAction) -> dict[str, str]:
    """The session parameters of an authorize address; only those that are asked for."""
    lists = {
        "session_required_identities": wanted.session_required_identities,
        "session_required_single_domain": wanted.session_required_single_domain,
        "session_required_policies": wanted.session_required_policies,
    }
    parameters = {name: ",".join(values) for name, values in lists.items() if values}
    if wanted.session_required_mfa:
        parameters["session_required_mfa"] = "true"
    if wanted.session_message:
        parameters["session_message"] = wanted.session_message
    if wanted.prompt == "login":
        parameters["prompt"] = "login"
    return parameters


def _identity(data: dict[str, object]) -> Identity:
    return Identity(
        id=str(data["sub"]),
        username=str(data.get("preferred_username") or data.get("username") or ""),
        name=str(data.get("name") or ""),
        email=str(data.get("email") or ""),
        organization=str(
            data.get("identity_provider_display_name") or data.get("organization") or ""
        ),
    )
