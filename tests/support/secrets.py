"""Finds tokens, codes and client secrets where none may be, over the whole of a test run.

Every secret that a sandbox of this process makes is noted, and every word that could be one in what
the tests have seen: log lines, printed text, answers of the routes, events, outputs of cells, and
the files that are left at the end. No word may be in both.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import world
from jupyterlab_sregistry_globus.sandbox.seed import names

_WORD = re.compile(rb"[A-Za-z0-9_-]{16,}")
LARGEST_BYTES = 20_000_000

# Where secrets belong: the token store, what setup reads and writes for its owner, and other
# programs' own.
KEPT = (
    "*/tokens.db*",
    "*/jupyter_sregistry_globus_config.*",
    "*/home/secret",
    "*/jupyterhub_config.py",
    "*/.globus/cli/*",
    "*.sif",
)


# The clients that tests use in place of a person's browser may log where they go.
BROWSERS = ("httpcore", "httpx")


class Trail:
    """What was made as a secret, and what was said where."""

    def __init__(self) -> None:
        self.issued: set[str] = {names.CONFIDENTIAL_SECRET}
        self.files = 0
        self._said: dict[str, str] = {}

    def say(self, where: str, text: str | bytes) -> None:
        """Note what somebody could read there."""
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for word in _WORD.findall(raw):
            self._said.setdefault(word.decode(), where)

    def read(self, folder: Path) -> None:
        """Note what is in the files below a folder, but for those that keep secrets."""
        for file in folder.rglob("*"):
            if any(fnmatch(str(file), pattern) for pattern in KEPT) or file.is_symlink():
                continue
            try:
                if file.is_file() and file.stat().st_size <= LARGEST_BYTES:
                    self.say(str(file.relative_to(folder)), file.read_bytes())
                    self.files += 1
            except OSError:
                continue  # gone, or of another user

    def as_plain(self) -> dict[str, Any]:
        """What was noted, for another process."""
        return {"issued": sorted(self.issued), "said": self._said}

    def add(self, other: dict[str, Any]) -> None:
        """Take over what another process has noted."""
        self.issued.update(other["issued"])
        self._said = {**other["said"], **self._said}

    @property
    def words(self) -> int:
        return len(self._said)

    def found(self) -> dict[str, str]:
        """Each secret that was said, and where first; a few of its letters do."""
        return {f"{one[:6]}…": self._said[one] for one in self.issued & self._said.keys()}

    def secrets_in(self, texts: Iterable[str]) -> list[str]:
        """The secrets that stand in the texts."""
        words = {word.decode() for text in texts for word in _WORD.findall(text.encode())}
        return sorted(self.issued & words)


TRAIL = Trail()


class _Recorder(logging.Handler):
    """Whatever is logged, by whomever, at whichever level its logger lets pass."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += logging.Formatter().formatException(record.exc_info)
        if not record.name.startswith(BROWSERS):
            TRAIL.say(f"log of {record.name}", text)


class SecretsPlugin:
    """Watches over a test run; where several processes share it, the first one judges them all."""

    def pytest_sessionstart(self) -> None:
        real = world.secrets

        def token_urlsafe(bytes_: int) -> str:
            secret = real.token_urlsafe(bytes_)
            TRAIL.issued.add(secret)
            return secret

        world.secrets = SimpleNamespace(token_urlsafe=token_urlsafe)  # type: ignore[assignment]
        logging.getLogger().addHandler(_Recorder())
        # What a server at its usual level logs, and more.
        logging.getLogger("jupyterlab_sregistry_globus").setLevel(logging.DEBUG)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, text in report.sections:
            TRAIL.say(f"{name} of {report.nodeid}", text)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Of pytest-xdist: one of the other processes has ended."""
        noted = getattr(node, "workeroutput", {}).get("secrets")
        if noted is not None:
            TRAIL.add(noted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            # Its files lie in the folder of the process that judges.
            session.config.workeroutput["secrets"] = TRAIL.as_plain()
            return
        factory: Any = getattr(session.config, "_tmp_path_factory", None)
        if factory is not None and factory._basetemp is not None:
            TRAIL.read(factory._basetemp)
        if TRAIL.found() and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        found = TRAIL.found()
        terminalreporter.write_line(
            f"secrets: {len(TRAIL.issued)} tokens, codes and secrets made; "
            f"{len(found)} of them in {TRAIL.words} words of logs, outputs, answers, events "
            f"and {TRAIL.files} files",
            red=bool(found),
        )
        for secret, where in found.items():
            terminalreporter.write_line(f"  {secret} in {where}", red=True)
