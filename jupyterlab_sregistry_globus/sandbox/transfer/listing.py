"""Directory listings: entries, filters and order."""

from __future__ import annotations

import fnmatch
import os
import stat as stat_module
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..clock import parse, spaced
from ..errors import Refused
from .paths import Place, virtual_name

LIMIT = 100_000
_VIRTUAL_TIME = 1_610_675_150


def entries(place: Place) -> Iterator[dict[str, Any]]:
    """Return the `file` documents of a folder.

    :raises OSError: from the disk.
    """
    if place.virtual is not None:
        for number in range(place.virtual):
            yield virtual_file(number)
        return
    with os.scandir(place.local) as folder:
        for entry in folder:
            document = describe(Path(entry.path))
            if document is not None:
                yield document


def virtual_file(number: int) -> dict[str, Any]:
    """Return a file that exists only as a number."""
    name = virtual_name(number)
    return _document(name, "file", 2880 * (1 + number % 7), _VIRTUAL_TIME + number, "0644")


def describe(local: Path) -> dict[str, Any] | None:
    """Return a `file` document, or None if nothing exists."""
    try:
        own = os.lstat(local)
    except OSError:
        return None
    name = _text(local.name)
    if not stat_module.S_ISLNK(own.st_mode):
        mode = f"{stat_module.S_IMODE(own.st_mode):04o}"
        return _document(name, _type(own.st_mode), own.st_size, own.st_mtime, mode)
    link = {
        "link_target": _text(str(local.readlink())),
        "link_size": own.st_size,
        "link_last_modified": spaced(own.st_mtime),
        "link_user": "ada",
        "link_group": "research",
    }
    try:
        target = local.stat()
    except OSError:
        return _document(name, "invalid_symlink", own.st_size, own.st_mtime, "0777") | link
    mode = f"{stat_module.S_IMODE(target.st_mode):04o}"
    kind = _type(target.st_mode)
    return _document(name, kind, target.st_size, target.st_mtime, mode) | link


def select(
    rows: Iterator[dict[str, Any]],
    *,
    show_hidden: bool,
    filters: list[str],
    orderby: str,
    limit: int,
    offset: int,
) -> tuple[list[dict[str, Any]], int]:
    """Return the requested page, and the number of rows on all pages.

    :param filters: clauses such as "name:~*.sif/type:file"; a row must match all of them.
    :param orderby: "name ASC,type".
    """
    keep = [clause(text) for text in filters if text]
    matches = [
        row
        for row in rows
        if (show_hidden or not row["name"].startswith(".")) and all(passes(row) for passes in keep)
    ]
    order(matches, orderby or "type,name")
    return matches[offset : offset + limit], len(matches)


def order(rows: list[dict[str, Any]], orderby: str) -> None:
    """Sort in place by comma-separated fields, each with ASC (the default) or DESC."""
    for part in reversed([part.strip() for part in orderby.split(",") if part.strip()]):
        name, _, direction = part.partition(" ")
        if direction.strip().upper() not in ("", "ASC", "DESC"):
            raise Refused(400, "ClientError.BadRequest", f"Bad orderby: {part}")
        rows.sort(
            key=lambda row: (row.get(name) is not None, row.get(name)),
            reverse=direction.strip().upper() == "DESC",
        )


def clause(text: str) -> Callable[[dict[str, Any]], bool]:
    """Return a test from filter text: fields joined by "/", each "name:value,value".

    A value may start with "=" (exactly), "~" (pattern, case ignored), "!" or "!~" (not), and for
    sizes and times with ">" and similar.
    """
    tests = []
    for part in text.split("/"):
        name, colon, values = part.partition(":")
        if not colon or not name:
            raise Refused(400, "ClientError.BadRequest", f"Bad filter: {text}")
        tests.append(_field(name, values))
    return lambda row: all(test(row) for test in tests)


def _field(name: str, values: str) -> Callable[[dict[str, Any]], bool]:
    if name in ("size", "last_modified"):
        return _compared(name, values)
    alternatives = values.split(",")
    negative = [one[1:] for one in alternatives if one.startswith("!")]
    positive = [one for one in alternatives if not one.startswith("!")]

    def passes(row: dict[str, Any]) -> bool:
        value = "" if row.get(name) is None else str(row[name])
        if any(_matches(value, pattern) for pattern in negative):
            return False
        return not positive or any(_matches(value, pattern) for pattern in positive)

    return passes


def _matches(value: str, pattern: str) -> bool:
    if pattern.startswith("~"):
        return fnmatch.fnmatchcase(value.lower(), pattern[1:].lower())
    return value == pattern.removeprefix("=")


def _compared(name: str, values: str) -> Callable[[dict[str, Any]], bool]:
    def number(text: str) -> float:
        try:
            return float(text) if name == "size" else parse(text)
        except ValueError:
            raise Refused(400, "ClientError.BadRequest", f"Bad value for {name}: {text}") from None

    def of(row: dict[str, Any]) -> float:
        return float(row["size"]) if name == "size" else parse(row["last_modified"])

    if values[:1] in "<>=" and values[:1]:
        sign = values[:2] if values[1:2] == "=" else values[:1]
        bound = number(values[len(sign) :])
        return {
            "<": lambda row: of(row) < bound,
            "<=": lambda row: of(row) <= bound,
            ">": lambda row: of(row) > bound,
            ">=": lambda row: of(row) >= bound,
            "=": lambda row: of(row) == bound,
        }[sign]
    low, comma, high = values.partition(",")
    least = number(low) if low else float("-inf")
    most = number(high) if high else float("inf")
    if not comma:
        return lambda row: of(row) == least
    return lambda row: least <= of(row) <= most


def _document(name: str, kind: str, size: int, modified: float, mode: str) -> dict[str, Any]:
    return {
        "DATA_TYPE": "file",
        "name": name,
        "type": kind,
        "size": size,
        "last_modified": spaced(modified),
        "permissions": mode,
        "user": "ada",
        "group": "research",
        "link_target": None,
        "link_size": None,
        "link_last_modified": None,
        "link_user": None,
        "link_group": None,
    }


def _type(mode: int) -> str:
    for test, name in (
        (stat_module.S_ISDIR, "dir"),
        (stat_module.S_ISREG, "file"),
        (stat_module.S_ISCHR, "chr"),
        (stat_module.S_ISBLK, "blk"),
        (stat_module.S_ISFIFO, "pipe"),
    ):
        if test(mode):
            return name
    return "other"


def _text(name: str) -> str:
    """Return a name on this disk as text that JSON can hold."""
    return os.fsencode(name).decode("utf-8", "replace")
