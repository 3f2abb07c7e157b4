"""Answers to the scripts by which shells ask for completions."""

from __future__ import annotations

import os
from typing import Any

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from ..text import one_line
from .completionscripts import WORDS_VARIABLE


class LinesComplete(ShellComplete):
    """Reads the words of the command line, and writes what the last one could become."""

    name = "lines"
    source_template = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last one, without the program's name, and the last one."""
        words = os.environ.get(WORDS_VARIABLE, "").split("\n")[1:-1]
        return words[:-1], words[-1] if words else ""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a line: the word, a tab, and what it means."""
        return f"{item.value}\t{one_line(item.help or '')}"


def take_part() -> None:
    """Let click answer the shell's request, if this is one."""
    add_completion_class(LinesComplete)
