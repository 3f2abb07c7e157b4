"""The result of a setup, for programs."""

from __future__ import annotations

from typing import Literal

import msgspec

from .checks.report import Check

StepState = Literal["done", "planned", "skipped", "failed"]


class StepReport(msgspec.Struct):
    """The result of one step.

    :param facts: what was right already.
    :param changes: what was done, or would be.
    :param message: why the step failed or was skipped. Empty otherwise.
    """

    name: str
    state: StepState
    facts: list[str] = []
    changes: list[str] = []
    warnings: list[str] = []
    message: str = ""


class SetupReport(msgspec.Struct):
    """The result of every step.

    :param is_well: whether no step and no check failed.
    :param redirect_uris: the addresses to register at Globus, exactly.
    :param scopes: what the app asks every user for.
    """

    is_well: bool
    is_dry_run: bool
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    steps: list[StepReport]
    checks: tuple[Check, ...]
