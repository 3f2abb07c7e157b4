"""The plan of one step: facts, warnings, and changes that are announced before they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """One change.

    :param text: what will be done. Holds no secret.
    :param make: makes the change, and returns a remark on the result, which may be empty.
    """

    text: str
    make: Callable[[], str]


@dataclass
class StepPlan:
    """What one step will do.

    :param facts: what is right already, or worth knowing.
    :param warnings: what will stay wrong, or may go wrong.
    :param changes: in the order in which they are made.
    """

    facts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
