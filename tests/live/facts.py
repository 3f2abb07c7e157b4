"""What the sandbox assumes about Globus, as facts that can be observed.

Each fact observes something and says it in a few words. In `make test` the sandbox is observed, and
must say what is expected. `make test-live` observes the real Globus with the same functions, and
shows where it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import globus_sdk

from .site import Site


class NotObserved(Exception):
    """A fact could not be observed. The message says why."""


@dataclass(frozen=True)
class Fact:
    """One assumption.

    :param expected: what the sandbox makes observable.
    :param is_guess: whether nobody could verify it: "(?)" in the contract.
    :param needs: an option without which it can't be observed, or None.
    """

    name: str
    expected: str
    observe: Callable[[Site], str]
    is_guess: bool
    needs: str | None


FACTS: list[Fact] = []


def fact(
    name: str, expected: str, *, is_guess: bool = False, needs: str | None = None
) -> Callable[[Callable[[Site], str]], Callable[[Site], str]]:
    """Register a function that observes a fact."""

    def join(observe: Callable[[Site], str]) -> Callable[[Site], str]:
        FACTS.append(Fact(name, expected, observe, is_guess, needs))
        return observe

    return join


def refusal(action: Callable[[], object]) -> str:
    """Return the status and code with which an SDK call fails, or "accepted"."""
    try:
        action()
    except globus_sdk.GlobusAPIError as error:
        return f"{error.http_status} {error.code}"
    return "accepted"


def missing(document: object, names: Iterable[str]) -> str:
    """Return "complete", or the members that a document lacks."""
    known = document if isinstance(document, dict) else {}
    lacking = [name for name in names if name not in known]
    return f"lacks {', '.join(lacking)}" if lacking else "complete"
