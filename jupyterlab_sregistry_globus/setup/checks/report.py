"""What a check says."""

from __future__ import annotations

from typing import Literal

import msgspec

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
