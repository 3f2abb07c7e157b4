"""Folders that only this computer has."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.store.nodes import node_local_place, node_sentence, this_node


def test_temporary_folders_are_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/tmp/x/a.sif", "/dev/shm/a.sif", "/var/tmp"):
        assert node_local_place(Path(path)) is not None
    for path in ("/home/ada/a.sif", "/tmpfiles/a.sif", "/", "/scratch/job/a.sif"):
        assert node_local_place(Path(path)) is None
    assert node_sentence(Path("/tmp/a")) == f"/tmp exists only on this computer ({this_node()}). "
    assert node_sentence(Path("/home/ada")) == ""
    monkeypatch.setenv("SLURM_TMPDIR", "/scratch/job/")
    assert node_local_place(Path("/scratch/job/a.sif")) == "/scratch/job"
    monkeypatch.setenv("SLURM_TMPDIR", "job")
    assert node_local_place(Path("/scratch/job/a.sif")) is None


@pytest.mark.parametrize(
    ("kind", "is_local"), [("nfs4", False), ("lustre", False), ("ext4", True), ("tmpfs", True)]
)
def test_a_temporary_folder_that_is_shared_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_local: bool
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"root / ext4 rw 0 0\nbroken\nserver:/x /big\\040scratch {kind} rw 0 0\n")
    monkeypatch.setenv("TMPDIR", "/big scratch/tmp")
    place = node_local_place(Path("/big scratch/tmp/a.sif"), mounts)
    assert (place == "/big scratch/tmp") is is_local
    assert node_local_place(Path("/big scratch/tmp/a.sif"), tmp_path / "none") is not None
