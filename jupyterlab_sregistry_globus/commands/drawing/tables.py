"""Answers that draw themselves as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

import msgspec

from ...text import one_line, printable


class Fact:
    """A few words.

    :param text: for the user.
    :param data: the same for programs.
    """

    def __init__(self, text: str, data: msgspec.Struct) -> None:
        self.text = printable(text)
        self.data = data

    def __repr__(self) -> str:
        return self.text


class Table:
    """A small table. Everything in it is shown as text, never as HTML.

    :param empty: the text to show if there are no rows.
    :param note: the text to show below the rows; may be empty.
    :param data: what the rows were made from, for programs.
    """

    def __init__(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        empty: str,
        note: str = "",
        data: msgspec.Struct,
    ) -> None:
        self.headings = tuple(one_line(cell) for cell in headings)
        self.rows = [tuple(one_line(cell) for cell in row) for row in rows]
        self.data = data
        self._empty = printable(empty)
        self._note = printable(note)

    def __repr__(self) -> str:
        if not self.rows:
            return self._empty
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([*text, self._note] if self._note else text)

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{html.escape(self._empty)}</p>"
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        note = f"<p>{html.escape(self._note)}</p>" if self._note else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
