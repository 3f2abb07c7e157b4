"""The unmodified globus CLI, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.environments import REPOSITORY, environment
from .helpers import answer_code

# Like a user's browser, it opens a page, presses Allow, and follows the redirect.
_BROWSER = """#!{python}
import sys
import urllib.request

from jupyterlab_sregistry_globus.sandbox.person import answer

with urllib.request.urlopen(answer(sys.argv[1])) as page:
    page.read()
"""


def install() -> Path:
    """Install the program from PyPI."""
    return environment(".venv-globus-cli", "globus-cli") / "bin" / "globus"


@dataclass
class GlobusProgram:
    """Runs `globus …` with its own home, configured to use a sandbox."""

    program: Path
    home: Path
    sandbox: Sandbox
    extra: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "COLUMNS": "200",
            **self.sandbox.environment(),
            **self.extra,
        }

    def run(self, *arguments: str, code: int = 0, stdin: str = "") -> str:
        """Run a command, and return its output.

        :param code: the expected exit code; for any other, the failure shows the output of both
            programs.
        """
        self.sandbox.clear_requests()
        done = subprocess.run(
            [str(self.program), *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        requests = "\n".join(
            f"{request.status} {request.method} {request.path} {request.query} {request.body}"
            for request in self.sandbox.requests()
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == code, f"globus {' '.join(arguments)}\n{said}\n{requests}"
        return done.stdout if code == 0 else said

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "-F", "json"))

    def paste(self, *arguments: str, identity: str | None = None) -> str:
        """Run a command that shows a link and waits for a code, and do what a user does."""
        process = subprocess.Popen(
            [str(self.program), *arguments, "--no-local-server"],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        shown = ""
        for line in process.stdout:
            shown += line
            if line.startswith(self.sandbox.url):
                code = answer_code(self.sandbox.log_in(line.strip(), identity=identity))
                out, _ = process.communicate(f"{code}\n", timeout=60)
                assert process.returncode == 0, shown + out
                return shown + out
        process.communicate()
        raise AssertionError(f"no link in: {shown}")

    def browser(self, *arguments: str) -> str:
        """Run a command that opens a browser and waits for its return."""
        script = self.home / "browser"
        script.write_text(_BROWSER.format(python=sys.executable))
        script.chmod(0o755)
        paths = {"BROWSER": str(script), "PYTHONPATH": str(REPOSITORY)}
        return GlobusProgram(self.program, self.home, self.sandbox, paths).run(*arguments)
