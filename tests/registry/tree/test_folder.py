"""Images in local folder trees of all usual layouts, without leaving the tree."""

from __future__ import annotations

import os

import pytest

from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.images.reference import ImageReference, parse
from jupyterlab_sregistry_globus.registry.tree import walk
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ...support.listings import images_of, read
from .trees import WHEN, age, plant

MD5 = "0123456789abcdef" * 2
HASH = "0123456789abcdef" * 4


def references(registry):
    return [image.reference.removeprefix("images://") for image in images_of(registry)]


def listed(root, *names):
    return references(FolderRegistry("images", plant(root, *names)))


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("tacos/avocados/latest/avocados.sif", "tacos/avocados:latest"),
        ("tacos/avocados/1.0/whatever.sif", "tacos/avocados:1.0"),
        (
            f"quay.io/bio/samtools/1.19--h5_0/quay.io-bio-samtools-1.19--h5_0-sha256:{HASH}.sif",
            "quay.io/bio/samtools:1.19--h5_0",
        ),
        (f"python/3.9.5/python-3.9.5-sha256:{HASH}.sif", "images/python:3.9.5"),
        ("python/3.9.5/python.sif", "images/python:3.9.5"),
        ("tacos/avocados:1.0.sif", "tacos/avocados:1.0"),
        ("tacos/avocados_1.0.sif", "tacos/avocados:1.0"),
        ("tacos/avocados-1.0.sif", "tacos/avocados:1.0"),
        ("tacos/avocados_latest.sif", "tacos/avocados:latest"),
        ("tacos/samtools_1.19--h50ea8bc_0.sif", "tacos/samtools:1.19--h50ea8bc_0"),
        ("tacos/r-base_v4.sqsh", "tacos/r-base:v4"),
        ("tacos/avocados.sif", "tacos/avocados:latest"),
        ("tacos/my_image.img", "tacos/my_image:latest"),
        ("tacos/OLD.SIMG", "tacos/OLD:latest"),
        ("avocados_2.sif", "images/avocados:2"),
        ("fq:0.9.1--h9ee0642_0", "images/fq:0.9.1--h9ee0642_0"),
        ("biocontainers/fq:0.9.1", "biocontainers/fq:0.9.1"),
        ("a/b/tool_1.sif", "a/b/tool:1"),
        (f"tacos/avocados:1.0@{MD5}.sif", "tacos/avocados:1.0"),
        (f"library/sha256.{HASH}", f"library/sha256.{HASH}:latest"),
        (f"oci-tmp/{HASH}", f"oci-tmp/{HASH}:latest"),
        (f"shub/{HASH[:32]}", f"shub/{HASH[:32]}:latest"),
        (f"oras/{HASH}", f"oras/{HASH}:latest"),
        (f"net/{HASH}", f"net/{HASH}:latest"),
        ("tacos/with space & <b>#1%41.sif", "tacos/with space & <b>#1%2541:latest"),
    ],
)
def test_images_of_each_layout_are_listed_and_found(tmp_path, name, reference):
    registry = FolderRegistry("images", plant(tmp_path, name))
    assert references(registry) == [reference]
    storage = registry.storage(parse(reference))
    assert storage.path_below_root == name
    assert storage.local_path == tmp_path / name


@pytest.mark.parametrize(
    "name",
    [
        "tacos/readme.txt",
        "tacos/.hidden.sif",
        ".hidden/a.sif",
        "tacos/avocados.sif.part",
        "tacos/avocados:1.0.part",
        "tacos/.sif",
        "tacos/noextension",
        f"blob/{HASH}",
        f"elsewhere/{HASH}",
    ],
)
def test_other_files_are_not_listed(tmp_path, name):
    assert listed(tmp_path, name) == []


def test_images_are_listed_with_size_and_time_without_reading_them(tmp_path):
    image = images_of(FolderRegistry("images", plant(tmp_path, "tacos/avocados.sif")))[0]
    assert (image.registry, image.collection) == ("images", "tacos")
    assert (image.container, image.tag) == ("avocados", "latest")
    assert (image.size_bytes, image.modified_at) == (43, WHEN)
    assert (image.arch, image.format, image.digest) == (None, None, None)


def test_files_with_one_reference_are_each_listed_and_found_by_their_own_names(tmp_path):
    names = ["a/tool-1.img", "a/tool/1/tool.sif", "a/tool:1.sif", "a/tool_1.sif"]
    registry = FolderRegistry("images", plant(tmp_path, *names, "a/other_1.sif"))
    assert sorted(references(registry)) == [
        "a/other:1",
        "a/tool%3A1.sif:latest",
        "a/tool-1.img:latest",
        "a/tool/1/tool.sif:latest",
        "a/tool_1.sif:latest",
    ]
    for name in names:
        folder, _, file = name.rpartition("/")
        reference = ImageReference(None, folder, file)
        assert registry.storage(reference).path_below_root == name
    with pytest.raises(ImageNotFound, match=r"Several files.*tool-1\.img, .*tool%3A1\.sif"):
        registry.find(parse("a/tool:1"))


def test_of_two_pushes_in_the_servers_storage_the_newer_is_taken(tmp_path):
    names = [f"a/tool:1@{digit * 32}.sif" for digit in "cab"]
    plant(tmp_path, *names)
    os.utime(tmp_path / names[1], (WHEN + 9, WHEN + 9))
    registry = FolderRegistry("images", tmp_path)
    assert references(registry) == ["a/tool:1"]
    assert registry.storage(parse("a/tool:1")).path_below_root == names[1]
    assert read(registry)[1].remark == "Not listed: 2 files with the same name as another."
    for name in names:
        plain = ImageReference(None, "a", name.removeprefix("a/"))
        assert registry.storage(plain).path_below_root == name


def test_a_folder_with_several_images_is_a_collection_not_a_tag(tmp_path):
    assert listed(tmp_path, "a/b/c/x_1.sif", "a/b/c/y_2.sif") == ["a/b/c/x:1", "a/b/c/y:2"]


def test_unpacked_images_are_left_out_and_reported(tmp_path):
    plant(tmp_path, "a/tool:1/.singularity.d/x.img", "a/other/bin/x", "a/other/etc/x.img")
    plant(tmp_path, "a/other/usr/x", "a/real.sif")
    registry = FolderRegistry("images", tmp_path)
    images, summary = read(registry)
    assert [image.reference for image in images] == ["images://a/real:latest"]
    assert "2 unpacked images" in summary.remark


def test_links_are_followed_only_inside_the_folder(tmp_path):
    outside = plant(tmp_path / "outside", "secret.sif", "folder/secret.sif")
    root = plant(tmp_path / "root", "a/real_1.sif", "a/deep/er/2/er.sif")
    (root / "a" / "alias_2.sif").symlink_to("real_1.sif")
    (root / "a" / "secret.sif").symlink_to(outside / "secret.sif")
    (root / "b").symlink_to(outside / "folder")
    (root / "c").symlink_to(root / "a" / "deep")
    (root / "a" / "loop").symlink_to(root)
    (root / "a" / "gone.sif").symlink_to("nowhere")
    registry = FolderRegistry("images", root)
    images, summary = read(registry)
    names = sorted(f"{image.collection}/{image.container}:{image.tag}" for image in images)
    assert names == ["a/alias:2", "a/deep/er:2", "a/real:1", "c/er:2"]
    assert "2 links that point outside" in summary.remark
    for hidden in ("a/secret", "b/secret", "a/gone", "a/loop/a/real:1"):
        with pytest.raises(ImageNotFound):
            registry.find(parse(hidden))
    assert registry.storage(parse("a/alias:2")).local_path == root / "a" / "real_1.sif"


def test_links_between_folders_do_not_make_endless_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(walk, "MAX_BEHIND_LINKS", 50)
    names = "abcde"
    plant(tmp_path, *(f"{name}/tool_1.sif" for name in names), "f/last_1.sif")
    for name in names:
        for other in set(names) - {name}:
            (tmp_path / name / f"to-{other}").symlink_to(f"../{other}")
    registry = FolderRegistry("images", tmp_path)
    references = []

    def take(image):
        # Without a limit there would be millions of them.
        assert len(references) < 1000
        references.append(image.reference)

    summary = registry.read_listing(take)
    assert len(references) == 50 + len(names) + 1
    assert {f"images://{name}/tool:1" for name in names} < {*references}
    assert "images://f/last:1" in references
    assert "links to folders" in summary.remark


def test_a_root_that_is_a_link_works(tmp_path):
    plant(tmp_path / "real", "a/x.sif")
    (tmp_path / "link").symlink_to("real")
    registry = FolderRegistry("images", tmp_path / "link")
    assert references(registry) == ["a/x:latest"]
    assert registry.storage(parse("a/x")).local_path == tmp_path / "real" / "a" / "x.sif"


def test_no_reference_leaves_the_folder(tmp_path):
    root = plant(tmp_path / "root", "a/x.sif")
    plant(tmp_path, "secret.sif", "a/secret.sif")
    registry = FolderRegistry("images", root)
    for container in ("../../secret", "../secret.sif", "/etc/passwd", "x\0y"):
        for tag in ("latest", "../1", "\0", None):
            with pytest.raises(ImageNotFound):
                registry.find(ImageReference(None, "a", container, tag))
    with pytest.raises(ImageNotFound):
        registry.find(ImageReference(None, "a\0", "x", None))
    with pytest.raises(ImageNotFound):
        registry.find(ImageReference(None, "images", "x" * 300, "y" * 300))


def test_a_missing_tag_means_latest_or_the_only_tag(tmp_path):
    plant(tmp_path, "a/x_1.sif", "a/x.sif", "a/y_1.sif", "a/w/7/w.sif")
    plant(tmp_path, "a/z_1.sif", "a/z_2.sif")
    registry = FolderRegistry("images", tmp_path)
    assert registry.find(parse("a/x")).tag == "latest"
    assert registry.find(parse("a/y")).tag == "1"
    assert registry.find(parse("a/w")).tag == "7"
    with pytest.raises(ImageNotFound, match=r"Available tags: 1, 2\."):
        registry.find(parse("a/z"))
    with pytest.raises(ImageNotFound, match=r"Available tags: 1\."):
        registry.find(parse("a/y:2"))


def test_a_missing_folder_is_not_reported_as_a_missing_image(tmp_path):
    registry = FolderRegistry("images", tmp_path / "missing")
    for ask in (lambda: read(registry), lambda: registry.find(parse("a/b"))):
        with pytest.raises(RegistryUnavailable, match="does not exist"):
            ask()


def test_names_that_are_not_utf8_are_left_out_and_reported(tmp_path):
    plant(tmp_path, "a/good.sif")
    (tmp_path / "a" / os.fsdecode(b"bad\xff.sif")).touch()
    registry = FolderRegistry("images", tmp_path)
    images, summary = read(registry)
    assert [image.reference for image in images] == ["images://a/good:latest"]
    assert "1 name that is not valid UTF-8" in summary.remark


def test_a_listing_is_unchanged_until_a_folder_changes(tmp_path):
    root = plant(tmp_path, "a/x_1.sif", "b/y/1/y.sif")
    registry = FolderRegistry("images", root)
    marker = read(registry)[1].marker
    assert registry.is_unchanged(marker)
    assert FolderRegistry("images", root).is_unchanged(marker)
    (root / "b" / "y" / "2").mkdir()
    assert not registry.is_unchanged(marker)
    age(root)
    marker = read(registry)[1].marker
    assert registry.is_unchanged(marker)
    (root / "a" / "x_1.sif").unlink()
    assert not registry.is_unchanged(marker)


def test_a_folder_that_just_changed_counts_as_changed(tmp_path):
    registry = FolderRegistry("images", plant(tmp_path, "a/x_1.sif"))
    os.utime(tmp_path / "a")
    marker = read(registry)[1].marker
    assert not registry.is_unchanged(marker)


@pytest.mark.parametrize("marker", ["", "{}", "[]", "null", "{", '{"": 1}', '{"\\u0000": 1}'])
def test_an_invalid_marker_counts_as_changed(tmp_path, marker):
    assert not FolderRegistry("images", plant(tmp_path, "a/x.sif")).is_unchanged(marker)


def test_a_known_digest_is_shown_and_another_one_refused(tmp_path):
    root = plant(tmp_path / "root", "a/x.sif")
    digests = Digests(tmp_path / "digests.sqlite3")
    registry = FolderRegistry("images", root, digests=digests)
    other = parse(f"a/x@sha256:{HASH}")
    assert registry.find(other).digest is None
    digest = digests.compute(root / "a" / "x.sif")
    assert registry.find(parse("a/x")).digest == digest
    assert registry.find(parse(f"a/x@{digest}")).digest == digest
    with pytest.raises(ImageChanged):
        registry.find(other)
