"""What a setup tells programs."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..setup.checks.report import Check

StepState = Literal["done", "planned", "skipped", "failed"]


class Step(msgspec.Struct):
    """One step.

    :param changes: what was done, or would be.
    :param message: why it failed or was left out; empty otherwise.
    """

    name: str
    state: StepState
    found: list[str] = []
    changes: list[str] = []
    warnings: list[str] = []
    message: str = ""


class SetupReport(msgspec.Struct):
    """All of it.

    :param is_well: no step failed, and no check.
    :param redirect_uris: what must be registered at Globus, exactly.
    :param scopes: what the app asks every person for.
    """

    is_well: bool
    is_dry_run: bool
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    steps: list[Step]
    checks: tuple[Check, ...]
