"""Step 2: connect an identity, which will own what setup creates at Globus."""

from __future__ import annotations

import webbrowser

from ...errors import NotConnected
from ...globus.probes import Probes
from ..report import StepReport
from ..run import Run


def connect(run: Run, step: StepReport) -> None:
    """Check the app, and log the administrator in unless an identity is connected.

    :raises NotConnected: no identity is connected, and setup may not ask.
    """
    services, talk = run.services, run.talk
    if run.is_dry and not services.settings.client_id:
        run.skip(step, "There is no client id yet.")
        return
    services.parts.clients.check_usable()
    if services.settings.client_secret and not run.is_dry:
        Probes(services.parts.clients).secret()
        run.note(step, "Globus accepts the client id and secret.")
    identity = services.account.current().identity
    if identity is not None:
        run.note(step, f"Connected as {identity.username or identity.id}.")
        return
    if run.is_dry:
        talk.say("  Not connected yet. Without --dry-run, you can log in here.")
        return
    if not talk.is_interactive:
        raise NotConnected(
            "Not connected to Globus. Run: jupyter sregistry-globus login. Then run setup again."
        )
    login = services.account.logins.begin_pasting()
    talk.say(f"Log in at this address, and copy the code:\n\n{login.authorize_url}\n")
    webbrowser.open(login.authorize_url)
    talk.ask("Code", lambda code: services.account.logins.finish_with_code(login.login_id, code))
    identity = services.account.current().identity
    if identity is not None:
        run.record_change(step, f"Connected as {identity.username}.")
