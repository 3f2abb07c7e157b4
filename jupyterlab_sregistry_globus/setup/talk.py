"""What setup says, and the questions it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from ..asking import Asker
from ..errors import SRegistryGlobusError

Answer = TypeVar("Answer")


class Talk:
    """One conversation with the administrator, in setup's own format.

    :param is_interactive: whether the administrator answers. If not, questions have defaults.
    """

    def __init__(self, asker: Asker, *, is_interactive: bool) -> None:
        self._asker = asker
        self.is_interactive = is_interactive

    def heading(self, title: str) -> None:
        """Begin a step."""
        self._asker.tell(f"\n== {title} ==")

    def say(self, text: str) -> None:
        """Show text as it is."""
        self._asker.tell(text)

    def fact(self, text: str) -> None:
        """Show what is right already."""
        self._asker.tell(f"  = {text}")

    def plan(self, text: str) -> None:
        """Show what setup will do."""
        self._asker.tell(f"  + {text}")

    def warn(self, text: str) -> None:
        """Show what may be wrong."""
        self._asker.tell(f"  ! {text}")

    def failure(self, text: str) -> None:
        """Show what failed."""
        self._asker.tell(f"  x {text}")

    def confirm(self, question: str, *, default: bool = True) -> bool:
        """Return whether the administrator agrees, or the default if setup asks nothing."""
        return self._asker.confirm(question, default=default) if self.is_interactive else default

    def choose(self, question: str, options: Mapping[str, str], *, default: str) -> str:
        """Return the option that the administrator picks, or the default if setup asks nothing."""
        if not self.is_interactive:
            return default
        return self._asker.choose(question, options, default=default) or default

    def ask(
        self,
        question: str,
        parse: Callable[[str], Answer],
        *,
        default: str = "",
        secret: bool = False,
    ) -> Answer | None:
        """Ask until the answer can be parsed. Return None if setup asks nothing.

        :param parse: makes a value of the text, or raises one of our errors.
        :param secret: hide what is typed, and the default.
        """
        while self.is_interactive:
            text = self._asker.ask(question, default=default, secret=secret)
            if text is None:
                break
            try:
                return parse(text)
            except SRegistryGlobusError as error:
                self.failure(error.message)
        return None
