"""What an image's file is called where it arrives."""

from __future__ import annotations

import hashlib

EXTENSIONS = (".sif", ".simg", ".img", ".sqsh", ".squashfs", ".sqfs")

_EXTENSION_BY_FORMAT = {"sif": ".sif", "simg": ".simg", "ext3": ".img", "squashfs": ".sqsh"}
_MAX_BYTES = 255


def file_name(
    container: str, tag: str | None, *, stored_as: str | None = None, format: str | None = None
) -> str:
    """The name that ``singularity pull`` would give: ``<container>_<tag>.sif``.

    Characters that a file system or a terminal would trip over become ``_``; a name that would be
    longer than 255 bytes is cut, and told from others by a few digits of its hash.

    :param tag: None means ``latest``.
    :param stored_as: the file's name in the registry; an image's extension is kept.
    :param format: as found by content; decides where the stored name has no extension.
    """
    extension = extension_of(stored_as or "") or _EXTENSION_BY_FORMAT.get(format or "", ".sif")
    stem = f"{container}_{tag or 'latest'}"
    clean = "".join("_" if c == "/" or not c.isprintable() else c for c in stem)
    if len((clean + extension).encode(errors="replace")) <= _MAX_BYTES:
        return clean + extension
    ending = "-" + hashlib.sha256(stem.encode(errors="replace")).hexdigest()[:8] + extension
    kept = clean.encode(errors="replace")[: _MAX_BYTES - len(ending)]
    return kept.decode(errors="ignore") + ending


def extension_of(name: str) -> str:
    """The image's extension as written, or an empty text if the name has none that we know."""
    dot = name.rfind(".")
    suffix = name[dot:] if dot > 0 else ""
    return suffix if suffix.lower() in EXTENSIONS else ""
