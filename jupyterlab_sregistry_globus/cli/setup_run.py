"""One run of setup: what its steps share, and how a plan is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..config import SRegistryGlobus, load_settings
from ..errors import SRegistryGlobusError, StoreUnavailable
from ..images.localfiles import LocalFiles
from ..services import Services, make_services
from ..setup.answers import Answers
from ..setup.app import Registration
from ..setup.config_file import ConfigFile, config_folder
from ..setup.connect_personal import Host
from ..setup.guest import Guest
from ..setup.program import Program
from ..setup.steps import Plan
from .exits import exit_code
from .setup_report import Step
from .setup_talk import Talk


class Run:
    """What one step leaves for the next.

    :param is_dry: say what would be done, and do nothing.
    """

    def __init__(self, answers: Answers, talk: Talk, *, is_dry: bool) -> None:
        self.answers = answers
        self.talk = talk
        self.is_dry = is_dry
        self.steps: list[Step] = []
        self.code = 0
        self.registration: Registration | None = None
        self.host = Host()
        self.guest = Guest()
        self.pending: dict[str, Any] = {}
        self._file: ConfigFile | None = None
        self._here: Services | None = None
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="sregistry-globus")

    @property
    def file(self) -> ConfigFile:
        """The configuration file that is written."""
        if self._file is None:
            folder = config_folder(self.answers.config_dir or "user")
            self._file = ConfigFile(folder, for_everyone=self.answers.is_for_everyone)
        return self._file

    @property
    def here(self) -> Services:
        """The services, with the settings as they are or, in a dry run, would be."""
        if self._here is None:
            self._here = self.make(self.settings())
        return self._here

    def settings(self) -> SRegistryGlobus:
        """All settings, with those that this run decided on top.

        :raises StoreUnavailable: a file holds what cannot be a setting.
        """
        return self._read(self.pending)

    def settings_of_jupyter(self) -> SRegistryGlobus:
        """All settings as JupyterLab will read them, once it looks where the file is.

        :raises StoreUnavailable: a file holds what cannot be a setting.
        """
        return self._read(None if self.file.is_read_by_jupyter else {})

    def make(self, settings: SRegistryGlobus) -> Services:
        """The services for some settings."""
        files = LocalFiles(Path.cwd(), None)
        return make_services(settings, files=files, pool=self._pool)

    def program(self, path: Path | None) -> Program | None:
        """Connect Personal's program; None where it is not installed."""
        folder = Path(self.here.settings.connect_personal_dir).expanduser()
        return None if path is None else Program(path, folder)

    def put(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Decide on settings; gives those that the file does not hold yet."""
        self.pending.update(wanted)
        self._forget_services()
        return self.file.changes(wanted)

    def close(self) -> None:
        """Close every connection."""
        self._forget_services()
        self._pool.shutdown()

    def step(self, name: str, title: str, work: Callable[[Step], None]) -> None:
        """Do one step; when it fails, the others still have their turn."""
        step = Step(name, "planned" if self.is_dry else "done")
        self.steps.append(step)
        if self.answers.skips(name):
            step.state, step.message = "skipped", "--skip"
            return
        self.talk.head(title)
        try:
            work(step)
        except SRegistryGlobusError as error:
            self.talk.failed(error)
            step.state, step.message = "failed", error.message
            self.code = self.code or exit_code(error)

    def leave_out(self, step: Step, why: str) -> None:
        """End a step that has nothing to do here."""
        self.talk.say(f"  Left out: {why}")
        step.state, step.message = "skipped", why

    def carry_out(self, step: Step, plan: Plan) -> bool:
        """Say what will be done, ask, and do it.

        :returns: whether it was done; a plan without changes is.
        """
        step.found += plan.found
        step.warnings += plan.warnings
        for text in plan.found:
            self.talk.found(text)
        for change in plan.changes:
            self.talk.will(change.words)
        for text in plan.warnings:
            self.talk.warn(text)
        if not plan.changes:
            self.talk.say("  Nothing needs to be done.")
            return True
        if self.is_dry:
            step.changes += [change.words for change in plan.changes]
            return False
        if not self.talk.confirm("Do this?"):
            self.leave_out(step, "declined.")
            return False
        for change in plan.changes:
            said = change.make()
            step.changes.append(f"{change.words} {said}".strip())
            self.talk.say(f"  done: {change.words} {said}".rstrip())
        return True

    def _read(self, over: Mapping[str, Any] | None) -> SRegistryGlobus:
        try:
            return load_settings(None if over is None else self.file.overlay(over))
        except SRegistryGlobusError:
            raise
        except Exception as error:  # whatever stands in a Python file
            raise StoreUnavailable(f"The settings cannot be read: {error}") from error

    def _forget_services(self) -> None:
        if self._here is not None:
            self._here.close()
            self._here = None
