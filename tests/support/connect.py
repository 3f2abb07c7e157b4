"""Connect without a browser."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services


def connect(
    services: Services,
    sandbox: Sandbox,
    login: LoginAction | None = None,
    *,
    identity: str | None = None,
) -> None:
    """Log somebody in with a pasted code.

    :param login: what to ask for beside the usual.
    :param identity: who logs in; None for the one that the page has chosen already.
    """
    started = services.account.logins.begin_pasting(login)
    address = sandbox.log_in(started.authorize_url, identity=identity)
    services.account.logins.finish_with_code(started.login_id, code_in(address))


def code_in(address: str) -> str:
    """The code in the address that Globus sends a browser to."""
    return parse_qs(urlsplit(address).query)["code"][0]
