"""The terminal as an ``Asker``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ..text import printable


class TerminalAsker:
    """Prints to the terminal, and reads answers from the standard input.

    :param is_interactive: whether a user answers. If not, every question has its default.
    :param to_stderr: keep the standard output free, for JSON.
    """

    def __init__(self, *, is_interactive: bool, to_stderr: bool = False) -> None:
        self._is_interactive = is_interactive
        self._to_stderr = to_stderr

    def ask(self, question: str, *, default: str | None = None, secret: bool = False) -> str | None:
        """Return the user's answer, stripped, or None if no user can answer here."""
        if not self._is_interactive:
            return None
        answer = click.prompt(
            printable(question),
            default=default,
            show_default=bool(default) and not secret,
            hide_input=secret,
            err=self._to_stderr,
        )
        return str(answer).strip()

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Return whether the user agrees, or the default if no user can answer here."""
        if not self._is_interactive:
            return default
        return click.confirm(printable(question), default=default, err=self._to_stderr)

    def choose(
        self, question: str, options: Mapping[str, str], *, default: str | None = None
    ) -> str | None:
        """Return the key of the option that the user picks, or None if no user can answer here."""
        if not self._is_interactive:
            return None
        for word, meaning in options.items():
            self.tell(f"  {word}: {meaning}")
        answer: str = click.prompt(
            printable(question),
            default=default,
            type=click.Choice(list(options)),
            show_choices=False,
            err=self._to_stderr,
        )
        return answer

    def tell(self, text: str) -> None:
        """Print text."""
        click.echo(printable(text), err=self._to_stderr)
