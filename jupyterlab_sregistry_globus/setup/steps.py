"""What every step of a setup is: things to know, and changes that are said before they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """One thing that will be done.

    :param words: what, as it is said before; holds no secret.
    :param make: does it, and says in words what came of it; may be empty.
    """

    words: str
    make: Callable[[], str]


@dataclass
class Plan:
    """One step, planned.

    :param found: what is right already, or worth knowing.
    :param warnings: what will stay wrong, or may go wrong.
    :param changes: in the order in which they are to be made.
    """

    found: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
