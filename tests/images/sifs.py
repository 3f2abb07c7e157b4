"""SIF files made field by field, so that tests can make each field wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Object:
    """An object of a SIF. ``offset`` and ``size`` may be wrong on purpose."""

    type: int
    content: bytes = b""
    name: bytes = b""
    extra: bytes = b""
    offset: int | None = None
    size: int | None = None


@dataclass
class MadeSif:
    """A SIF. Fields that are None are computed correctly."""

    objects: Sequence[Object] = ()
    arch: bytes = b"02"
    version: bytes = b"01"
    launch: bytes = b"#!/usr/bin/env run-singularity\n"
    uuid: bytes = bytes(range(16))
    created: int = 1_700_000_000
    slots: int = 48
    total: int | None = None
    descriptors_offset: int = 4096
    descriptors_size: int | None = None
    data_offset: int | None = None
    data_size: int | None = None
    tail: bytes = field(default=b"")

    def __bytes__(self) -> bytes:
        table, content = b"", b""
        data_at = self.descriptors_offset + 585 * self.slots
        for number, item in enumerate(self.objects, start=1):
            offset = data_at + len(content) if item.offset is None else item.offset
            size = len(item.content) if item.size is None else item.size
            table += struct.pack(
                "<i?3I7q128s384s",
                *(item.type, True, number, 0xF0000001, 0, offset, size, size),
                *(self.created, self.created, 0, 0, item.name, item.extra),
            )
            content += item.content
        total = self.slots if self.total is None else self.total
        length = 585 * self.slots if self.descriptors_size is None else self.descriptors_size
        head = struct.pack(
            "<32s10s3s3s16s8q",
            self.launch,
            b"SIF_MAGIC\0",
            self.version,
            self.arch,
            self.uuid,
            *(self.created, self.created, self.slots - len(self.objects), total),
            *(self.descriptors_offset, length),
            data_at if self.data_offset is None else self.data_offset,
            len(content) if self.data_size is None else self.data_size,
        )
        head += bytes(max(0, self.descriptors_offset - len(head)))
        return head + table + bytes(585 * self.slots - len(table)) + content + self.tail


def partition(filesystem: int = 1, part: int = 2, arch: bytes = b"02", content: bytes = b"hsqs"):
    """Make the partition of a file system."""
    return Object(0x4004, content, b"rootfs", struct.pack("<ii3s", filesystem, part, arch))
