"""Which local paths the endpoint of Connect Personal serves, and under which path."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.globus.personal.endpoint import PersonalEndpoint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "a.sif").touch()
    (folder / "circle").symlink_to("circle")
    return folder


@pytest.fixture
def endpoint(tmp_path: Path, home: Path) -> PersonalEndpoint:
    endpoint = PersonalEndpoint(tmp_path / "personal")
    endpoint.config_paths_file.parent.mkdir(parents=True)
    return endpoint


def test_odd_lines_do_not_affect_the_other_folders(endpoint: PersonalEndpoint, root: Path) -> None:
    endpoint.config_paths_file.write_text(f"{root}/circle/,0,1\n~no-such-user/,0,1\n{root}/,0,0\n")
    assert endpoint.endpoint_path(root / "a.sif") == str(root / "a.sif")
    assert not endpoint.may_write(str(root / "a.sif"))


def test_the_nearest_folder_decides_whether_writing_is_allowed(
    endpoint: PersonalEndpoint, root: Path
) -> None:
    endpoint.config_paths_file.write_text(f"{root}/inbox/,0,1\n{root}/,0,0\n")
    assert endpoint.may_write(str(root / "inbox" / "a.sif"))
    assert not endpoint.may_write(str(root / "a.sif"))


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearest_folder_decides_once_links_are_resolved(
    endpoint: PersonalEndpoint, tmp_path: Path, order: int
) -> None:
    disk, link = tmp_path / "a-disk-with-a-long-name", tmp_path / "link"
    (disk / "images").mkdir(parents=True)
    link.symlink_to(disk)
    # As text, the first line is the longer one.
    lines = [f"{disk}/,0,0", f"{link}/images/,0,1"][::order]
    endpoint.config_paths_file.write_text("\n".join(lines))
    for folder in (disk, link):
        assert endpoint.may_write(f"{folder}/images/a.sif")
        assert not endpoint.may_write(f"{folder}/a.sif")
        assert endpoint.endpoint_path(folder / "images" / "a.sif") == f"{disk}/images/a.sif"


def test_a_path_outside_of_its_folders_is_not_served(
    endpoint: PersonalEndpoint, root: Path
) -> None:
    endpoint.config_paths_file.write_text(f"{root}/inbox/,0,1\n")
    assert endpoint.endpoint_path(root / "a.sif") is None


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_the_home_is_served_when_the_file_is_missing_or_unreadable(
    endpoint: PersonalEndpoint, home: Path, content: bytes | None
) -> None:
    if content is not None:
        endpoint.config_paths_file.write_bytes(content)
    assert endpoint.endpoint_path(home / "a.sif") == str(home / "a.sif")


def test_an_endpoint_that_was_never_set_up_has_no_id(endpoint: PersonalEndpoint) -> None:
    assert endpoint.endpoint_id() is None
