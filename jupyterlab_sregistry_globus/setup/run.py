"""One run of setup: what its steps share, and how they carry out a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..config import SRegistryGlobus
from ..configfiles import load_settings
from ..errors import AnswerMissing, SRegistryGlobusError, StoreUnavailable
from ..services import Services
from .answers import Answers
from .changes import StepPlan
from .config_file import ConfigFile, config_folder
from .connect_personal import Host
from .guest import Guest
from .program import Program
from .registration import Registration
from .report import StepReport
from .talk import Talk


class Run:
    """What the steps pass on to each other.

    :param make_services: builds the services for some settings.
    :param is_dry: show what setup would do, and do nothing.
    :param hints: how to give an answer on this face, by the answer's name.
    """

    def __init__(
        self,
        answers: Answers,
        talk: Talk,
        make_services: Callable[[SRegistryGlobus], Services],
        *,
        is_dry: bool,
        hints: Mapping[str, str],
    ) -> None:
        self.answers = answers
        self.talk = talk
        self.make_services = make_services
        self.is_dry = is_dry
        self.steps: list[StepReport] = []
        self.is_well = True
        self.first_error: SRegistryGlobusError | None = None
        self.registration: Registration | None = None
        self.host = Host()
        self.guest = Guest()
        self.pending: dict[str, Any] = {}
        self._hints = hints
        self._file: ConfigFile | None = None
        self._services: Services | None = None

    @property
    def file(self) -> ConfigFile:
        """The configuration file that is written."""
        if self._file is None:
            folder = config_folder(self.answers.config_dir or "user")
            self._file = ConfigFile(folder, for_everyone=self.answers.is_for_everyone)
        return self._file

    @property
    def services(self) -> Services:
        """The services, with the settings as they are or, in a dry run, would be."""
        if self._services is None:
            self._services = self.make_services(self.settings())
        return self._services

    def settings(self) -> SRegistryGlobus:
        """Return all settings, with the decisions of this run on top.

        :raises StoreUnavailable: a file contains an invalid setting.
        """
        return self._load(self.pending)

    def settings_of_jupyter(self) -> SRegistryGlobus:
        """Return all settings as JupyterLab will read them, once it looks in the file's folder.

        :raises StoreUnavailable: a file contains an invalid setting.
        """
        return self._load(None if self.file.is_read_by_jupyter else {})

    def program(self, path: Path | None) -> Program | None:
        """Return Connect Personal's program, or None if it is not installed."""
        folder = Path(self.services.settings.connect_personal_dir)
        return None if path is None else Program(path, folder)

    def set(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Decide on settings. Return those that the file does not hold yet."""
        self.pending.update(settings)
        self.close()
        return self.file.changes(settings)

    def close(self) -> None:
        """Close every connection. The services are rebuilt when they are used again."""
        if self._services is not None:
            self._services.close()
            self._services = None

    def do_step(self, name: str, title: str, work: Callable[[Run, StepReport], None]) -> None:
        """Do one step. If it fails, the others are still done."""
        step = StepReport(name, "planned" if self.is_dry else "done")
        self.steps.append(step)
        if self.answers.skips(name):
            step.state, step.message = "skipped", "Skipped as requested."
            return
        self.talk.heading(title)
        try:
            work(self, step)
        except SRegistryGlobusError as error:
            message = error.message
            if isinstance(error, AnswerMissing):
                message = self.with_hint(message, error.answer)
            self.talk.failure(message)
            step.state, step.message = "failed", message
            self.is_well = False
            self.first_error = self.first_error or error

    def skip(self, step: StepReport, reason: str, *, answer: str = "") -> None:
        """End a step that has nothing to do.

        :param answer: name of the answer that would run it.
        """
        reason = self.with_hint(reason, answer)
        self.talk.say(f"  Skipped: {reason}")
        step.state, step.message = "skipped", reason

    def note(self, step: StepReport, fact: str) -> None:
        """Report what is right already."""
        step.facts.append(fact)
        self.talk.fact(fact)

    def carry_out(self, step: StepReport, plan: StepPlan) -> bool:
        """Show what setup will do, ask, and do it.

        :returns: whether it was done. A plan without changes is.
        """
        step.warnings += plan.warnings
        for fact in plan.facts:
            self.note(step, fact)
        for change in plan.changes:
            self.talk.plan(change.text)
        for warning in plan.warnings:
            self.talk.warn(warning)
        if not plan.changes:
            self.talk.say("  Nothing to do.")
            return True
        if self.is_dry:
            step.changes += [change.text for change in plan.changes]
            return False
        if not self.talk.confirm("Do this?"):
            self.skip(step, "Declined.")
            return False
        for change in plan.changes:
            remark = change.make()
            self.record_change(step, f"{change.text} {remark}".strip())
        return True

    def record_change(self, step: StepReport, text: str) -> None:
        """Report a change that was made."""
        step.changes.append(text)
        self.talk.say(f"  Done: {text}")

    def with_hint(self, message: str, answer: str) -> str:
        """Return a message, followed by how to give the answer on this face."""
        return f"{message} {self._hints.get(answer, '')}".rstrip()

    def _load(self, overrides: Mapping[str, Any] | None) -> SRegistryGlobus:
        try:
            overlay = None if overrides is None else self.file.overlay(overrides)
            return load_settings(overlay, str(self.file.path))
        except SRegistryGlobusError:
            raise
        except Exception as error:  # a Python file may raise anything
            raise StoreUnavailable(f"Cannot read the settings: {error}") from error
