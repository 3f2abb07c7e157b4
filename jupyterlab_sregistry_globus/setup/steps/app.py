"""Step 1: register the app at Globus, and write its client id to the configuration."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from ...config import SRegistryGlobus
from ...errors import BadRequest
from ...folders import with_home
from ..answers import parse_uuid
from ..choices import AppKind
from ..config_file import config_folder
from ..registration import LOOPBACK, REGISTER_AT, Registration, plan_registration
from ..report import StepReport
from ..run import Run
from ..talk import Talk
from .writing import plan_settings

KINDS: dict[AppKind, str] = {
    "native": "users log in, no secret (for laptops and hubs)",
    "confidential": "users log in, id and secret (for one server)",
    "service": "users do not log in, the app acts as itself",
}


def register_app(run: Run, step: StepReport) -> None:
    """Show what to register, ask for the client id, and write it to the configuration."""
    answers, talk = run.answers, run.talk
    if talk.is_interactive:
        _ask_where(run)
    settings = run.settings()
    asks_kind, asks_url = answers.app is None, not answers.server_urls
    answers.fill_app(settings)
    if talk.is_interactive:
        _ask_server(run, asks_kind=asks_kind, asks_url=asks_url)
    assert answers.app is not None  # noqa: S101 - set by fill_app
    run.registration = plan_registration(
        answers.app,
        answers.server_urls,
        settings.auth_url,
        is_hub=answers.is_hub,
        by_code=(answers.login_method or settings.login_method) == "code",
    )
    _show_registration(talk, run.registration)
    if talk.is_interactive:
        _ask_client(run, settings)
    if run.is_dry and not answers.client_id:
        talk.say(run.with_hint("  Then run setup again with its client id.", "client_id"))
        return
    answers.check_app()
    values = _settings_to_write(run, settings, run.registration.redirect_uri)
    run.carry_out(step, plan_settings(run, values))


def _show_registration(talk: Talk, registration: Registration) -> None:
    talk.say(f"Register an app at {REGISTER_AT}. Choose: {registration.register_as}.")
    for title, values in (
        ("Redirect URIs", registration.redirect_uris),
        ("Scopes", registration.scopes),
    ):
        talk.say(f"  {title}{':' if values else ': none'}")
        for value in values:
            talk.say(f"      {value}")
    for note in registration.notes:
        talk.say(f"  - {note}")


def _ask_where(run: Run) -> None:
    answers, talk = run.answers, run.talk
    if answers.config_dir is None:
        for name in ("user", "env", "system"):
            talk.say(f"  {name}: {config_folder(name)}")
        answers.config_dir = talk.ask(
            "Where should the configuration be written? user, env, system, or a path",
            _parse_config_dir,
            default="user",
        )
    if answers.for_everyone is None and answers.config_dir != "user":
        answers.for_everyone = talk.confirm(
            "Can every account on this machine read it?",
            default=answers.is_for_everyone,
        )


def _parse_config_dir(text: str) -> str:
    config_folder(text)
    return text


def _ask_server(run: Run, *, asks_kind: bool, asks_url: bool) -> None:
    answers, talk = run.answers, run.talk
    if asks_kind:
        kind = talk.choose(
            "Kind of app", cast("dict[str, str]", KINDS), default=answers.app or "native"
        )
        answers.app = cast("AppKind", kind)
        if answers.app == "native":
            answers.client_secret = ""
    if asks_url and answers.app != "service":
        url = talk.ask(
            "Address at which users open JupyterLab", str, default=answers.server_urls[0]
        )
        answers.server_urls = answers.server_urls if url is None else (url,)
        is_remote = urlsplit(answers.server_urls[0]).hostname not in LOOPBACK
        if is_remote and not answers.is_hub:
            answers.is_hub = talk.confirm("Is this a JupyterHub?", default=False)


def _ask_client(run: Run, settings: SRegistryGlobus) -> None:
    answers, talk = run.answers, run.talk
    if not answers.client_id or answers.client_id == settings.client_id:
        answers.client_id = talk.ask(
            "Client id", lambda text: parse_uuid(text, "client id"), default=settings.client_id
        )
    if answers.app != "native" and not answers.client_secret:
        answers.client_secret = talk.ask("Client secret", _parse_secret, secret=True)


def _parse_secret(text: str) -> str:
    if not text:
        raise BadRequest("The client secret is missing. This kind of app requires one.")
    return text


def _settings_to_write(run: Run, settings: SRegistryGlobus, redirect_uri: str) -> dict[str, Any]:
    answers = run.answers
    values: dict[str, Any] = {"client_id": answers.client_id}
    # An empty value is written only if it must override another one.
    for name, value in (
        ("client_secret", answers.client_secret or ""),
        ("is_service", answers.app == "service"),
        ("redirect_uri", redirect_uri),
    ):
        if value or getattr(settings, name):
            values[name] = value
    if answers.login_method is not None:
        values["login_method"] = answers.login_method
    if answers.personal_dir is not None:
        folder = with_home(answers.personal_dir).absolute()
        values["connect_personal_dir"] = str(folder.parent if folder.name == "lta" else folder)
    return values
