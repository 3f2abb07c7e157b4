"""The second step of setup: an identity is connected, which then owns what is made at Globus."""

from __future__ import annotations

import webbrowser

from ...errors import NotConnected
from ...globus.probes import Probes
from ..report import StepReport
from ..run import Run


def connect(run: Run, step: StepReport) -> None:
    """Check the app, and log the administrator in if no identity is connected.

    :raises NotConnected: no identity is connected, and setup asks nothing.
    """
    services, talk = run.services, run.talk
    if run.is_dry and not services.settings.client_id:
        run.skip(step, "there is no client id yet.")
        return
    services.clients.check_usable()
    if services.settings.client_secret and not run.is_dry:
        Probes(services.settings, services.clients).secret()
        run.note(step, "Globus accepts the client id and secret.")
    identity = services.account().identity
    if identity is not None:
        run.note(step, f"Connected as {identity.username or identity.id}.")
        return
    if run.is_dry:
        talk.say("  Nobody is connected yet. A run that is no dry one lets you log in here.")
        return
    if not talk.is_interactive:
        raise NotConnected(
            "Nobody is connected. Run: jupyter sregistry-globus login, and then this again."
        )
    login = services.logins.begin_pasting()
    talk.say(f"Log in here, and copy the code:\n\n{login.authorize_url}\n")
    webbrowser.open(login.authorize_url)
    talk.ask("Code", lambda code: services.logins.finish_with_code(login.login_id, code))
    identity = services.account().identity
    if identity is not None:
        run.record_change(step, f"Connected as {identity.username}.")
