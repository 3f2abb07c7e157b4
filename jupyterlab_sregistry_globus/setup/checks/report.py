"""What a check says."""

from __future__ import annotations

import textwrap
from typing import Literal

import msgspec

WIDTH = 100

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}

State = Literal["ok", "warn", "fail"]


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    :param name: short, and the same in every run.
    :param state: ``warn`` for what works, yet may not be what is wanted.
    :param words: what was found.
    :param cure: what to do about it; empty where all is well.
    """

    name: str
    state: State
    words: str
    cure: str = ""


class Report(msgspec.Struct, frozen=True):
    """Every check, in the order in which things depend on each other.

    :param is_well: whether nothing fails.
    """

    version: str
    is_well: bool
    checks: tuple[Check, ...]


def ok(name: str, words: str) -> Check:
    """All is well."""
    return Check(name, "ok", words)


def warn(name: str, words: str, cure: str) -> Check:
    """It works, yet may not be what is wanted."""
    return Check(name, "warn", words, cure)


def fail(name: str, words: str, cure: str) -> Check:
    """It does not work."""
    return Check(name, "fail", words, cure)


def describe(check: Check) -> str:
    """Return a check as lines of plain text."""
    return "\n".join(
        [
            *_wrap(f"{_MARKS[check.state]}  {check.name}: {check.words}", "", " " * 6),
            *(_wrap(f"-> {check.cure}", " " * 6, " " * 9) if check.cure else []),
        ]
    )


def _wrap(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        "".join(c if c.isprintable() else " " for c in text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )
