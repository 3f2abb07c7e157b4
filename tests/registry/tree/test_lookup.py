"""Lookup of images in anything that can be listed like a folder."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from jupyterlab_sregistry_globus.errors import ImageNotFound
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.tree.listable import FileFacts
from jupyterlab_sregistry_globus.registry.tree.lookup import Lookup

REGISTRY = BrokenRegistry("home", "", "Only its name is used.")


@dataclass
class Folder:
    """A ``ListableFolder`` in memory that records which folders were listed."""

    paths: list[str]
    parts: tuple[str, ...] = ()
    is_readable: bool = True
    listed: list[tuple[str, ...]] = field(default_factory=list)

    def check(self):
        if not self.is_readable:
            raise PermissionError(self.parts)

    def _below(self):
        start = "".join(f"{part}/" for part in self.parts)
        return [path.removeprefix(start) for path in self.paths if path.startswith(start)]

    def files(self):
        self.listed.append(self.parts)
        return [path for path in self._below() if "/" not in path]

    def folders(self):
        return sorted({path.partition("/")[0] for path in self._below() if "/" in path})

    def existing(self, names):
        return [name for name in names if name in self._below()]

    def file(self, name):
        return FileFacts(len(name), None)

    def enter(self, *names):
        return Folder(self.paths, (*self.parts, *names), self.is_readable, self.listed)


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("tacos/avocados_1.0.sif", "tacos/avocados:1.0"),
        ("tacos/avocados/1.0/any.sif", "tacos/avocados"),
        ("avocados.sif", "home/avocados"),
        ("a/b/c/tool/2/tool.sif", "a/b/c/tool:2"),
    ],
)
def test_a_file_is_located_in_each_layout(path, reference):
    located = Lookup(REGISTRY, Folder([path, "tacos/other.sif"])).locate(parse(reference))
    assert located.path_below_root == path


def test_a_usual_name_is_located_without_listing_a_folder():
    root = Folder(["tacos/avocados_1.0.sif", "tacos/avocados_2.0.sif"])
    Lookup(REGISTRY, root).locate(parse("tacos/avocados:2.0"))
    assert root.listed == []


def test_a_missing_image_is_reported_with_the_tags():
    lookup = Lookup(REGISTRY, Folder(["tacos/avocados_1.0.sif", "tacos/avocados_2.0.sif"]))
    with pytest.raises(ImageNotFound, match=r"Available tags: 1\.0, 2\.0\."):
        lookup.locate(parse("tacos/avocados"))
    with pytest.raises(ImageNotFound, match="Search for its name"):
        lookup.locate(parse("tacos/none:1"))


def test_an_unreadable_tree_is_not_reported_as_a_missing_image():
    with pytest.raises(PermissionError):
        Lookup(REGISTRY, Folder([], is_readable=False)).locate(parse("tacos/avocados:1"))
