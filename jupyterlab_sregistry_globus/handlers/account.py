"""Connecting an account and disconnecting it."""

from __future__ import annotations

import html
from string import Template

from tornado import web

from ..errors import LoginFailed, SRegistryGlobusError
from ..models.accounts import (
    Account,
    Disconnected,
    LoginCode,
    LoginOutcome,
    LoginRequest,
    LoginStarted,
)
from ..services import Services
from .base import BaseHandler, operation

_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem;color:#222;background:#fff}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}}</style></head>
<body><h1>$title</h1><p>$text</p><script>$script</script></body></html>"""
)


class AccountHandler(BaseHandler):
    @operation("Who is connected", answer=Account)
    def get(self, services: Services) -> Account:
        return services.account()

    @operation("Disconnect: revoke and forget the tokens", answer=Disconnected)
    def delete(self, services: Services) -> Disconnected:
        return services.logins.disconnect()


class LoginsHandler(BaseHandler):
    @operation("Begin a login", body=LoginRequest, answer=LoginStarted)
    def post(self, services: Services, body: LoginRequest) -> LoginStarted:
        return services.logins.begin(body, callback_path=self.callback_path)

    @property
    def callback_path(self) -> str:
        return f"{self.base_url}sregistry-globus/oauth/callback"


class LoginHandler(BaseHandler):
    @operation("How far a login has come", answer=LoginOutcome)
    def get(self, services: Services, login_id: str) -> LoginOutcome:
        return services.logins.outcome(login_id)


class LoginCodeHandler(BaseHandler):
    @operation("Finish a login with the code that Globus showed", body=LoginCode, answer=Account)
    def post(self, services: Services, body: LoginCode) -> Account:
        services.logins.finish_with_code(body.login_id, body.code)
        return services.account()


class CallbackHandler(BaseHandler):
    """Where Globus sends the browser back to. A page, not JSON; the outcome goes by event and REST.

    Reached under the name "localhost" while JupyterLab may be open under 127.0.0.1, whose cookie
    this request then lacks. Such a request is sent on to the name the login began under, which
    the server noted itself and only the login's secret state unlocks; nothing is done before it
    comes back with Jupyter's cookie.
    """

    async def prepare(self) -> None:
        await super().prepare()

    @web.authenticated
    async def get(self) -> None:
        state = self.get_query_argument("state", "")
        try:
            await self.in_pool(
                self.services.logins.finish_by_redirect,
                state,
                self.get_query_argument("code", None),
                self.get_query_argument("error_description", None)
                or self.get_query_argument("error", None),
            )
        except SRegistryGlobusError as error:
            self.set_status(400 if isinstance(error, LoginFailed) else 500)
            self.page("Not connected", error.message, closes=False)
            return
        self.page("Connected to Globus", "You can close this tab and go back to JupyterLab.")

    def page(self, title: str, text: str, *, closes: bool = True) -> None:
        script = "window.close()" if closes else ""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _PAGE.substitute(title=html.escape(title), text=html.escape(text), script=script)
        )


ROUTES = [
    ("account", AccountHandler),
    ("logins", LoginsHandler),
    ("logins/code", LoginCodeHandler),
    ("logins/([^/]+)", LoginHandler),
    ("oauth/callback", CallbackHandler),
]
