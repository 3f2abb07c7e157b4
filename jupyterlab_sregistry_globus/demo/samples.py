"""A small registry of sample images, for users who have no registry yet.

They are valid SIF files with labels, a definition file and an architecture, but their file system
is noise. They can be inspected and sent, not run.
"""

from __future__ import annotations

import json
import os
import random
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024

_ALIGNMENT = 4096
_DATA_OFFSET = 32768
_DESCRIPTORS = 48
_DESCRIPTOR = struct.Struct("<i?3I7q128s384s")
_GROUP = 0xF0000001
_CREATED_AT = 1_700_000_000
_ARCH_CODES = {"amd64": b"02\0", "arm64": b"04\0"}


@dataclass(frozen=True)
class Sample:
    """One sample image.

    :param size_bytes: of its file system. The file is slightly larger.
    """

    collection: str
    container: str
    tag: str
    size_bytes: int
    arch: str = "amd64"
    base: str = "docker.io/library/debian:12-slim"
    summary: str = ""

    @property
    def path(self) -> Path:
        """The file's path in the registry's folder."""
        return Path(self.collection, self.container, self.tag, f"{self.container}_{self.tag}.sif")


SAMPLES = (
    Sample("tacos", "avocados", "latest", 24 * MIB, summary="Avocados, ready to serve"),
    Sample("tacos", "avocados", "1.0", 300 * 1024, summary="The first avocados"),
    Sample("tacos", "salsa", "verde", 2 * MIB, "arm64", summary="Salsa for arm64"),
    Sample("tacos", "tortilla", "corn", 700 * 1024),
    Sample("genomics", "samtools", "1.19", 9 * MIB, base="docker.io/library/ubuntu:22.04"),
    Sample("genomics", "samtools", "1.17", 8 * MIB, base="docker.io/library/ubuntu:22.04"),
    Sample("genomics", "bwa", "0.7.17", 3 * MIB),
    Sample("genomics", "fastqc", "0.12.1", 5 * MIB),
    Sample("ml", "pytorch", "2.3", 60 * MIB, base="docker.io/pytorch/pytorch:2.3.0"),
    Sample("ml", "jupyter-gpu", "2024.05", 16 * MIB, base="docker.io/pytorch/pytorch:2.3.0"),
    Sample("demo", "hello", "latest", 4096, summary="A few kB, sent in a second"),
    Sample("demo", "hello", "arm", 4096, "arm64"),
)


def write_samples(folder: Path) -> None:
    """Write the sample images to a folder. Existing files are kept.

    The content is the same on every machine, so digests can be compared.

    :raises OSError: the folder cannot be written to.
    """
    for sample in SAMPLES:
        path = folder / sample.path
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # A temporary name and a rename, so that an interrupted start leaves no partial image.
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with partial.open("wb") as file:
                file.writelines(sif_bytes(sample))
            os.utime(partial, (_CREATED_AT, _CREATED_AT))
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def sif_bytes(sample: Sample) -> Iterator[bytes]:
    """Yield the content of a SIF file, in chunks."""
    definition = (
        f"Bootstrap: docker\nFrom: {sample.base}\n\n%labels\n    Summary {sample.summary}\n"
    )
    objects = [
        (0x4001, b"", b"", definition.encode()),
        (0x4006, b"inspect-metadata.json", b"", _metadata(sample)),
        (0x4006, b"oci-config.json", b"", b'{"Env":["PATH=/usr/bin:/bin"]}'),
    ]
    offset, padded, table = _DATA_OFFSET, b"", b""
    for number, (type, name, extra, content) in enumerate(objects, start=1):
        table += _descriptor(type, number, offset, len(content), name, extra)
        padded += content + bytes(-len(content) % _ALIGNMENT)
        offset = _DATA_OFFSET + len(padded)
    extra = struct.pack("<ii3s", 1, 2, _ARCH_CODES[sample.arch])
    name = f"squashfs-{sample.container}".encode()
    table += _descriptor(0x4004, len(objects) + 1, offset, sample.size_bytes, name, extra)
    end = offset + sample.size_bytes
    head = _header(sample, _DESCRIPTORS - len(objects) - 1, end - _DATA_OFFSET) + table
    yield head + bytes(_DATA_OFFSET - len(head)) + padded
    yield from _filesystem(sample)


def _header(sample: Sample, free: int, data_bytes: int) -> bytes:
    identity = uuid.uuid5(uuid.NAMESPACE_URL, sample.path.as_posix())
    packed = struct.pack(
        "<32s10s3s3s16s8q",
        b"#!/usr/bin/env run-singularity\n",
        b"SIF_MAGIC\0",
        b"01\0",
        _ARCH_CODES[sample.arch],
        identity.bytes,
        *(_CREATED_AT, _CREATED_AT, free, _DESCRIPTORS, _ALIGNMENT),
        *(_DESCRIPTORS * _DESCRIPTOR.size, _DATA_OFFSET, data_bytes),
    )
    return packed + bytes(_ALIGNMENT - len(packed))


def _descriptor(type: int, id: int, offset: int, size: int, name: bytes, extra: bytes) -> bytes:
    padded = size + -size % _ALIGNMENT
    times = (_CREATED_AT, _CREATED_AT)
    return _DESCRIPTOR.pack(
        type, True, id, _GROUP, 0, offset, size, padded, *times, 0, 0, name, extra
    )


def _metadata(sample: Sample) -> bytes:
    labels = {
        "org.label-schema.build-arch": sample.arch,
        "org.label-schema.usage.singularity.deffile.from": sample.base,
        "org.opencontainers.image.base.name": sample.base,
        "org.opencontainers.image.title": f"{sample.container} {sample.tag}",
        "org.opencontainers.image.description": sample.summary or f"Sample of {sample.container}",
    }
    return json.dumps({"data": {"attributes": {"labels": labels}}, "type": "container"}).encode()


def _filesystem(sample: Sample) -> Iterator[bytes]:
    """Yield a squashfs superblock, followed by noise."""
    noise = random.Random(sample.path.as_posix())  # noqa: S311 - the same on every machine
    superblock = struct.pack(
        "<4sIIII6H8Q",
        b"hsqs",
        *(1, _CREATED_AT, 131072, 0),  # inodes, time, block size, fragments
        *(1, 17, 0, 1, 4, 0),  # gzip, log2 of the block size, flags, ids, version 4.0
        *(0, sample.size_bytes, *[0xFFFFFFFFFFFFFFFF] * 6),  # root inode, bytes used, no tables
    )
    yield superblock
    left = sample.size_bytes - len(superblock)
    block = noise.randbytes(MIB)
    while left > 0:
        # Rotating one block is as good as new noise, and ten times faster.
        shift = noise.randrange(MIB)
        chunk = (block[shift:] + block[:shift])[:left]
        yield chunk
        left -= len(chunk)
