"""The user's paths lead to files that may be sent, or to an error that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import ImageNotFound, PathNotAllowed
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "contents"
    root.mkdir()
    (root / "a.sif").touch()
    (tmp_path / "secret.sif").touch()
    (root / "out.sif").symlink_to("../secret.sif")
    (root / "circle").symlink_to("circle")
    (root / "\udcff.sif").touch()
    return root


def test_a_file_in_the_root_is_found_by_relative_and_absolute_path(root: Path) -> None:
    files = LocalFiles(root, [root])
    assert files.resolve("a.sif") == files.resolve(str(root / "a.sif")) == root / "a.sif"


@pytest.mark.parametrize("path", ["../secret.sif", "out.sif", "/etc/passwd", "x/../../secret.sif"])
def test_nothing_outside_the_root_is_reached(root: Path, path: str) -> None:
    with pytest.raises(PathNotAllowed):
        LocalFiles(root, [root]).resolve(path)


@pytest.mark.parametrize(
    "path", ["circle", "circle/a.sif", "", "a\0.sif", ".", "gone.sif", "x" * 5000]
)
def test_other_paths_are_not_found(root: Path, path: str) -> None:
    with pytest.raises(ImageNotFound):
        LocalFiles(root, [root]).resolve(path)


@pytest.mark.parametrize("path", ["~nobody-of-this-name/a.sif", "\udcff.sif"])
def test_a_broken_path_is_reported_if_all_files_are_allowed(root: Path, path: str) -> None:
    with pytest.raises(ImageNotFound):
        LocalFiles(root, None).resolve(path)
