"""Questions to the user, put through whichever face runs the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Asker(Protocol):
    """A face that talks with the user: a terminal, or a notebook.

    Texts may quote remote text, so every face removes control characters before showing them.
    """

    def ask(self, question: str, *, default: str | None = None, secret: bool = False) -> str | None:
        """Return the user's answer, stripped, or None if no user can answer here.

        :param default: the answer to an empty line. Without one, the question is repeated.
        :param secret: hide what is typed, and the default.
        """

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Return whether the user agrees, or the default if no user can answer here."""

    def choose(
        self, question: str, options: Mapping[str, str], *, default: str | None = None
    ) -> str | None:
        """Return the key of the option that the user picks, or None if no user can answer here.

        :param options: what each answer means, by the word that the user types.
        """

    def tell(self, text: str) -> None:
        """Show text to the user."""
