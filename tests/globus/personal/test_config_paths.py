"""Reading and writing Connect Personal's config-paths."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest
from jupyterlab_sregistry_globus.globus.personal.config_paths import ConfigPaths


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def paths(tmp_path: Path, home: Path) -> ConfigPaths:
    return ConfigPaths(tmp_path / "lta" / "config-paths")


def write(paths: ConfigPaths, text: str, mode: int = 0o600) -> None:
    paths.path.parent.mkdir()
    paths.path.write_text(text)
    paths.path.chmod(mode)


def test_sharing_keeps_every_other_line(paths: ConfigPaths, images: Path) -> None:
    write(paths, "~/,0,1\n# a remark\n/scratch, with comma,1,1\n", 0o640)
    paths.share_read_only(images)
    assert paths.path.read_text() == (
        f"~/,0,1\n# a remark\n/scratch, with comma,1,1\n{images}/,1,0\n"
    )
    assert stat.S_IMODE(paths.path.stat().st_mode) == 0o640


def test_sharing_replaces_the_line_of_the_folder(paths: ConfigPaths, images: Path) -> None:
    write(paths, f"{images},0,1\n/scratch/,0,1\n")
    assert paths.line_for(images) == f"{images},0,1"
    paths.share_read_only(images)
    assert paths.path.read_text() == f"/scratch/,0,1\n{images}/,1,0\n"
    assert paths.line_for(images) == f"{images}/,1,0"


def test_a_new_file_still_serves_the_home(paths: ConfigPaths, images: Path, home: Path) -> None:
    # Without a file, Connect Personal serves the home.
    assert paths.serving(home) is not None
    paths.share_read_only(images)
    assert paths.path.read_text() == f"~/,0,1\n{images}/,1,0\n"
    line = paths.serving(home / "notebooks")
    assert line is not None
    assert line.is_writable


def test_the_nearest_line_decides(paths: ConfigPaths, images: Path, tmp_path: Path) -> None:
    write(paths, f"{images}/,1,0\n{tmp_path}/,0,1\n")
    inner, outer = paths.serving(images / "tacos"), paths.serving(tmp_path / "x")
    assert inner is not None
    assert (inner.is_shared, inner.is_writable) == (True, False)
    assert outer is not None
    assert (outer.is_shared, outer.is_writable) == (False, True)
    assert paths.serving(Path("/elsewhere")) is None


def test_links_to_folders_are_resolved(paths: ConfigPaths, images: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(images)
    paths.share_read_only(link)
    assert f"{images}/,1,0" in paths.path.read_text()
    assert paths.line_for(images) == paths.line_for(link)


@pytest.mark.parametrize("name", ["a,b", "a\nb"])
def test_a_name_that_the_format_cannot_hold_is_refused(
    paths: ConfigPaths, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(BadRequest):
        paths.share_read_only(tmp_path / name)
    assert not paths.path.exists()


@pytest.mark.parametrize(
    "line",
    ["~no-such-user/x,0,1", "relative/x,0,1", "/null\0byte,0,1", "/no-numbers", ",0,1", "0,1", ""],
)
def test_lines_that_make_no_sense_are_ignored_and_kept(
    paths: ConfigPaths, images: Path, line: str
) -> None:
    write(paths, f"{line}\n{images}/,0,1\n")
    assert [served.folder for served in paths.folders()] == [images]
    assert paths.serving(images / "tacos") is not None
    paths.share_read_only(images)
    assert paths.path.read_text() == f"{line}\n{images}/,1,0\n"


def test_circular_links_are_accepted(paths: ConfigPaths, images: Path, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    write(paths, f"{tmp_path}/circle/,0,1\n{images}/,0,1\n")
    assert paths.serving(images) is not None
