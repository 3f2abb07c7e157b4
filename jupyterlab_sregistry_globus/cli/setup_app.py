"""The first two steps of setup: the app, and somebody connected through it."""

from __future__ import annotations

import stat
import webbrowser
from typing import Any
from urllib.parse import urlsplit

from ..config import SRegistryGlobus
from ..errors import BadRequest, NotConnected
from ..globus.probes import Probes
from ..setup.answers import checked_uuid
from ..setup.app import LOOPBACK, REGISTER_AT, registration
from ..setup.config_file import config_folder, shown
from ..setup.steps import Change, Plan
from .setup_report import Step
from .setup_run import Run


def set_app(run: Run, step: Step) -> None:
    """Say what to register, take the client id, and write it down."""
    answers, talk = run.answers, run.talk
    if talk.asks:
        _ask_where(run)
    settings = run.settings()
    has_app, has_url = answers.app is not None, bool(answers.server_urls)
    answers.fill_app(settings)
    if talk.asks:
        _ask_server(run, has_app=has_app, has_url=has_url)
    assert answers.app is not None  # noqa: S101 - fill_app has set it
    found = registration(
        answers.app,
        answers.server_urls,
        settings.auth_url,
        is_hub=answers.is_hub,
        by_code=(answers.login_method or settings.login_method) == "code",
    )
    run.registration = found
    talk.say(f"Register an app at {REGISTER_AT}, as: {found.register_as}.")
    for title, values in (("Redirect URIs", found.redirect_uris), ("Scopes", found.scopes)):
        talk.say(f"  {title}{':' if values else ': none'}")
        for value in values:
            talk.say(f"      {value}")
    for note in found.notes:
        talk.say(f"  - {note}")
    if talk.asks:
        _ask_client(run, settings)
    if run.is_dry and not answers.client_id:
        talk.say("  Then give its client id, with --client-id.")
        return
    answers.check_app()
    run.carry_out(step, write_plan(run, _wanted(run, settings, found.redirect_uri)))


def write_plan(run: Run, wanted: dict[str, Any]) -> Plan:
    """Plan to put settings into the file; run them over the others from now on."""
    plan = Plan()
    changes = run.put(wanted)
    file = run.file
    mode = file.wrong_mode()
    readers = "which every account can read" if file.for_everyone else "which you alone can read"
    for name, value in wanted.items():
        if name not in changes:
            plan.found.append(f"{file.path} has {shown(name, value)}.")

    def write() -> str:
        file.write(changes)
        return ""

    if changes:
        texts = ", ".join(shown(name, value) for name, value in changes.items())
        plan.changes.append(Change(f"Write into {file.path}, {readers}: {texts}.", write))
    elif mode is not None:
        plan.changes.append(Change(f"Make {file.path} a file {readers}.", write))
    if mode is not None:
        plan.warnings.append(
            f"{file.path} can be read by others so far ({stat.filemode(mode | stat.S_IFREG)})."
        )
    if not file.is_read_by_jupyter:
        plan.warnings.append(
            f"Jupyter does not look in {file.path.parent} by itself: name it in "
            "JUPYTER_CONFIG_PATH where JupyterLab starts."
        )
    return plan


def connect(run: Run, step: Step) -> None:
    """Have somebody connected, who then owns what is made at Globus."""
    here, talk = run.here, run.talk
    if run.is_dry and not here.settings.client_id:
        run.leave_out(step, "there is no client id yet.")
        return
    here.clients.check_usable()
    if here.settings.client_secret and not run.is_dry:
        Probes(here.settings, here.clients).secret()
        _found(run, step, "Globus accepts the client id and secret.")
    account = here.account()
    if account.identity is not None:
        who = account.identity
        _found(run, step, f"Connected as {who.username or who.id}.")
        return
    if run.is_dry:
        talk.say("  Nobody is connected yet. A run that is no dry one lets you log in here.")
        return
    if not talk.asks:
        raise NotConnected(
            "Nobody is connected. Run: jupyter sregistry-globus login, and then this again."
        )
    started = here.logins.begin_pasting()
    talk.say(f"Log in here, and copy the code:\n\n{started.authorize_url}\n")
    webbrowser.open(started.authorize_url)

    def finish(code: str) -> None:
        here.logins.finish_with_code(started.login_id, code)

    talk.ask("Code", finish)
    identity = here.account().identity
    step.changes.append(f"Connected as {identity.username if identity else 'nobody'}.")
    talk.say(f"  done: {step.changes[-1]}")


def _found(run: Run, step: Step, text: str) -> None:
    step.found.append(text)
    run.talk.found(text)


def _ask_where(run: Run) -> None:
    answers, talk = run.answers, run.talk
    if answers.config_dir is None:
        for name in ("user", "env", "system"):
            talk.say(f"  {name}: {config_folder(name)}")

        def read(text: str) -> str:
            config_folder(text)
            return text

        answers.config_dir = talk.ask(
            "Where shall the configuration stand? user, env, system or a path",
            read,
            default="user",
        )
    if answers.for_everyone is None and answers.config_dir != "user":
        answers.for_everyone = talk.confirm(
            "Shall every account of this machine be able to read it?",
            default=answers.is_for_everyone,
        )


def _ask_server(run: Run, *, has_app: bool, has_url: bool) -> None:
    answers, talk = run.answers, run.talk
    if not has_app:
        talk.say("  native: people log in; no secret (for laptops and for hubs)")
        talk.say("  confidential: people log in; id and secret (for one server)")
        talk.say("  service: nobody logs in; the app acts as itself")

        def read(text: str) -> Any:
            if text not in ("native", "confidential", "service"):
                raise BadRequest("Write native, confidential or service.")
            return text

        answers.app = talk.ask("Kind of app", read, default=answers.app or "native")
        if answers.app == "native":
            answers.client_secret = ""
    if not has_url and answers.app != "service":
        answers.server_urls = talk.ask(
            "Address under which people open JupyterLab",
            lambda text: (text,),
            default=answers.server_urls[0],
        )
        is_away = urlsplit(answers.server_urls[0]).hostname not in LOOPBACK
        if is_away and not answers.is_hub:
            answers.is_hub = talk.confirm("Is that a JupyterHub?", default=False)


def _ask_client(run: Run, settings: SRegistryGlobus) -> None:
    answers, talk = run.answers, run.talk
    if not answers.client_id or answers.client_id == settings.client_id:
        answers.client_id = talk.ask(
            "Client id", lambda text: checked_uuid(text, "client id"), default=settings.client_id
        )
    if answers.app != "native" and not answers.client_secret:

        def read_secret(text: str) -> str:
            if not text:
                raise BadRequest("An app of this kind has a secret.")
            return text

        answers.client_secret = talk.ask("Client secret", read_secret, is_secret=True)


def _wanted(run: Run, settings: SRegistryGlobus, redirect_uri: str) -> dict[str, Any]:
    answers = run.answers
    wanted: dict[str, Any] = {"client_id": answers.client_id}
    # What is empty is written only where something else would hold otherwise.
    for name, value in (
        ("client_secret", answers.client_secret or ""),
        ("is_service", answers.app == "service"),
        ("redirect_uri", redirect_uri),
    ):
        if value or getattr(settings, name):
            wanted[name] = value
    if answers.login_method is not None:
        wanted["login_method"] = answers.login_method
    if answers.personal_dir is not None:
        folder = answers.personal_dir.expanduser().absolute()
        wanted["connect_personal_dir"] = str(folder.parent if folder.name == "lta" else folder)
    return wanted
