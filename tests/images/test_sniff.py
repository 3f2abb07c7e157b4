"""Images are identified by their content."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.images.sniff import HEAD_BYTES, Sniffed, sniff

from .sifs import MadeSif

SQUASHFS = struct.pack("<4sIIIIHHHHHH", b"hsqs", 1, 0, 131072, 0, 1, 17, 0, 1, 4, 0) + bytes(64)
EXT3 = bytes(1080) + b"\x53\xef" + bytes(64)
LAUNCH = b"#!/usr/bin/env run-singularity\n"


def test_each_kind_of_image_is_recognized():
    assert sniff(bytes(MadeSif())[:HEAD_BYTES]) == Sniffed("sif", None)
    assert sniff(SQUASHFS) == Sniffed("squashfs", "squashfs", 96)
    assert sniff(EXT3) == Sniffed("ext3", "ext3", 2048)
    assert sniff(LAUNCH + SQUASHFS) == Sniffed("simg", "squashfs", len(LAUNCH) + 96)
    assert sniff(LAUNCH + EXT3) == Sniffed("simg", "ext3", len(LAUNCH) + 2048)


def test_a_file_that_only_resembles_an_image_is_not_one():
    assert sniff(b"") is None
    assert sniff(b"hsqs, said the text file") is None
    assert sniff(b"#!/bin/sh\nexec run-singularity image.sif\n" + bytes(4096)) is None
    assert sniff(LAUNCH + b"just a script") is None


@given(st.binary(max_size=2000))
def test_any_bytes_have_an_answer(head):
    sniff(head)
    sniff(LAUNCH + head)


def test_a_file_system_says_where_it_ends():
    ext3 = bytearray(EXT3)
    ext3[1028:1032] = (500).to_bytes(4, "little")
    ext3[1048:1052] = (2).to_bytes(4, "little")
    assert sniff(bytes(ext3)) == Sniffed("ext3", "ext3", 500 * 4096)
    squashfs = bytearray(SQUASHFS)
    squashfs[40:48] = (70_000).to_bytes(8, "little")
    assert sniff(LAUNCH + squashfs) == Sniffed("simg", "squashfs", len(LAUNCH) + 70_000)
