"""Every listed file has a reference of its own and is found by it; the others are counted."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.errors import ImageNotFound
from jupyterlab_sregistry_globus.images.reference import ImageReference, parse
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry
from jupyterlab_sregistry_globus.registry.tree.layouts import may_be_image

from ...support.listings import images_of, read
from .trees import plant

MD5 = "0123456789abcdef" * 2
HASH = "0123456789abcdef" * 4

words = st.sampled_from(
    ["a", "sa", "sam", "samtools", "tool", "x.sif", "images", "library", "latest", "1", "1.0", "i2"]
)
tags = st.sampled_from(["1", "1.0", "1.9--h9_8", "latest", "jammy", "1.sif", "v2", f"1@{MD5}"])
extensions = st.sampled_from(["", ".sif", ".simg", ".SIF", ".img", ".sif.img"])
files = st.builds(
    lambda name, rest, extension: name + rest + extension,
    words | st.sampled_from([HASH, f"sha256.{HASH}", "é", "e\u0301"]),
    st.just("") | st.builds(lambda mark, tag: mark + tag, st.sampled_from(":_-"), tags),
    extensions,
)
folders = st.lists(words | tags, max_size=4).map("/".join)
trees = st.lists(st.builds(lambda *parts: "/".join(filter(None, parts)), folders, files))


def with_references(registry):
    """Return the files by reference, as a lookup finds them."""
    return {
        image.reference: registry.storage(parse(image.reference)).path_below_root
        for image in images_of(registry)
    }


@settings(deadline=None, max_examples=200)
@given(trees)
def test_every_listed_file_is_found_by_a_reference_of_its_own(paths):
    root = Path(tempfile.mkdtemp())
    try:
        planted = []
        for path in paths:
            try:
                plant(root, path)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                continue
            parts = Path(path).parts
            if may_be_image(parts[-1], parts[:-1]):
                planted.append(path)
        registry = FolderRegistry("images", root)
        images, summary = read(registry)
        references = [image.reference for image in images]
        assert len(references) == len(set(references))
        found = with_references(registry)
        assert len(set(found.values())) == len(found)
        for image in images:
            assert found[image.reference].rpartition("/")[2] == image.file_name
            assert registry.find(parse(image.reference)) == image
        left_out = len(set(planted)) - len(found)
        many = "file" if left_out == 1 else "files"
        assert (f"{left_out} {many} with the same name as another" in summary.remark) == (
            left_out > 0
        )
        for path in found.values():
            folder, _, file = path.rpartition("/")
            plain = registry.storage(ImageReference(None, folder or "images", file))
            # A file of the root may have the plain name of one in the folder "images".
            assert plain.path_below_root in (path, file)
    finally:
        shutil.rmtree(root)


def test_in_folders_of_first_letters_a_files_own_tag_wins(tmp_path):
    names = {
        "s/a/samtools:1.9--h91753b0_8": "s/a/samtools:1.9--h91753b0_8",
        "s/a/samtools:1.10--h9402c20_1": "s/a/samtools:1.10--h9402c20_1",
        "s/a/sambamba:0.6.6--0": "s/a/sambamba:0.6.6--0",
        "all/s/a/samtools:1.9--h91753b0_8": "all/s/a/samtools:1.9--h91753b0_8",
        "all/s/a/salmon:1.0": "all/s/a/salmon:1.0",
        "all/4/2/42basepairs:1.0": "all/4/2/42basepairs:1.0",
        "i/2/i2b:1.0": "i/2/i2b:1.0",
        "all/s/am/samtools.sif": "all/s/am/samtools:latest",
        "all/sa/sam/samtools.sif": "all/sa/sam/samtools:latest",
        "lab/tool/1.0/tool_2.0.sif": "lab/tool/1.0/tool:2.0",
        "lab/tool/1.0/other:3": "lab/tool/1.0/other:3",
    }
    for root in (tmp_path / "all at once", tmp_path / "alone"):
        groups = [[*names]] if root.name == "all at once" else [[name] for name in names]
        for number, group in enumerate(groups):
            registry = FolderRegistry("images", plant(root / str(number), *group))
            expected = {f"images://{names[name]}": name for name in group}
            assert with_references(registry) == expected


def test_a_separator_does_not_hide_a_file(tmp_path):
    registry = FolderRegistry("images", plant(tmp_path, "a/gatk-4.1.sif", "a/gatk_4.1.sif"))
    assert with_references(registry) == {
        "images://a/gatk-4.1.sif:latest": "a/gatk-4.1.sif",
        "images://a/gatk_4.1.sif:latest": "a/gatk_4.1.sif",
    }
    with pytest.raises(ImageNotFound, match=r"Write one of .*gatk-4\.1\.sif, .*gatk_4\.1"):
        registry.find(parse("a/gatk:4.1"))


def test_a_folder_named_like_the_registry_hides_nothing(tmp_path):
    names = ("tool_1.sif", "images/tool_1.sif", "images/tool-1.sif", "images/tool/1/tool.sif")
    registry = FolderRegistry("images", plant(tmp_path, *names))
    images, summary = read(registry)
    assert sorted(image.file_name for image in images) == ["tool-1.sif", "tool.sif", "tool_1.sif"]
    assert summary.remark == "Not listed: 1 file with the same name as another."
    assert registry.storage(parse("images/tool:1")).path_below_root == "tool_1.sif"


@pytest.mark.parametrize(
    ("file", "texts"),
    [
        (
            "library/ubuntu_jammy.sif",
            ["ubuntu_jammy:latest", "ubuntu:jammy", "ubuntu_jammy", "ubuntu_jammy.sif"],
        ),
        ("lab/gatk-4.1.sif", ["gatk:4.1", "gatk-4.1", "gatk-4.1.sif", "gatk"]),
        ("lab/alpine_edge.simg", ["alpine:edge", "alpine_edge", "alpine_edge.simg"]),
        ("lab/r-base_bookworm-slim.sif", ["r-base_bookworm-slim", "r-base:bookworm-slim"]),
        ("lab/fq:0.9.1.sif", ["fq:0.9.1", "fq:0.9.1.sif", "fq"]),
        ("fq:0.9.1--h9ee0642_0", ["fq:0.9.1--h9ee0642_0", "fq"]),
        ("a/b/tool/1/tool.sif", ["tool:1", "tool/1/tool.sif", "tool/1/tool"]),
        (f"a/b/tool/1/a-b-tool-1-sha256:{HASH}.sif",
         ["tool:1", f"tool/1/a-b-tool-1-sha256:{HASH}.sif"]),
        (f"lab/tool:1@{MD5}.sif", ["tool:1", f"tool:1@{MD5}.sif", f"tool%3A1%40{MD5}.sif"]),
    ],
)  # fmt: skip
def test_a_file_answers_to_its_plain_name_too(tmp_path, file, texts):
    registry = FolderRegistry("images", plant(tmp_path, file, "lab/unrelated_1.sif"))
    listed = next(image for image in images_of(registry) if image.container != "unrelated")
    folder = file.removesuffix("/tool/1/" + Path(file).name).rpartition("/")[0]
    collection = "a/b" if file.startswith("a/b/") else folder or "images"
    for text in texts:
        assert registry.find(parse(f"{collection}/{text}")) == listed


@pytest.mark.parametrize(
    ("name", "is_image"),
    [
        ("samtools:1.9--h91753b0_8", True),
        ("data:v1.tar.gz", False),
        ("data:v1.TXT", False),
        ("tool:1.0.img", True),
        ("tool:1.0.json", False),
        ("tool:1.0.part", False),
        ("tool:3.10.4--py39h5_0", True),
        ("tool:2024.05.01", True),
        ("tool:1.0rc1", True),
    ],
)
def test_a_name_without_an_image_extension_counts_if_it_matches_a_layout(tmp_path, name, is_image):
    plant(tmp_path, f"a/{name}")
    assert len(images_of(FolderRegistry("images", tmp_path))) == is_image


def test_dangling_links_and_unknown_extensions_are_counted(tmp_path):
    plant(tmp_path, "a/tool_1.sif", "a/tool_1.sifx", "a/mystery", "a/notes.txt", "a/.hidden")
    plant(tmp_path, "a/box/.singularity.d/x", "a/box/mystery")
    for name in ("gone_1.sif", "gone:1", "gone.txt", ".gone"):
        (tmp_path / "a" / name).symlink_to("nowhere")
    (tmp_path / "a" / "mystery-again").symlink_to("mystery")
    _, summary = read(FolderRegistry("images", tmp_path))
    assert summary.remark == (
        "Not listed: 1 unpacked image, which is a folder and cannot be sent; 2 links that lead "
        "nowhere; 3 files without a known extension."
    )


NFC, NFD = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(("stored", "typed"), [(NFC, NFD), (NFD, NFC)])
def test_both_spellings_of_an_accent_find_each_other(tmp_path, stored, typed):
    names = [
        f"{stored}/{stored}_1.0.sif",
        f"{stored}/bean/2.0/bean.sif",
        f"{stored}/cup/{stored}/cup.sif",
        f"{stored}.sif",
    ]
    registry = FolderRegistry("images", plant(tmp_path, *names))
    for text, path in (
        (f"{typed}/{typed}:1.0", names[0]),
        (f"{typed}/{typed}", names[0]),
        (f"{typed}/{typed}_1.0.sif", names[0]),
        (f"{stored}/{typed}:1.0", names[0]),
        (f"{typed}/bean:2.0", names[1]),
        (f"{typed}/cup:{typed}", names[2]),
        (f"images/{typed}", names[3]),
        (f"images/{typed}.sif", names[3]),
    ):
        assert registry.storage(parse(text)).path_below_root == path
    with pytest.raises(ImageNotFound):
        registry.find(parse("images/cafe"))


def test_of_two_spellings_each_is_found_as_it_is_typed(tmp_path):
    names = [f"a/{NFC}_1.sif", f"a/{NFD}_1.sif"]
    registry = FolderRegistry("images", plant(tmp_path, *names))
    assert sorted(with_references(registry).values()) == sorted(names)
