"""The name of an image's file at the destination."""

from __future__ import annotations

import hashlib

EXTENSIONS = (".sif", ".simg", ".img", ".sqsh", ".squashfs", ".sqfs")

_EXTENSION_BY_FORMAT = {"sif": ".sif", "simg": ".simg", "ext3": ".img", "squashfs": ".sqsh"}
_MAX_BYTES = 255


def file_name(
    container: str, tag: str | None, *, stored_as: str | None = None, format: str | None = None
) -> str:
    """Return the name that ``singularity pull`` would use: ``<container>_<tag>.sif``.

    Characters that cause trouble in a file system or a terminal become ``_``. A name of more than
    255 bytes is cut, and part of its hash is appended to keep it unique.

    :param tag: None means ``latest``.
    :param stored_as: the file's name in the registry. The extension of an image is kept.
    :param format: as its content shows. It decides if the stored name has no extension.
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
    """Return the name's image extension, unchanged; empty if it has none that we know."""
    dot = name.rfind(".")
    suffix = name[dot:] if dot > 0 else ""
    return suffix if suffix.lower() in EXTENSIONS else ""
