"""Login flows, from the address that the user opens to the code that Globus sends back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..config import SRegistryGlobus
from ..errors import (
    BadRequest,
    EndpointFailed,
    LoginFailed,
    Refused,
    ReloginNeeded,
    SettingWrong,
    SRegistryGlobusError,
)
from ..models.accounts import LoginOutcome, LoginRequest, LoginStarted
from ..models.actions import LoginAction
from .clients import Clients
from .messages import APP_REFUSED
from .origins import Origin, read_origin
from .pending import EXPIRED, LOGIN_LIFETIME_S, Method, PendingLogin, PendingLogins
from .refusals import translated
from .scopes import login_scopes

if TYPE_CHECKING:
    from globus_sdk import OAuthTokenResponse

NO_PAGE = "page_url must be the http(s) address of the JupyterLab page."


class Logins:
    """Connects an account through Globus Auth.

    :param connect: stores the tokens of a login that succeeded.
    :param on_change: called after a login has ended, from any thread.
    """

    def __init__(
        self,
        settings: SRegistryGlobus,
        clients: Clients,
        connect: Callable[[OAuthTokenResponse], None],
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._connect = connect
        self._on_change = on_change
        self._pending = PendingLogins()

    def begin(self, request: LoginRequest, *, callback_path: str) -> LoginStarted:
        """Start a login, and return the address that the user must open.

        :param callback_path: path on the page's host that Globus sends the browser back to.
        :raises SettingMissing: no client id is set.
        :raises GlobusDisabled: an administrator switched Globus off.
        """
        self._clients.check_usable()
        try:
            page = read_origin(request.page_url)
        except ValueError:
            raise BadRequest(NO_PAGE) from None
        method = self._method(request, page)
        if method == "code":
            return self._start(request, method, self._code_page, page)
        # Native apps may return to any port of "localhost", and to no other name of this machine.
        own = f"http://localhost:{page.port or 80}{callback_path}"
        return self._start(request, method, self._settings.redirect_uri or own, page)

    def begin_pasting(self, login: LoginAction | None = None) -> LoginStarted:
        """Start a login outside a browser: Globus will show a code to paste.

        :raises SettingMissing: no client id is set.
        """
        self._clients.check_usable()
        return self._start(LoginRequest("", login), "code", self._code_page, None)

    def outcome(self, login_id: str) -> LoginOutcome:
        """Return the state of a login.

        :raises LoginFailed: it is unknown, or has expired.
        """
        pending = self._pending.get(login_id)
        return LoginOutcome(login_id, pending.outcome, pending.message)

    def bounce_target(self, state: str, request_host: str) -> str | None:
        """Return where to redirect a browser that came back under another name of this host.

        :param request_host: host and port that the browser addressed.
        :returns: origin of the page that started the login; None if that is this one already, or
            no pending login has this state.
        """
        pending = self._pending.find(state)
        page = pending.page if pending is not None else None
        if page is None or page.netloc == request_host.lower() or not page.is_loopback:
            return None
        return str(page)

    def finish_by_redirect(self, state: str, code: str | None, refusal: str | None) -> None:
        """Finish a login with what the browser brought back from Globus.

        :param code: None if Globus refused; ``refusal`` then says why.
        :raises LoginFailed: the state is unknown or used, or Globus gave no tokens.
        """
        pending = self._pending.take(state)
        if pending is None or pending.method != "redirect":
            raise LoginFailed(EXPIRED)
        if not code:
            raise self._fail(
                pending, f"The Globus login failed: {refusal or 'it sent no code'}. Connect again."
            )
        self._exchange(pending, code)

    def finish_with_code(self, login_id: str, code: str) -> None:
        """Finish a login with the code that the user pasted. A mistyped code can be corrected.

        :raises LoginFailed: the login has expired, or Globus refuses the code.
        """
        pending = self._pending.get(login_id)
        if pending.method != "code" or pending.outcome == "succeeded":
            raise LoginFailed(EXPIRED)
        if not code.strip():
            raise LoginFailed("The code is empty. Copy it from the page that Globus shows.")
        self._exchange(pending, code.strip())

    def close(self) -> None:
        """End every pending login."""
        self._pending.close()

    @property
    def _code_page(self) -> str:
        """Globus's page that shows the code; open to every native app."""
        return f"{self._settings.auth_url.rstrip('/')}/v2/web/auth-code"

    def _method(self, request: LoginRequest, page: Origin) -> Method:
        if self._settings.redirect_uri:
            try:
                can_redirect = page == read_origin(self._settings.redirect_uri)
            except ValueError:
                raise SettingWrong(
                    "SRegistryGlobus.redirect_uri is not a valid web address. Correct it."
                ) from None
        else:
            can_redirect = page.scheme == "http" and page.is_loopback
        if request.method == "code" or not can_redirect:
            return "code"
        return "code" if self._settings.login_method == "code" else "redirect"

    def _start(
        self, request: LoginRequest, method: Method, redirect_uri: str, page: Origin | None
    ) -> LoginStarted:
        login = request.login or LoginAction()
        state = secrets.token_urlsafe(32)
        scopes = login_scopes(login.required_scopes)
        with translated():
            # A client of its own, because the flow with its PKCE verifier lives on the client.
            client = self._clients.new_app()
            client.oauth2_start_flow(
                requested_scopes=scopes, redirect_uri=redirect_uri, state=state, refresh_tokens=True
            )
            authorize_url = client.oauth2_get_authorize_url(query_params=_session(login))
        pending = PendingLogin(state, client, method, page)
        self._pending.add(pending)
        return LoginStarted(pending.login_id, authorize_url, method, LOGIN_LIFETIME_S)

    def _exchange(self, pending: PendingLogin, code: str) -> None:
        try:
            with translated():
                response = pending.client.oauth2_exchange_code_for_tokens(code)
            self._connect(response)
        except SRegistryGlobusError as error:
            message = error.message
            if isinstance(error, (Refused, ReloginNeeded, EndpointFailed)):
                message = "Globus rejected this code. Check it, or connect again for a new code."
            elif error.code == "not_connected":
                message = APP_REFUSED
            raise self._fail(pending, message) from error
        pending.outcome = "succeeded"
        pending.state = ""
        pending.client.close()
        self._on_change()

    def _fail(self, pending: PendingLogin, message: str) -> LoginFailed:
        pending.message = message
        if pending.method == "redirect":
            pending.outcome = "failed"
            self._on_change()
        return LoginFailed(message)


def _session(login: LoginAction) -> dict[str, str]:
    """Return the session parameters of an authorize address, without the empty ones."""
    lists = {
        "session_required_identities": login.session_required_identities,
        "session_required_single_domain": login.session_required_single_domain,
        "session_required_policies": login.session_required_policies,
    }
    parameters = {name: ",".join(values) for name, values in lists.items() if values}
    if login.session_required_mfa:
        parameters["session_required_mfa"] = "true"
    if login.session_message:
        parameters["session_message"] = login.session_message
    if login.prompt == "login":
        parameters["prompt"] = "login"
    return parameters
