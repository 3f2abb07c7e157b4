"""Which kind of image a file is, told by its content and never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from . import sif

HEAD_BYTES = 4096

_SQUASHFS_MAGIC = b"hsqs"
_SQUASHFS_COMPRESSIONS = range(1, 7)
_EXT3_MAGIC = b"\x53\xef"
_EXT3_MAGIC_OFFSET = 1080
_SIMG_LAUNCH = b" run-singularity"


@dataclass(frozen=True)
class Sniffed:
    """What a file's first bytes show.

    :param format: ``sif``, ``squashfs``, ``ext3`` or ``simg`` (Singularity 2).
    :param filesystem: None for a SIF, whose descriptors say it.
    """

    format: str
    filesystem: str | None


def sniff(head: bytes) -> Sniffed | None:
    """Recognise an image by its first HEAD_BYTES bytes; None if it is none that we know."""
    if sif.is_sif(head):
        return Sniffed("sif", None)
    bare = _filesystem(head)
    if bare is not None:
        return Sniffed(bare, bare)
    line = head.partition(b"\n")[0]
    launch = line.find(_SIMG_LAUNCH)
    if launch > 0 and line.startswith(b"#!"):
        inside = _filesystem(head[launch + len(_SIMG_LAUNCH) + 1 :])
        if inside is not None:
            return Sniffed("simg", inside)
    return None


def _filesystem(head: bytes) -> str | None:
    if head.startswith(_SQUASHFS_MAGIC):
        compression = int.from_bytes(head[20:22], "little")
        major = int.from_bytes(head[28:30], "little")
        if major == 4 and compression in _SQUASHFS_COMPRESSIONS:
            return "squashfs"
    if head[_EXT3_MAGIC_OFFSET : _EXT3_MAGIC_OFFSET + 2] == _EXT3_MAGIC:
        return "ext3"
    return None
