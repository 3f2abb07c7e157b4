"""What setup says and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from ..errors import SRegistryGlobusError

Answer = TypeVar("Answer")


class Talk:
    """A person's terminal, or the log of a script.

    :param asks: whether somebody answers; else every question has its default.
    :param to_stderr: leaves the standard output to JSON.
    """

    def __init__(self, *, asks: bool, to_stderr: bool) -> None:
        self.asks = asks
        self._to_stderr = to_stderr

    def head(self, text: str) -> None:
        """Begin a step."""
        self.say(f"\n== {text} ==")

    def say(self, text: str = "") -> None:
        """Print what may hold text of others; control characters are made harmless."""
        clean = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
        click.echo(clean, err=self._to_stderr)

    def found(self, text: str) -> None:
        """Say what is right already."""
        self.say(f"  = {text}")

    def will(self, text: str) -> None:
        """Say what is to be done."""
        self.say(f"  + {text}")

    def warn(self, text: str) -> None:
        """Say what may be wrong."""
        self.say(f"  ! {text}")

    def failed(self, error: SRegistryGlobusError) -> None:
        """Say what went wrong."""
        self.say(f"  x {error.message}")

    def confirm(self, text: str, *, default: bool = True) -> bool:
        """A question of yes or no; the default where nobody answers."""
        if not self.asks:
            return default
        return click.confirm(text, default=default, err=self._to_stderr)

    def ask(
        self,
        text: str,
        read: Callable[[str], Answer],
        *,
        default: str = "",
        is_secret: bool = False,
    ) -> Answer:
        """A question that is asked again until its answer can be read.

        :param read: makes the answer out of the text, or raises one of our errors.
        :param is_secret: neither echoed nor shown as the default.
        """
        while True:
            given = click.prompt(
                text,
                default=default,
                show_default=bool(default) and not is_secret,
                hide_input=is_secret,
                err=self._to_stderr,
            )
            try:
                return read(str(given).strip())
            except SRegistryGlobusError as error:
                self.failed(error)
