"""Names that a server of the Library API accepts in a request."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")
_HASH = re.compile(r"sha256\.([0-9a-f]{64})")


def is_name(text: str | None) -> bool:
    """Check the name of an entity, a collection or a container."""
    return text is not None and _NAME.fullmatch(text) is not None


def is_path(path: str) -> bool:
    """Check names with ``/`` between them. None of them may consist of dots."""
    return all(is_name(part) and part.strip(".") for part in path.split("/"))


def is_tag(tag: str) -> bool:
    """Check a tag."""
    # A Singularity Registry Server creates a container if a hash is requested as a tag.
    return is_name(tag) and not _HASH.fullmatch(tag)


def digest_of(hash: str | None) -> str | None:
    """Return ``sha256:<hex>`` for a hash as the API writes it; None if it is another one."""
    match = _HASH.fullmatch(hash or "")
    return f"sha256:{match[1]}" if match else None
