"""Answers that draw themselves: as text, as HTML, and as the data behind them."""

from __future__ import annotations

import html
from collections.abc import Sequence

import msgspec


class Fact:
    """One thing said.

    :param words: for a person.
    :param data: for a program.
    """

    def __init__(self, words: str, data: msgspec.Struct) -> None:
        self.words = _printable(words)
        self.data = data

    def __repr__(self) -> str:
        return self.words


class Table:
    """A small table. All that it shows is taken as text, never as HTML.

    :param empty: what to say where there are no rows.
    :param more: what to say below the rows; may be empty.
    :param data: what the rows were made from, for a program.
    """

    def __init__(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        empty: str,
        more: str = "",
        data: msgspec.Struct,
    ) -> None:
        self.headings = tuple(_one_line(cell) for cell in headings)
        self.rows = [tuple(_one_line(cell) for cell in row) for row in rows]
        self.data = data
        self._empty = _printable(empty)
        self._more = _printable(more)

    def __repr__(self) -> str:
        if not self.rows:
            return self._empty
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([*text, self._more] if self._more else text)

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{html.escape(self._empty)}</p>"
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        more = f"<p>{html.escape(self._more)}</p>" if self._more else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _one_line(cell: str) -> str:
    return _printable(cell).replace("\n", "\ufffd")
