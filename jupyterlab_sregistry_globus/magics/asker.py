"""The notebook as an ``Asker``."""

from __future__ import annotations

import getpass
from collections.abc import Mapping

from ..text import printable


class KernelAsker:
    """Prints below the cell, and reads answers through the kernel's ``input``.

    Front ends that have no place to type, such as nbconvert, make ``input`` raise.
    """

    def ask(self, question: str, *, default: str | None = None, secret: bool = False) -> str | None:
        """Return the user's answer, stripped, or None if no user can answer here."""
        prompt = f"{printable(question)}: "
        while True:
            try:
                # Looked up at each call: a kernel replaces both.
                answer = (getpass.getpass(prompt) if secret else input(prompt)).strip()
            except (EOFError, NotImplementedError):
                return None
            if answer or default is not None:
                return answer or default

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Return whether the user agrees, or the default if no user can answer here."""
        answer = self.ask(f"{question} [{'Y/n' if default else 'y/N'}]", default="")
        return answer.lower() in ("y", "yes") if answer else default

    def choose(
        self, question: str, options: Mapping[str, str], *, default: str | None = None
    ) -> str | None:
        """Return the key of the option that the user picks, or None if no user can answer here."""
        for word, meaning in options.items():
            self.tell(f"  {word}: {meaning}")
        while True:
            answer = self.ask(question, default=default)
            if answer is None or answer in options:
                return answer

    def tell(self, text: str) -> None:
        """Print text."""
        print(printable(text), flush=True)  # noqa: T201
