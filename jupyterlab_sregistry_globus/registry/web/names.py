"""Names as parts of the path of a request."""

from __future__ import annotations

MAX_CHARACTERS = 200

# They would end the path, or split it. In brackets, some servers expect an address.
_SPECIAL = frozenset('/:@?#%\\"<>[]{}|^`*')


def is_segment(text: str) -> bool:
    """Check whether a name can be one part of a path, and nothing else.

    Such a name may hold ``+``, ``~`` and letters of any script; the request encodes them.
    """
    return (
        0 < len(text) <= MAX_CHARACTERS
        and bool(text.strip("."))
        and text.isprintable()
        and not any(character.isspace() or character in _SPECIAL for character in text)
    )
