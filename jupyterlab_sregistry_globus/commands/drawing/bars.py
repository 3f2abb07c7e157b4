"""Progress bars, for each place that output can go to."""

from __future__ import annotations

import html
import shutil
import sys
from typing import Any, Protocol

from .amount import Amount

_WIDTH = 24
_STEP = 0.1


class Bar(Protocol):
    """Shows how far a transfer is."""

    def draw(self, amount: Amount) -> None:
        """Show the amount in place of the one before."""

    def interrupt(self) -> None:
        """Let other text begin on a line of its own."""


class NoBar:
    """Shows nothing, for output that a program reads."""

    def draw(self, amount: Amount) -> None:
        """Show nothing."""

    def interrupt(self) -> None:
        """Do nothing."""


class TerminalBar:
    """A line of a terminal that is rewritten in place."""

    def __init__(self) -> None:
        self._is_begun = False

    def draw(self, amount: Amount) -> None:
        """Rewrite the line. The last one stays."""
        fraction = amount.fraction
        filled = round(_WIDTH * (fraction or 0))
        bar = "" if fraction is None else f"[{'#' * filled}{'.' * (_WIDTH - filled)}] "
        # A line that wraps could not be rewritten.
        width = shutil.get_terminal_size().columns - 1
        text = f"{amount.words}  {bar}{amount.numbers}"[:width].ljust(width)
        print(f"\r{text}", end="\n" if amount.is_finished else "", flush=True)  # noqa: T201
        self._is_begun = not amount.is_finished

    def interrupt(self) -> None:
        """End the line, if one was begun."""
        if self._is_begun:
            print(flush=True)  # noqa: T201
            self._is_begun = False


class LinesBar:
    """Lines in a file or a pipe: one for each new state, and for each tenth of the bytes."""

    def __init__(self) -> None:
        self._words = ""
        self._fraction = 0.0

    def draw(self, amount: Amount) -> None:
        """Print a line, if there is something new."""
        fraction = amount.fraction or 0.0
        if amount.words == self._words and fraction < self._fraction + _STEP:
            return
        self._words, self._fraction = amount.words, fraction
        print(f"{amount.words}, {amount.numbers}", flush=True)  # noqa: T201

    def interrupt(self) -> None:
        """Do nothing: each line is whole."""


class NotebookBar:
    """An output of a cell that is replaced in place, and is saved with the notebook."""

    def __init__(self) -> None:
        self._output: Any = None

    def draw(self, amount: Amount) -> None:
        """Replace the output."""
        from IPython.display import display

        fraction = amount.fraction
        words, numbers = html.escape(amount.words), html.escape(amount.numbers)
        value = "" if fraction is None else f'value="{fraction:.3f}"'
        bundle = {
            "text/plain": f"{amount.words}, {amount.numbers}",
            "text/html": (
                f"<div><label>{words} <progress {value}></progress></label> {numbers}</div>"
                if not amount.is_finished
                else f"<div>{words}, {numbers}</div>"
            ),
        }
        if self._output is None:
            self._output = display(  # type: ignore[no-untyped-call]
                bundle, raw=True, display_id=True
            )
        else:
            self._output.update(bundle, raw=True)

    def interrupt(self) -> None:
        """Do nothing: other text is an output of its own."""


def make_bar() -> Bar:
    """Return the kind of bar that suits where this program prints."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and hasattr(shell, "kernel"):
        return NotebookBar()
    return TerminalBar() if sys.stdout.isatty() else LinesBar()
