"""Observing all facts, and the table of what agrees and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import https_facts, transfer_facts  # noqa: F401 - importing them registers their facts
from .facts import FACTS, Fact, NotObserved
from .site import Site

# Guesses of the contract that no program can decide alone.
BY_HAND = (
    "the size limit of a PUT",
    "the redirect paths on localhost that a native app may use",
    "HTTPS with a token of another identity",
    "tasks at once that a user may have",
)


@dataclass(frozen=True)
class Row:
    """What was observed.

    :param observed: None if it could not be observed.
    """

    fact: Fact
    observed: str | None
    reason: str = ""

    @property
    def agrees(self) -> bool | None:
        return None if self.observed is None else self.observed == self.fact.expected


def observe(site: Site, facts: Iterable[Fact] = FACTS) -> Iterator[Row]:
    """Observe each fact. What fails unexpectedly is an observation too."""
    for fact in facts:
        if fact.needs is not None and fact.needs not in site.options():
            yield Row(fact, None, f"needs {fact.needs}")
            continue
        try:
            yield Row(fact, fact.observe(site))
        except NotObserved as reason:
            yield Row(fact, None, str(reason))
        except Exception as error:  # any failure is what this service does
            yield Row(fact, f"{type(error).__name__}: {str(error)[:200]}")


def line(row: Row) -> str:
    """Return a row of the table."""
    mark = {True: "agrees ", False: "DIFFERS", None: "not checked"}[row.agrees]
    name = f"{row.fact.name}{' (?)' if row.fact.is_guess else ''}"
    if row.agrees is None:
        return f"{mark}  {name}: {row.reason}"
    if row.agrees:
        return f"{mark}  {name}: {row.observed}"
    return f"{mark}  {name}: expected {row.fact.expected!r}, is {row.observed!r}"


def summary(rows: list[Row]) -> str:
    counts = [sum(row.agrees is value for row in rows) for value in (True, False, None)]
    agree, differ, unchecked = counts
    by_hand = "".join(f"\n  - {guess}" for guess in BY_HAND)
    return (
        f"{agree} agree, {differ} differ, {unchecked} not checked. "
        f"Not decided by a program:{by_hand}"
    )
