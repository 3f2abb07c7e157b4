"""The program ``globusconnectpersonal``: finding it, and running it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..errors import EndpointFailed, SettingMissing
from ..folders import with_home

NAME = "globusconnectpersonal"
DOWNLOAD_AT = "https://www.globus.org/globus-connect-personal"
SETUP_TIMEOUT_S = 120.0

_SECRET_VARIABLES = ("SREGISTRY_GLOBUS_CLIENT_SECRET", "GLOBUS_DATA")


def find_program(given: Path | None = None) -> Path | None:
    """Return the program's path, or None if it is in none of the usual places.

    :param given: the program or its folder, as the administrator names it.
    :raises SettingMissing: the given path is not the program.
    """
    if given is not None:
        program = with_home(given)
        program = program / NAME if program.is_dir() else program
        if not os.access(program, os.X_OK) or not program.is_file():
            raise SettingMissing(
                f"{given} is not an executable program. Name the file {NAME}, or the folder that "
                "contains it.",
                setting="SRegistryGlobus.connect_personal_dir",
                help=f"Name the file {NAME}, or the folder that contains it.",
            )
        return program.absolute()
    on_path = shutil.which(NAME)
    if on_path is not None:
        return Path(on_path)
    # Users unpack the archive, usually in the home folder, to a name that includes the version.
    for folder in (Path.home(), Path("/opt"), Path("/usr/local")):
        for program in sorted(folder.glob(f"{NAME}*/{NAME}"), reverse=True):
            if os.access(program, os.X_OK):
                return program
    return None


class Program:
    """Connect Personal's own program.

    :param config_dir: the argument of ``-dir``, which is left out if it is the default.
    """

    def __init__(self, path: Path, config_dir: Path) -> None:
        self.path = path
        default = Path.home() / ".globusonline"
        self._command = [str(path)]
        if config_dir != default:
            self._command += ["-dir", str(config_dir)]

    def set_up(self, setup_key: str) -> None:
        """Make this machine the endpoint that the key belongs to.

        :raises EndpointFailed: the program failed. The message quotes it, without the key.
        """
        try:
            result = subprocess.run(
                [*self._command, "-setup", setup_key],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SETUP_TIMEOUT_S,
                env=_environment(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = getattr(error, "strerror", None) or (
                f"it took more than {SETUP_TIMEOUT_S:.0f} s"
            )
            # Not chained, because the exception's text contains the key among the arguments.
            raise EndpointFailed(f"Cannot run {self.path}: {reason}.") from None
        if result.returncode != 0:
            output = (result.stderr or result.stdout).replace(setup_key, "(key)")
            text = " ".join(output.split())[-400:]
            raise EndpointFailed(
                f"{self.path} -setup failed with exit code {result.returncode}"
                + (f": {text}" if text else ".")
            )

    def start(self) -> None:
        """Start the program. It keeps running when this process ends.

        :raises EndpointFailed: it cannot be run.
        """
        try:
            # A shell that ends at once starts it, so that it is not a child of this process.
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
            raise EndpointFailed(f"Cannot start {self.path}: {error}.") from error

    @property
    def start_command(self) -> list[str]:
        """The command that starts it."""
        return [*self._command, "-start"]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _SECRET_VARIABLES}
