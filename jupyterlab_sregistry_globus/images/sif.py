"""The header and the descriptors of a SIF file.

Images come from strangers. At most 64 KiB are read, including what identifies the format, and every
offset, size and count is checked against the file's real size before it is used.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from typing import BinaryIO

from ..errors import ImageUnreadable

MAGIC = b"SIF_MAGIC\0"
MAGIC_OFFSET = 32
HEADER_BYTES = 128
# The other 4 KiB are those that identify the format.
READ_LIMIT_BYTES = 60 * 1024

DEFINITION = 0x4001
LABELS = 0x4003
PARTITION = 0x4004
SIGNATURE = 0x4005
GENERIC_JSON = 0x4006
CRYPT_MESSAGE = 0x4008
SBOM = 0x4009

PRIMARY = 2

ARCH_NAMES = {
    "01": "386",
    "02": "amd64",
    "03": "arm",
    "04": "arm64",
    "05": "ppc64",
    "06": "ppc64le",
    "07": "mips",
    "08": "mipsle",
    "09": "mips64",
    "10": "mips64le",
    "11": "s390x",
    "12": "riscv64",
    "13": "loong64",
}
FILESYSTEM_NAMES = {
    1: "squashfs",
    2: "ext3",
    3: "archive",
    4: "raw",
    5: "encrypted squashfs",
    6: "gocryptfs",
}
ENCRYPTED_FILESYSTEMS = (5, 6)
HASH_NAMES = {1: "SHA-256", 2: "SHA-384", 3: "SHA-512", 4: "BLAKE2s-256", 5: "BLAKE2b-256"}

# magic[10] version[3] arch[3] uuid[16], then eight integers of 64 bits.
_HEADER = struct.Struct("<10s3s3s16s8q")
# type used id group link offset size padded created modified uid gid name extra
_DESCRIPTOR = struct.Struct("<i?3I7q128s384s")
_MAX_DESCRIPTORS = (READ_LIMIT_BYTES - HEADER_BYTES) // _DESCRIPTOR.size
# Go's zero time, year 1, which SIF writers store for "no time".
_NO_TIME = -62135596800


@dataclass(frozen=True)
class Descriptor:
    """One object in a SIF: its type and place. What ``extra`` means depends on the type."""

    type: int
    id: int
    offset: int
    size_bytes: int
    name: str
    extra: bytes

    @property
    def filesystem(self) -> int:
        """Return a partition's file system, as numbered in FILESYSTEM_NAMES."""
        return int.from_bytes(self.extra[:4], "little")

    @property
    def is_primary(self) -> bool:
        """Check whether the container starts from this partition."""
        return self.type == PARTITION and int.from_bytes(self.extra[4:8], "little") == PRIMARY


@dataclass(frozen=True)
class Sif:
    """The header of a SIF.

    :param arch: such as ``amd64``; None if not recorded.
    :param uuid: None if not recorded.
    :param created_at: POSIX seconds; None if not recorded.
    :param modified_at: POSIX seconds; None if not recorded.
    """

    arch: str | None
    uuid: str | None
    created_at: float | None
    modified_at: float | None
    descriptors: tuple[Descriptor, ...]

    @property
    def primary(self) -> Descriptor | None:
        """Return the partition that the container starts from, if there is one."""
        return next((item for item in self.descriptors if item.is_primary), None)

    def of_type(self, type: int) -> tuple[Descriptor, ...]:
        """Return the objects of one type, in the file's order."""
        return tuple(item for item in self.descriptors if item.type == type)


def is_sif(head: bytes) -> bool:
    """Check whether these first bytes are those of a SIF."""
    return head[MAGIC_OFFSET : MAGIC_OFFSET + len(MAGIC)] == MAGIC


def read_sif(file: BinaryIO, size_bytes: int) -> Sif:
    """Read the header and the descriptors; never more than READ_LIMIT_BYTES.

    Descriptors beyond that limit are left out.

    :param file: seekable, at any position.
    :param size_bytes: of the whole file.
    :raises ImageUnreadable: not a SIF, of an unknown version, truncated, or pointing outside the
        file.
    """
    file.seek(0)
    head = file.read(HEADER_BYTES)
    if not is_sif(head):
        raise ImageUnreadable("Not a SIF file: its magic number is missing.")
    if len(head) < HEADER_BYTES:
        raise ImageUnreadable(
            "The file is truncated: it ends within the SIF header. Copy it again."
        )
    _, version, arch, identity, *numbers = _HEADER.unpack(head[MAGIC_OFFSET:])
    created, modified, _free, total, offset, length, data_at, data_size = numbers
    if version.rstrip(b"\0") != b"01":
        raise ImageUnreadable(
            f"This SIF has version {_text(version)!r}. Only version 01 can be read."
        )
    if total < 0 or length < 0 or offset < HEADER_BYTES or total * _DESCRIPTOR.size > length:
        raise ImageUnreadable("The SIF header is inconsistent about its descriptors.")
    if offset + length > size_bytes:
        raise _truncated("its table of contents", offset + length, size_bytes)
    if data_at < 0 or data_size < 0:
        raise ImageUnreadable("The SIF header is inconsistent about where its data is.")
    descriptors = _read_descriptors(file, offset, min(total, _MAX_DESCRIPTORS), size_bytes)
    if data_at + data_size > size_bytes:
        raise _truncated("its data", data_at + data_size, size_bytes)
    return Sif(
        arch=_arch(arch, descriptors),
        uuid=str(uuid.UUID(bytes=identity)) if any(identity) else None,
        created_at=_time(created),
        modified_at=_time(modified),
        descriptors=descriptors,
    )


def read_object(file: BinaryIO, descriptor: Descriptor, limit_bytes: int) -> bytes:
    """Read the first bytes of an object, at most ``limit_bytes``."""
    file.seek(descriptor.offset)
    return file.read(min(descriptor.size_bytes, limit_bytes))


def _read_descriptors(
    file: BinaryIO, offset: int, count: int, size_bytes: int
) -> tuple[Descriptor, ...]:
    file.seek(offset)
    table = file.read(count * _DESCRIPTOR.size)
    if len(table) < count * _DESCRIPTOR.size:
        raise _truncated("its table of contents", offset + count * _DESCRIPTOR.size, size_bytes)
    items = []
    for fields in _DESCRIPTOR.iter_unpack(table):
        type, is_used, id, _group, _link, at, size, *_owner_and_times, name, extra = fields
        if not is_used:
            continue
        if at < 0 or size < 0:
            raise ImageUnreadable(f"Object {id} of this SIF file has an invalid offset or size.")
        if at + size > size_bytes:
            raise _truncated(f"its object {id}", at + size, size_bytes)
        items.append(Descriptor(type, id, at, size, _text(name), extra))
    return tuple(items)


def _arch(code: bytes, descriptors: tuple[Descriptor, ...]) -> str | None:
    primary = next((item for item in descriptors if item.is_primary), None)
    return ARCH_NAMES.get(_text(code)) or (
        ARCH_NAMES.get(_text(primary.extra[8:11])) if primary is not None else None
    )


def _time(seconds: int) -> float | None:
    # Reproducible builds write zero, which is no time either.
    if seconds in (0, _NO_TIME):
        return None
    # Up to year 9999, which Python's and JavaScript's calendars can still show.
    return float(seconds) if 0 < seconds < 253402300800 else None


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode(errors="replace")


def _truncated(part: str, end: int, size_bytes: int) -> ImageUnreadable:
    return ImageUnreadable(
        f"The file is truncated: {part} should end at byte {end}, "
        f"but the file has {size_bytes} bytes. Copy it again."
    )
