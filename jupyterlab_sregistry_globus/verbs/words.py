"""What a person types in place of a source or a destination."""

from __future__ import annotations

import re

from ..errors import BadRequest
from ..models.plans import Source

_TARGET = re.compile(r"(?P<name>.+?)(?::(?P<path>[/~].*)?)?", re.DOTALL)


def read_source(text: str) -> Source:
    """A reference, or a path if it begins as one: ``/``, ``./``, ``../`` or ``~``."""
    if text.startswith(("/", "./", "../", "~")):
        return Source(path=text)
    return Source(reference=text)


def read_target(text: str) -> tuple[str, str | None]:
    """The endpoint's name and the path out of ``EP:PATH``; the path may be missing.

    A name may hold ``:`` itself; the path begins at the first one before ``/`` or ``~``.

    :raises BadRequest: there is no endpoint.
    """
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        raise BadRequest(
            "Name the destination as ENDPOINT:/PATH, such as my-cluster:/scratch/images/."
        )
    path = match["path"]
    if path is not None and path.startswith("~"):
        path = "/" + path
    return match["name"], path
