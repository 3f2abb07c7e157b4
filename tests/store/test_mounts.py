"""Which file system a path is on, from the system's list."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.store.mounts import file_system_of, is_remote

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//server/a\\040b /mnt/a\\040b cifs rw 0 0
/dev/sdc1 /both ext4 rw 0 0
server:/both /both nfs rw 0 0
odd
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/etc/passwd", "ext4"),
        ("/home/ada/x", "nfs4"),
        ("/homes/ada", "ext4"),
        ("/home/local/x", "ext4"),
        ("/mnt/a b/x", "cifs"),
        ("/both/x", "nfs"),
    ],
)
def test_the_nearest_and_latest_mount_decides(path: str, kind: str) -> None:
    assert file_system_of(path, MOUNTS) == kind


def test_the_temporary_folder_of_a_test_is_on_this_host(tmp_path: Path) -> None:
    assert not is_remote(tmp_path)
    assert not is_remote(tmp_path / "missing")
