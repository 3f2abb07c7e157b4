"""Folders that only this computer has, while others share the rest of its file systems."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

_USUAL = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/local", "/localscratch")  # noqa: S108
# Set by schedulers for the time of a job.
_VARIABLES = ("TMPDIR", "SLURM_TMPDIR", "LOCAL_SCRATCH", "PBS_JOBFS")
_SHARED_TYPES = frozenset(
    {"nfs", "nfs4", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb3", "afs", "9p", "virtiofs"}
    | {"pvfs2", "panfs", "fuse.glusterfs", "fuse.sshfs", "fuse.juicefs", "glusterfs", "wekafs"}
)


def this_node() -> str:
    """Return this computer's name."""
    return socket.gethostname()


def node_local_place(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """Return the folder above a path that only this computer has; None if others may have it.

    :param path: absolute, with links resolved.
    """
    for place in _places():
        if path.is_relative_to(place) and _type_at(place, mounts) not in _SHARED_TYPES:
            return str(place)
    return None


def node_sentence(path: Path) -> str:
    """Return a sentence about a path that only this computer has; empty if others may have it."""
    place = node_local_place(path)
    return "" if place is None else f"{place} exists only on this computer ({this_node()}). "


def _places() -> Iterator[Path]:
    for name in (*(os.environ.get(variable, "") for variable in _VARIABLES), *_USUAL):
        place = Path(os.path.realpath(name)) if name.startswith("/") else Path("/")
        if place != Path("/"):
            yield place


def _type_at(path: Path, mounts: Path) -> str:
    """Return the type of the file system at a path; empty if it is unknown."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # The kernel writes a blank as \040.
        mounted_at = Path(fields[1].replace("\\040", " "))
        depth = len(mounted_at.parts)
        if path.is_relative_to(mounted_at) and depth >= best:
            best, kind = depth, fields[2]
    return kind
