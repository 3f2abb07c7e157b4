"""Search in what the registries listed."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..registry.tree.trees import plant
from .helpers import references

NAMES = (
    "bio/samtools:1.19",
    "bio/fastqc:0.12.1",
    "bio/multiqc:1.0",
    "bio/qc-report:2",
    "bio/fq:0.9",
    "qc/other:3",
    "odd/Größe:1",
    "odd/a%b_c:1",
    'odd/quo"te:1',
)


@pytest.mark.parametrize("has_trigram", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fastqc", ["bio/fastqc:0.12.1"]),
        ("FastQC", ["bio/fastqc:0.12.1"]),
        ("stq", ["bio/fastqc:0.12.1"]),
        ("f", ["bio/fastqc:0.12.1", "bio/fq:0.9"]),
        ("qc", ["bio/qc-report:2", "bio/fastqc:0.12.1", "bio/multiqc:1.0", "qc/other:3"]),
        ("bio/samtools:1", ["bio/samtools:1.19"]),
        ("images://bio/samtools", ["bio/samtools:1.19"]),
        ("1.19 sam", ["bio/samtools:1.19"]),
        ("sam bio nothing", []),
        ("größe", ["odd/Größe:1"]),
        ("GRÖSSE", ["odd/Größe:1"]),
        ("%b_", ["odd/a%b_c:1"]),
        ("%", ["odd/a%b_c:1"]),
        ('o"t', ['odd/quo"te:1']),
        ('"', ['odd/quo"te:1']),
        ("NEAR AND OR NOT * ^ ( ) {", []),
        ("x\0y", []),
        ("a" * 10_000, []),
    ],
)
def test_search_finds_parts_of_names_and_shows_the_best_first(
    make, tmp_path, text, expected, has_trigram
):
    root = plant(tmp_path / "images", *(f"{name}.sif" for name in NAMES))
    catalog = make(FolderRegistry("images", root), has_trigram=has_trigram)
    listing = catalog.images(text=text)
    assert [reference.replace("%25", "%") for reference in references(listing)] == expected
    assert listing.total == len(expected)


def test_search_can_be_limited_to_a_collection(make, tmp_path):
    root = plant(tmp_path / "images", *(f"{name}.sif" for name in NAMES))
    catalog = make(FolderRegistry("images", root))
    assert references(catalog.images(collection="qc", text="o")) == ["qc/other:3"]
    assert references(catalog.images(collection="qc")) == ["qc/other:3"]
    assert catalog.images(collection="none").total == 0


@pytest.mark.parametrize("has_trigram", [True, False])
def test_a_files_name_is_found_as_it_is_spelled_on_disk(make, tmp_path, has_trigram):
    files = (
        "bio/gatk_4.1.sif",
        "bio/ubuntu_jammy.simg",
        "bio/depot.galaxyproject.org-singularity-multiqc-1.21--pyhdfd78af_0.img",
        "shpc/tool/1.0/quay.io-bio-tool-1.0.sif",
        "cvmfs/fq:0.9.1--h9ee0642_0",
        "bio/cafe\u0301_1.sif",
    )
    root = plant(tmp_path / "images", *files)
    catalog = make(FolderRegistry("images", root), has_trigram=has_trigram)
    for file in files:
        name = file.rpartition("/")[2]
        for length in range(name.rfind("."), len(name) + 1):
            (image,) = catalog.images(text=name[:length]).images
            assert image.file_name == name
    assert references(catalog.images(text="caf\u00e9_1.sif")) == ["bio/cafe\u0301:1"]
    assert catalog.images(text="sif").total == 0
