"""Step 3: this machine serves the registry's folder."""

from __future__ import annotations

from pathlib import Path

from ...globus.hosts import ServedPath
from ...globus.personal.config_paths import read_only_line
from ...globus.sharing import Sharing
from ..connect_personal import ConnectPersonal
from ..program import find_program
from ..registry_entry import choose_entry, storage_folder
from ..report import StepReport
from ..run import Run


def serve(run: Run, step: StepReport) -> None:
    """Let this machine serve the registry's folder, for reading."""
    answers, services = run.answers, run.services
    if answers.endpoint_id is not None:
        run.skip(step, f"The endpoint {answers.endpoint_id} already serves the registry.")
        return
    if answers.serves is None and not _sets_up_source(run):
        site = _site_folder(run)
        if site is not None:
            reason = (
                f"The endpoint {site.endpoint_id} already serves {site.local}, as set in "
                f"{site.folder.origin}."
            )
            run.skip(step, reason, answer="serves")
            return
    if answers.serves is None:
        is_likely = _sets_up_source(run) or services.parts.local.endpoint_id() is not None
        answers.serves = run.talk.confirm(
            "Should this machine serve the registry's folder, through Globus Connect Personal?",
            default=is_likely or run.talk.is_interactive,
        )
    if not answers.serves:
        reason = "This machine does not serve the registry's folder."
        run.skip(step, reason, answer="serves")
        return
    folder = registry_folder(run)
    name = _endpoint_name(run)
    if not services.account.current().identity and run.is_dry:
        run.talk.plan(f"Find Connect Personal, or create the endpoint {name!r} and set it up.")
        run.talk.plan(
            f"Write {read_only_line(folder)} to {services.parts.local.config_paths_file}."
        )
        return
    services.parts.clients.check_usable()
    program_path = find_program(answers.program)
    personal = ConnectPersonal(
        Sharing(services.parts.clients),
        services.parts.local,
        run.program(program_path),
        frozenset(identity.id for identity in services.parts.credentials.read().identities),
    )
    starts = answers.starts
    if starts is None:
        starts = run.talk.is_interactive and program_path is not None
    plan, run.host = personal.plan(
        folder, name=name, subscription_id=answers.subscription_id, starts=starts
    )
    run.carry_out(step, plan)


def registry_folder(run: Run) -> Path:
    """Return the folder with the registry's images. Ask for it if it is not known."""
    answers, talk = run.answers, run.talk
    entry = choose_entry(run.settings().registries, answers.registry)
    if talk.is_interactive and answers.folder is None:
        answers.folder = talk.ask(
            f"Folder with the images of the registry {entry['name']!r}",
            lambda text: storage_folder(entry, Path(text) if text else None),
            default=str(entry.get("path", "")),
        )
    return storage_folder(entry, answers.folder)


def _site_folder(run: Run) -> ServedPath | None:
    """Return the registry's folder on the site's endpoint; None if no such endpoint serves it."""
    entry = choose_entry(run.settings().registries, run.answers.registry)
    if not entry.get("path"):
        return None
    served = run.services.parts.hosts.serving(Path(str(entry["path"])))
    return next((path for path in served if not path.folder.is_personal), None)


def _sets_up_source(run: Run) -> bool:
    answers = run.answers
    return bool(
        answers.folder
        or answers.endpoint_name
        or answers.program
        or answers.shares
        or answers.public
        or answers.private
        or answers.subscription_id
    )


def _endpoint_name(run: Run) -> str:
    answers = run.answers
    is_new = run.services.parts.local.endpoint_id() is None
    if run.talk.is_interactive and is_new and answers.endpoint_name is None:
        answers.endpoint_name = run.talk.ask(
            "Name of the endpoint", str, default=answers.own_endpoint_name
        )
    return answers.own_endpoint_name
