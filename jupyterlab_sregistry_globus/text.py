"""Remote text made safe to show: it cannot steer a terminal, reorder a line or hide in a name.

Everything that a terminal or a notebook shows goes through here. Data for programs does not: there
JSON's own escapes keep text exact and harmless.
"""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"

# Characters that are letters or marks to Unicode, but show nothing.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
) | frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


def printable(text: str) -> str:
    """Replace what a reader would not see as it is; keep line ends and tabs.

    That is control characters (C0 and C1, so every terminal escape), bidirectional overrides and
    isolates, zero-width and other invisible characters, and halves of surrogate pairs. Unusual
    spaces become plain ones.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Make text safe as :func:`printable` does, on a single line."""
    return printable(text).replace("\n", REPLACEMENT).replace("\t", " ")


def _shown(character: str) -> str:
    if character in _INVISIBLE:
        return REPLACEMENT
    if character.isprintable() or character in "\n\t":
        return character
    return " " if unicodedata.category(character) == "Zs" else REPLACEMENT
