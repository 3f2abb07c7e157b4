"""The results of checks."""

from __future__ import annotations

import textwrap
from typing import Literal

import msgspec

from ...text import one_line

WIDTH = 100

State = Literal["ok", "warn", "fail"]

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


class Check(msgspec.Struct, frozen=True):
    """The result of one check.

    :param name: short, and the same in every run.
    :param state: ``warn`` for what works, but may not be intended.
    :param message: what the check saw.
    :param fix: what to do. Empty if all is well.
    """

    name: str
    state: State
    message: str
    fix: str = ""


class Report(msgspec.Struct, frozen=True):
    """The results of all checks. A check comes after those that it depends on.

    :param is_well: whether no check failed.
    """

    version: str
    is_well: bool
    checks: tuple[Check, ...]


def ok(name: str, message: str) -> Check:
    """Return the result of a check that passed."""
    return Check(name, "ok", message)


def warn(name: str, message: str, fix: str) -> Check:
    """Return the result of a check of what works, but may not be intended."""
    return Check(name, "warn", message, fix)


def fail(name: str, message: str, fix: str) -> Check:
    """Return the result of a check that failed."""
    return Check(name, "fail", message, fix)


def describe(check: Check) -> str:
    """Return a check as lines of plain text."""
    lines = _wrap(f"{_MARKS[check.state]}  {check.name}: {check.message}", "", " " * 6)
    if check.fix:
        lines += _wrap(f"-> {check.fix}", " " * 6, " " * 9)
    return "\n".join(lines)


def _wrap(text: str, first_indent: str, indent: str) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=first_indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
