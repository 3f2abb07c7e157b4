"""Connect and disconnect the account."""

from __future__ import annotations

import asyncio
import html
import secrets
from collections.abc import Awaitable
from string import Template
from typing import Literal, cast
from urllib.parse import urlencode

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from ..errors import SRegistryGlobusError
from ..models.accounts import (
    Account,
    Disconnected,
    LoginCode,
    LoginOutcome,
    LoginRequest,
    LoginStarted,
)
from ..services import Services
from .base import AUTH_RESOURCE, BaseHandler, ServerContext, operation
from .statuses import http_status

_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem;
color:#222;background:#fff}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}}</style></head>
<body><h1>$title</h1><p>$text</p><script nonce="$nonce">$script</script></body></html>"""
)


# What Globus adds to the address that it sends a browser back to.
_CALLBACK_PARAMETERS = ("state", "code", "error", "error_description")


class DisconnectQuery(msgspec.Struct, frozen=True):
    """What becomes of uploads that have not ended; required only if there are some."""

    uploads: Literal["finish", "cancel", "keep"] | None = None


class AccountHandler(BaseHandler):
    @operation("Show the connected account", answer=Account)
    def get(self, services: Services) -> Account:
        return services.account.current()

    @operation(
        "Disconnect: revoke and delete the tokens", query=DisconnectQuery, answer=Disconnected
    )
    def delete(self, services: Services, query: DisconnectQuery) -> Disconnected:
        return services.disconnecting.disconnect(query.uploads)


class LoginsHandler(BaseHandler):
    @operation("Start a login", body=LoginRequest, answer=LoginStarted)
    def post(self, services: Services, body: LoginRequest) -> LoginStarted:
        return services.account.logins.begin(body, callback_path=self.callback_path)

    @property
    def callback_path(self) -> str:
        return _callback_path(self.base_url)


class LoginHandler(BaseHandler):
    @operation("Show the state of a login", answer=LoginOutcome)
    def get(self, services: Services, login_id: str) -> LoginOutcome:
        return services.account.logins.outcome(login_id)


class LoginCodeHandler(BaseHandler):
    @operation("Finish a login with the code that Globus showed", body=LoginCode, answer=Account)
    def post(self, services: Services, body: LoginCode) -> Account:
        services.account.logins.finish_with_code(body.login_id, body.code)
        return services.account.current()


class CallbackHandler(JupyterHandler):
    """The page that Globus sends the browser back to. The outcome also arrives by event and REST.

    The address says "localhost", while JupyterLab may be open under 127.0.0.1, whose cookie this
    request then lacks. Such a request is redirected to the name under which the login started,
    which the server recorded itself and only the login's secret state gives access to. Nothing is
    done before the request comes back with Jupyter's cookie.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, context: ServerContext) -> None:
        self.context = context

    @allow_unauthenticated
    async def get(self) -> None:
        if self.current_user:
            # The decorators' types know plain functions only.
            await cast("Awaitable[None]", self.finish_login())
            return
        state = self.get_query_argument("state", "")
        target = self.context.services.account.logins.bounce_target(state, self.request.host)
        if target is None:
            raise web.HTTPError(403)
        query = {
            name: self.get_query_argument(name)
            for name in _CALLBACK_PARAMETERS
            if name in self.request.query_arguments
        }
        self.redirect(f"{target}{_callback_path(self.base_url)}?{urlencode(query)}")

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def finish_login(self) -> None:
        """Exchange the code, and show the result."""
        refusal = self.get_query_argument("error_description", None) or self.get_query_argument(
            "error", None
        )
        try:
            await asyncio.get_running_loop().run_in_executor(
                self.context.pools.globus,
                self.context.services.account.logins.finish_by_redirect,
                self.get_query_argument("state", ""),
                self.get_query_argument("code", None),
                refusal,
            )
        except SRegistryGlobusError as error:
            self.set_status(http_status(error))
            self.page("Not connected", error.message, closes=False)
            return
        self.page("Connected to Globus", "You can close this tab and go back to JupyterLab.")

    def page(self, title: str, text: str, *, closes: bool = True) -> None:
        """Answer with a page of two lines.

        :param closes: whether it closes itself.
        """
        nonce = secrets.token_urlsafe(12)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
            f"script-src 'nonce-{nonce}'",
        )
        self.finish(
            _PAGE.substitute(
                title=html.escape(title),
                text=html.escape(text),
                nonce=nonce,
                script="window.close()" if closes else "",
            )
        )


def _callback_path(base_url: str) -> str:
    return f"{base_url}sregistry-globus/oauth/callback"


ROUTES = [
    ("account", AccountHandler),
    ("logins", LoginsHandler),
    ("logins/code", LoginCodeHandler),
    ("logins/([^/]+)", LoginHandler),
    ("oauth/callback", CallbackHandler),
]
