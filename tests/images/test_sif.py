"""SIF headers are read correctly, and checked against the file's size."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.errors import ImageUnreadable
from jupyterlab_sregistry_globus.images.sif import PARTITION, READ_LIMIT_BYTES, read_sif

from .sifs import MadeSif, Object, partition


class Watched(io.BytesIO):
    """A file that counts the bytes that are read."""

    bytes_read = 0

    def read(self, size=-1):
        data = super().read(size)
        self.bytes_read += len(data)
        return data


def read(sif):
    raw = bytes(sif)
    return read_sif(io.BytesIO(raw), len(raw))


def test_a_header_has_arch_uuid_time_and_objects():
    sif = read(MadeSif([Object(0x4001, b"From: x", b"def"), partition()], arch=b"04"))
    assert (sif.arch, sif.created_at) == ("arm64", 1_700_000_000.0)
    assert sif.uuid == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert [(item.name, item.size_bytes) for item in sif.descriptors] == [("def", 7), ("rootfs", 4)]
    assert sif.primary is not None and sif.primary.type == PARTITION


def test_missing_facts_are_none():
    sif = read(MadeSif(arch=b"00", uuid=bytes(16), created=-62135596800))
    assert (sif.arch, sif.uuid, sif.created_at, sif.modified_at) == (None, None, None, None)


def test_the_primary_partition_has_the_architecture_if_the_header_does_not():
    assert read(MadeSif([partition(arch=b"12")], arch=b"00")).arch == "riscv64"


def test_a_time_outside_of_the_calendar_is_none():
    assert read(MadeSif(created=2**62)).created_at is None


@pytest.mark.parametrize(
    ("sif", "reason"),
    [
        (b"", "Not a SIF"),
        (b"x" * 5000, "Not a SIF"),
        (bytes(MadeSif())[:60], "truncated"),
        (bytes(MadeSif())[:128], "truncated"),
        (bytes(MadeSif())[:20000], "truncated"),
        (bytes(MadeSif([Object(0x4001, b"1234567890")]))[:-1], "truncated"),
        (MadeSif(version=b"02"), "version '02'"),
        (MadeSif(total=-1), "inconsistent"),
        (MadeSif(total=2**62), "inconsistent"),
        (MadeSif(total=49), "inconsistent"),
        (MadeSif(descriptors_size=-1), "inconsistent"),
        (MadeSif(descriptors_size=2**62), "truncated"),
        (MadeSif(data_offset=-5), "inconsistent"),
        (MadeSif(data_size=-1), "inconsistent"),
        (MadeSif(data_size=-5), "inconsistent"),
        (MadeSif([Object(1, b"x", size=-(2**40))]), "invalid offset or size"),
        (MadeSif(data_size=2**62), "truncated"),
        (MadeSif([Object(1, b"x", offset=-1)]), "invalid offset or size"),
        (MadeSif([Object(1, b"x", size=-1)]), "invalid offset or size"),
        (MadeSif([Object(1, b"x", offset=2**62)]), "truncated"),
        (MadeSif([Object(1, b"x", size=2**62)]), "truncated"),
    ],
)
def test_an_inconsistent_file_is_refused_with_the_reason(sif, reason):
    with pytest.raises(ImageUnreadable, match=reason):
        read(sif)


def test_a_table_of_contents_inside_the_header_is_refused():
    raw = bytearray(bytes(MadeSif()))
    raw[96:104] = (64).to_bytes(8, "little")
    with pytest.raises(ImageUnreadable, match="inconsistent"):
        read(raw)


def test_at_most_64_kib_are_read_regardless_of_the_number_of_objects():
    raw = bytes(MadeSif([partition()], slots=5000))
    file = Watched(raw)
    sif = read_sif(file, len(raw))
    assert sif.primary is not None
    assert file.bytes_read <= READ_LIMIT_BYTES


@given(st.binary(max_size=300), st.integers(0, 127), st.integers(-(2**63), 2**63 - 1))
@example(b"", 88, 2**63 - 1)
def test_no_header_causes_any_other_error(noise, at, number):
    raw = bytearray(bytes(MadeSif([partition(), Object(0x4006, b"{}")])))
    raw[at : at + 8] = number.to_bytes(8, "little", signed=True)
    raw[4096 : 4096 + len(noise)] = noise
    file = Watched(bytes(raw))
    try:
        sif = read_sif(file, len(raw))
    except ImageUnreadable:
        pass
    else:
        assert all(0 <= d.offset <= d.offset + d.size_bytes <= len(raw) for d in sif.descriptors)
    assert file.bytes_read <= READ_LIMIT_BYTES
