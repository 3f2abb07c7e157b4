"""The name of a file at the destination."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.images.filename import check_template, file_name, is_safe_name


@pytest.mark.parametrize(
    ("container", "tag", "format", "expected"),
    [
        ("avocados", "latest", None, "avocados_latest.sif"),
        ("avocados", None, None, "avocados_latest.sif"),
        ("fq", "0.9.1--h9ee0642_0", None, "fq_0.9.1--h9ee0642_0.sif"),
        ("fq", "0.9.1", "squashfs", "fq_0.9.1.sqsh"),
        ("old", "1", "simg", "old_1.simg"),
        ("old", "1", "ext3", "old_1.img"),
        ("a/b", "x\ny", None, "a_b_x_y.sif"),
        ("we<b>ird", "'1' \"2\"", None, "we<b>ird_'1' \"2\".sif"),
    ],
)
def test_names_are_those_of_singularity_pull(container, tag, format, expected):
    assert file_name(container, tag, format=format) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{collection}-{container}-{tag}.img", "lab_tools-samtools-1.21.img"),
        ("depot-singularity-{container}-{tag}", "depot-singularity-samtools-1.21.sif"),
        ("{registry}_{container}_{arch}", "ghcr_samtools_arm64.sif"),
        ("{tag}", "1.21.sif"),
        ("..", "_...sif"),
        ("", "samtools_1.21.sif"),
    ],
)
def test_a_template_decides_the_name(template, expected):
    name = file_name(
        *("samtools", "1.21"),
        template=check_template(template),
        registry="ghcr",
        collection="lab/tools",
        arch="arm64",
    )
    assert name == expected


@pytest.mark.parametrize(
    "template",
    ["{name}", "{tag", "tag}", "a/{tag}", "{container.__class__}", "{tag!r}", "{}", "{0}"],
)
def test_an_invalid_template_is_refused_with_what_is_allowed(template):
    with pytest.raises(ValueError, match=r"\{container\}"):
        check_template(template)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b.sif", "a\nb.sif", " a.sif", ".a.sif", "-r.sif"]
)
def test_a_remote_name_that_would_cause_trouble_is_not_used(name):
    assert not is_safe_name(name)
    assert is_safe_name("samtools 1.21 (ü).sif")


@given(st.text(min_size=1, max_size=400), st.none() | st.text(min_size=1, max_size=400))
def test_every_name_fits_a_file_system_and_stays_in_its_folder(container, tag):
    name = file_name(container, tag)
    assert 0 < len(name.encode()) <= 255
    assert "/" not in name and name.isprintable() and name not in (".", "..")
    assert name.endswith(".sif")


def test_long_names_that_differ_only_at_the_end_stay_different():
    assert file_name("x" * 300, "1") != file_name("x" * 300, "2")
