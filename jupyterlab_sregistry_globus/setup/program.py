"""The program ``globusconnectpersonal``: where it is, and running it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..errors import EndpointFailed, SettingMissing

NAME = "globusconnectpersonal"
DOWNLOAD_AT = "https://www.globus.org/globus-connect-personal"
SETUP_TIMEOUT_S = 120.0

_SECRET_VARIABLES = ("SREGISTRY_GLOBUS_CLIENT_SECRET", "GLOBUS_DATA")


def find_program(given: Path | None = None) -> Path | None:
    """Where the program is; None where it is nowhere that people put it.

    :param given: where somebody says it is.
    :raises SettingMissing: it is not there.
    """
    if given is not None:
        program = given.expanduser()
        program = program / NAME if program.is_dir() else program
        if not os.access(program, os.X_OK) or not program.is_file():
            raise SettingMissing(
                f"{given} is no program that can be run.",
                setting="SRegistryGlobus.connect_personal_dir",
                help=f"Name the file {NAME}, or the folder it was unpacked to.",
            )
        return program.absolute()
    on_path = shutil.which(NAME)
    if on_path is not None:
        return Path(on_path)
    # It is unpacked from an archive, mostly into the home, under a name with its version.
    for folder in (Path.home(), Path("/opt"), Path("/usr/local")):
        for found in sorted(folder.glob(f"{NAME}*/{NAME}"), reverse=True):
            if os.access(found, os.X_OK):
                return found
    return None


class Program:
    """Connect Personal's own program.

    :param config_dir: what it is given as ``-dir``; left out where that is its default.
    """

    def __init__(self, path: Path, config_dir: Path) -> None:
        self.path = path
        default = Path.home() / ".globusonline"
        self._start = [str(path)]
        if config_dir != default:
            self._start += ["-dir", str(config_dir)]

    def set_up(self, setup_key: str) -> None:
        """Make this machine the endpoint that waits for the key.

        :raises EndpointFailed: the program fails; what it said is passed on without the key.
        """
        try:
            done = subprocess.run(
                [*self._start, "-setup", setup_key],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SETUP_TIMEOUT_S,
                env=_environment(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = getattr(error, "strerror", None) or f"no end after {SETUP_TIMEOUT_S:.0f} s"
            # Not chained: the exception's own text holds the key among the arguments.
            raise EndpointFailed(f"{self.path} could not be run: {reason}.") from None
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).replace(setup_key, "(key)").split())
            raise EndpointFailed(
                f"{self.path} -setup ended with {done.returncode}"
                + (f": {said[-400:]}" if said else ".")
            )

    def start(self) -> None:
        """Start it, to run on after this process has ended.

        :raises EndpointFailed: it cannot be run.
        """
        try:
            # By way of a shell that ends at once, so that it is nobody's child here.
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *self.start_command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
                check=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise EndpointFailed(f"{self.path} could not be started: {error}.") from error

    @property
    def start_command(self) -> list[str]:
        """What starts it."""
        return [*self._start, "-start"]


def _environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name not in _SECRET_VARIABLES}
