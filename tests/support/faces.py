"""The terminal and the notebook, in this process; a failed test shows what the sandbox saw."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest

from jupyterlab_sregistry_globus.cli.group import program
from jupyterlab_sregistry_globus.magics.magics import SRegistryGlobusMagics
from jupyterlab_sregistry_globus.sandbox import Sandbox

from .secrets import TRAIL

# What the user types, given all the text that is shown so far.
Answer = Callable[[str], str]


def no_answer(shown: str) -> str:
    """Raise what the input of a kernel raises if the front end has no place to type."""
    raise NotImplementedError(shown)


@dataclass(frozen=True)
class Ended:
    """A command that has ended in a terminal."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class _Stdin(io.StringIO):
    def __init__(self, is_interactive: bool) -> None:
        super().__init__()
        self._is_interactive = is_interactive

    def isatty(self) -> bool:
        return self._is_interactive


class Faces:
    """Runs lines in a terminal and in a notebook.

    :param test: the test that fails or not.
    """

    def __init__(
        self, test: pytest.Item, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._test = test
        self._sandbox = sandbox
        self._monkeypatch = monkeypatch

    def run_cli(self, line: str, answer: Answer | None = None) -> Ended:
        """Run a command line.

        :param answer: what the user types; None for a terminal without a user.
        """
        out, err = io.StringIO(), io.StringIO()
        with self._monkeypatch.context() as patch:
            patch.setattr("sys.stdin", _Stdin(answer is not None))
            patch.setattr(
                "click.termui.visible_prompt_func",
                lambda prompt="": (answer or no_answer)(out.getvalue() + err.getvalue()),
            )
            with redirect_stdout(out), redirect_stderr(err):
                code = program(shlex.split(line))
        ended = Ended(code, out.getvalue(), err.getvalue())
        self._report(f"$ {line}", f"{ended.out}{ended.err}exit code {code}")
        return ended

    def run_magic(
        self,
        line: str,
        cell: str | None = None,
        *,
        names: Mapping[str, Any] | None = None,
        answer: Answer = no_answer,
    ) -> Any:
        """Run a magic, such as ``%globus whoami``, and return its value.

        :param names: the notebook's variables.
        """
        magic, _, words = line.partition(" ")
        function = getattr(SRegistryGlobusMagics(shell=None), magic.lstrip("%"))
        arguments = (words,) if cell is None else (words, cell)
        out = io.StringIO()
        value = None
        with self._monkeypatch.context() as patch:
            patch.setattr("builtins.input", lambda prompt="": answer(out.getvalue()))
            try:
                with redirect_stdout(out):
                    value = function(*arguments, local_ns=names)
            finally:
                self._report(line, f"{out.getvalue()}{value!r}")
        self.printed = out.getvalue()
        return value

    def _report(self, title: str, shown: str) -> None:
        requests = "\n".join(
            f"{request.method} {request.path} {request.status}"
            for request in self._sandbox.requests()
        )
        TRAIL.say(f"output of {title}", shown)
        self._test.add_report_section("call", title, f"{shown}\n\nThe sandbox saw:\n{requests}")
