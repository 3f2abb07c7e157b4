"""Which file systems are on another machine, where a file that is open can vanish."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_REMOTE = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"),
        *("glusterfs", "gpfs", "lustre", "nfs", "nfs4", "panfs", "pvfs2", "smb3", "smbfs"),
        "virtiofs",
    }
)


def is_remote(path: Path) -> bool:
    """Check whether a file is on a network file system. False where the system does not say."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return file_system_of(os.path.realpath(path), mounts) in _REMOTE


def file_system_of(path: str, mounts: str) -> str:
    """Return the type of the file system that holds an absolute path; empty if none does.

    :param mounts: lines as in ``/proc/mounts``; a later line hides an earlier one.
    """
    longest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # Blanks and the like are written as three octal digits.
        place = fields[1].encode(errors="surrogateescape").decode("unicode_escape")
        place = place.encode("latin-1").decode(errors="surrogateescape").rstrip("/")
        is_inside = path == place or path.startswith(f"{place}/")
        if is_inside and len(place) >= longest:
            longest, kind = len(place), fields[2]
    return kind
