"""The name of a file at the destination."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.images.filename import file_name


@pytest.mark.parametrize(
    ("container", "tag", "stored_as", "format", "expected"),
    [
        ("avocados", "latest", "avocados.sif", None, "avocados_latest.sif"),
        ("avocados", None, None, None, "avocados_latest.sif"),
        ("fq", "0.9.1--h9ee0642_0", "fq:0.9.1--h9ee0642_0", None, "fq_0.9.1--h9ee0642_0.sif"),
        ("fq", "0.9.1", "fq:0.9.1", "squashfs", "fq_0.9.1.sqsh"),
        ("old", "1", "old-1.simg", "simg", "old_1.simg"),
        ("old", "1", "OLD.SIMG", None, "old_1.SIMG"),
        ("a/b", "x\ny", None, None, "a_b_x_y.sif"),
        ("we<b>ird", "'1' \"2\"", None, None, "we<b>ird_'1' \"2\".sif"),
    ],
)
def test_names_are_those_of_singularity_pull(container, tag, stored_as, format, expected):
    assert file_name(container, tag, stored_as=stored_as, format=format) == expected


@given(st.text(min_size=1, max_size=400), st.none() | st.text(min_size=1, max_size=400))
def test_every_name_fits_a_file_system_and_stays_in_its_folder(container, tag):
    name = file_name(container, tag)
    assert 0 < len(name.encode()) <= 255
    assert "/" not in name and name.isprintable() and name not in (".", "..")
    assert name.endswith(".sif")


def test_long_names_that_differ_only_at_the_end_stay_different():
    assert file_name("x" * 300, "1") != file_name("x" * 300, "2")
