"""An ``Asker`` whose user answers by a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping


class ScriptedAsker:
    """Answers each question with the next line of the script.

    :param script: the lines; a function is called when its turn comes. An empty line takes the
        default, and ``y`` agrees.
    """

    def __init__(self, script: Iterable[str | Callable[[], str]]) -> None:
        self.left = list(script)
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str, *, default: str | None = None, secret: bool = False) -> str | None:
        return self._next(question) or default

    def confirm(self, question: str, *, default: bool = False) -> bool:
        line = self._next(question)
        return default if line == "" else line == "y"

    def choose(
        self, question: str, options: Mapping[str, str], *, default: str | None = None
    ) -> str | None:
        line = self._next(question) or default
        assert line in options, (line, options)
        return line

    def tell(self, text: str) -> None:
        self.told.append(text)

    def _next(self, question: str) -> str:
        self.asked.append(question)
        line = self.left.pop(0)
        return line if isinstance(line, str) else line()
