"""Two ways to spell one name: é as one character (NFC), or as e and an accent (NFD).

Linux and Globus keep whichever they were given, and macOS writes the second. What a user types must
find both.
"""

from __future__ import annotations

import unicodedata


def composed(text: str) -> str:
    """Return text with each accented letter as one character, as it is compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_spelled_alike(text: str, other: str) -> bool:
    """Check whether two texts are the same, or different spellings of the same."""
    return text == other or composed(text) == composed(other)


def spellings(text: str) -> tuple[str, ...]:
    """Return a text in each of the usual spellings, as given first."""
    if text.isascii():
        return (text,)
    forms = (text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD")))
    return tuple(dict.fromkeys(forms))
