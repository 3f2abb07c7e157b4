"""Rows that draw themselves, as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence


class Table:
    """A small table for a cell's output. All that it shows is taken as text, never as HTML.

    :param empty: what to say where there are no rows.
    """

    def __init__(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str
    ) -> None:
        self.headings = tuple(headings)
        self.rows = [tuple(_printable(cell) for cell in row) for row in rows]
        self._empty = empty

    def __repr__(self) -> str:
        if not self.rows:
            return self._empty
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{html.escape(self._empty)}</p>"
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _printable(cell: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in cell)
