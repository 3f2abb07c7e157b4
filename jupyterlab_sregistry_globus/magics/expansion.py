"""The words of a magic's line, with ``$name`` and ``{expression}`` replaced by their values.

Words are split first, as a shell splits them, so that a value with blanks stays one word. A word
that is nothing but a list or tuple becomes several words. Quotes inside ``{…}`` belong to Python.

- ``$name`` and ``$name.attribute`` stay as typed if the name is unknown.
- ``{expression}`` stays as typed if it is not Python, or if a name in it is unknown; any other
  error is raised.
- Nothing is replaced inside single quotes; ``$$``, ``{{`` and ``}}`` mean ``$``, ``{`` and ``}``.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import BadRequest

_NAME = re.compile(r"\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
# Values are marked by number while the line is split: no word that a user types contains NUL.
_MARK = re.compile("\0(\\d+)\0")


def split_words(line: str, namespace: Mapping[str, Any]) -> list[str]:
    """Return the words of a line.

    :raises BadRequest: a quote is not closed, or an expression cannot be evaluated.
    """
    values: list[Any] = []
    marked = _mark_values(line.replace("\0", ""), namespace, values)
    try:
        words = shlex.split(marked)
    except ValueError as error:
        raise BadRequest(f"The line cannot be read: {error}.") from None
    return [text for word in words for text in _expand(word, values)]


def split_lines(cell: str, namespace: Mapping[str, Any]) -> list[list[str] | BadRequest]:
    """Return the words of each line of a cell, none for a comment, or why it cannot be split."""
    lines: list[list[str] | BadRequest] = []
    for line in cell.splitlines():
        try:
            lines.append([] if line.lstrip().startswith("#") else split_words(line, namespace))
        except BadRequest as error:
            lines.append(error)
    return lines


def _mark_values(line: str, namespace: Mapping[str, Any], values: list[Any]) -> str:
    parts: list[str] = []
    quote = ""
    position = 0
    while position < len(line):
        char = line[position]
        taken, has_value, value = 1, False, None
        if char == "\\" and quote != "'":
            taken = 2
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        elif quote != "'" and char in "${}":
            taken, has_value, value = _read_value(line[position:], namespace)
        if has_value:
            values.append(value)
            parts.append(f"\0{len(values) - 1}\0")
        else:
            parts.append(_unescaped(line[position : position + taken], quote))
        position += taken
    return "".join(parts)


def _unescaped(text: str, quote: str) -> str:
    # Between double quotes, shlex would keep the backslash.
    return text[1:] if quote == '"' and text in (r"\$", r"\{", r"\}") else text


def _read_value(text: str, namespace: Mapping[str, Any]) -> tuple[int, bool, Any]:
    """Return how much of the text's beginning is a value or stays as typed, and which value."""
    if text[:2] in ("$$", "{{", "}}"):
        return 2, True, text[0]
    if text[0] == "$":
        return _read_name(text, namespace)
    return _read_expression(text, namespace) if text[0] == "{" else (1, False, None)


def _read_name(text: str, namespace: Mapping[str, Any]) -> tuple[int, bool, Any]:
    match = _NAME.match(text)
    if match is None:
        return 1, False, None
    name, *attributes = match[1].split(".")
    if name not in namespace:
        return match.end(), False, None
    value, taken = namespace[name], 1 + len(name)
    # "$image.sif" may be a text and an ending as well as an attribute.
    for attribute in attributes:
        if not hasattr(value, attribute):
            break
        value, taken = getattr(value, attribute), taken + 1 + len(attribute)
    return taken, True, value


def _read_expression(text: str, namespace: Mapping[str, Any]) -> tuple[int, bool, Any]:
    for end in (index for index, char in enumerate(text) if char == "}"):
        expression = text[1:end].strip()
        try:
            code = compile(ast.parse(expression, mode="eval"), "<magic>", "eval")
        except (SyntaxError, ValueError):
            continue
        try:
            # The user's own words, in the user's own kernel.
            value = eval(code, dict(namespace))  # noqa: S307
        except NameError:
            return end + 1, False, None
        except Exception as error:
            raise BadRequest(
                f"{{{expression}}} cannot be evaluated: {type(error).__name__}: {error}"
            ) from None
        return end + 1, True, value
    return 1, False, None


def _expand(word: str, values: list[Any]) -> list[str]:
    whole = _MARK.fullmatch(word)
    if whole is not None:
        value = values[int(whole[1])]
        if isinstance(value, (list, tuple)):
            return [str(item) for item in value]
    replace: Callable[[re.Match[str]], str] = lambda mark: str(values[int(mark[1])])  # noqa: E731
    return [_MARK.sub(replace, word)]
