"""Identifies a file's kind of image by its content, never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from . import sif

HEAD_BYTES = 4096

_SQUASHFS_MAGIC = b"hsqs"
_SQUASHFS_COMPRESSIONS = range(1, 7)
_EXT3_MAGIC = b"\x53\xef"
_EXT3_MAGIC_OFFSET = 1080
# The end of the first blocks, which contain everything else that is read.
_SQUASHFS_LEAST_BYTES = 96
_EXT3_LEAST_BYTES = 2048
_SIMG_LAUNCH = b" run-singularity"


@dataclass(frozen=True)
class Sniffed:
    """What a file's first bytes show.

    :param format: ``sif``, ``squashfs``, ``ext3`` or ``simg`` (Singularity 2).
    :param filesystem: None for a SIF, whose descriptors name it.
    :param ends_at: where a bare file system says that it ends. A shorter file is truncated.
    """

    format: str
    filesystem: str | None
    ends_at: int = 0


def sniff(head: bytes) -> Sniffed | None:
    """Identify an image by its first HEAD_BYTES bytes; None if it is not a recognized image."""
    if sif.is_sif(head):
        return Sniffed("sif", None)
    bare = _filesystem(head)
    if bare is not None:
        return Sniffed(bare[0], *bare)
    line = head.partition(b"\n")[0]
    launch = line.find(_SIMG_LAUNCH)
    if launch > 0 and line.startswith(b"#!"):
        start = launch + len(_SIMG_LAUNCH) + 1
        inside = _filesystem(head[start:])
        if inside is not None:
            return Sniffed("simg", inside[0], start + inside[1])
    return None


def _filesystem(head: bytes) -> tuple[str, int] | None:
    """Return a file system's name, and the size that it claims."""
    if head.startswith(_SQUASHFS_MAGIC):
        compression = int.from_bytes(head[20:22], "little")
        major = int.from_bytes(head[28:30], "little")
        if major == 4 and compression in _SQUASHFS_COMPRESSIONS:
            return "squashfs", max(_SQUASHFS_LEAST_BYTES, int.from_bytes(head[40:48], "little"))
    if head[_EXT3_MAGIC_OFFSET : _EXT3_MAGIC_OFFSET + 2] == _EXT3_MAGIC:
        blocks = int.from_bytes(head[1028:1032], "little")
        shift = int.from_bytes(head[1048:1052], "little")
        # The largest block size is 64 KiB.
        return "ext3", max(_EXT3_LEAST_BYTES, blocks * (1024 << shift) if shift <= 6 else 0)
    return None
