"""References in the forms of other programs."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.images.pasted import pinned_digest, read_pasted

HASH = "0123456789abcdef" * 4


def forms(text, host=""):
    return [str(form) for form in read_pasted(text).forms("reg", host)]


@pytest.mark.parametrize(
    ("text", "host", "expected"),
    [
        ("library://lab/tools/samtools:1.21", "", ["lab/tools/samtools:1.21"]),
        ("library://alpine:3", "", ["library/default/alpine:3", "reg/alpine:3"]),
        (
            "library://lab/samtools",
            "",
            ["lab/samtools", "library/lab/samtools", "lab/default/samtools"],
        ),
        ("library:///lab/tools/x", "", ["lab/tools/x"]),
        ("oras://ghcr.io/lab/tools/x:1", "ghcr.io", ["lab/tools/x:1", "ghcr.io/lab/tools/x:1"]),
        ("ORAS://GHCR.io/solo:v1", "ghcr.io", ["reg/solo:v1", "GHCR.io/solo:v1"]),
        ("ghcr.io/lab/x:1", "ghcr.io", ["lab/x:1", "ghcr.io/lab/x:1"]),
        ("oras://localhost:5000/lab/x:1", "localhost:5000",
         ["lab/x:1", "localhost:5000/lab/x:1"]),
        ("oras://ghcr.io/lab/x:1", "quay.io", ["ghcr.io/lab/x:1"]),
        ("docker://ubuntu:jammy", "", ["library/ubuntu:jammy", "reg/ubuntu:jammy"]),
        ("docker://quay.io/bio/bwa:1", "", ["quay.io/bio/bwa:1"]),
        ("shub://tacos/avocados:latest", "", ["tacos/avocados:latest"]),
        ("hello.sif", "", ["reg/hello.sif"]),
        ("tacos/avocados", "", ["tacos/avocados"]),
        (f"library://a/b/c:sha256.{HASH}", "", [f"a/b/c:sha256.{HASH}"]),
        ("docker://", "", []),
    ],
)  # fmt: skip
def test_a_reference_from_elsewhere_has_these_forms_here(text, host, expected):
    assert forms(text, host) == expected


def test_the_digest_of_a_reference_is_read_in_each_way_to_write_it():
    ends = (f"@sha256:{HASH}", f":sha256.{HASH.upper()}", f":sha256:{HASH}", f":1@sha256:{HASH}")
    for end in ends:
        assert pinned_digest(f"a/b{end}") == f"sha256:{HASH}"
    for other in ("a/b", f"a/b:{HASH}", f"a/b:sha256.{HASH[1:]}"):
        assert pinned_digest(other) is None
