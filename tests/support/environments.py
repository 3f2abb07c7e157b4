"""Python environments of their own, for programs whose needs would not go with ours."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def environment(name: str, *requirements: str) -> Path:
    """An environment in this clone, made once for the same requirements; gives its folder."""
    folder = REPOSITORY / name
    stamp = folder / "made-for-tests"
    wanted = "\n".join(requirements)
    if not stamp.exists() or stamp.read_text() != wanted:
        python = str(folder / "bin" / "python")
        if importlib.util.find_spec("uv"):
            run(sys.executable, "-m", "uv", "venv", "--clear", "--quiet", str(folder))
            run(
                sys.executable,
                "-m",
                "uv",
                "pip",
                "install",
                "-q",
                "--python",
                python,
                *requirements,
            )
        else:
            run(sys.executable, "-m", "venv", "--clear", str(folder))
            run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements)
        stamp.write_text(wanted)
    return folder


def run(*command: str, cwd: Path = REPOSITORY) -> None:
    """One step; when it fails, the exception has what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
