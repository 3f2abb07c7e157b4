"""Paths on an endpoint, and the files of this disk that play them."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import Refused
from ..world import World
from .model import Endpoint

_VIRTUAL_NAME = re.compile(r"frame-(\d{6,})\.fits")


@dataclass(frozen=True)
class Place:
    """Where a path leads.

    :param path: absolute and normalised, as the endpoint sees it; no slash at the end but for "/".
    :param local: the file of this disk; it may not exist.
    :param virtual: how many made-up files the folder has, None for a real one.
    :param number: which made-up file it is, None for a real one.
    :param is_writable: whether the storage itself may be written to (rules apart).
    """

    endpoint: Endpoint
    path: str
    local: Path
    virtual: int | None = None
    number: int | None = None
    is_writable: bool = True

    @property
    def exists(self) -> bool:
        return self.virtual is not None or self.number is not None or os.path.lexists(self.local)


class Outside(Exception):
    """A path leads out of what the endpoint serves."""


def normalise(endpoint: Endpoint, path: str) -> str:
    """The path with `~` and dots resolved; dots can't climb above the root.

    :raises Refused: no endpoint could have such a path.
    """
    if "\x00" in path:
        raise Refused(400, "ClientError.BadRequest", "A path can't contain a NUL")
    if path.startswith("/~"):
        path = path[1:]
    if path == "~" or path.startswith("~/"):
        path = path[2:]
    if not path.startswith("/"):
        path = posixpath.join(endpoint.home, path)
    # normpath keeps two leading slashes, which POSIX gives a meaning of their own.
    return "/" + posixpath.normpath(path).lstrip("/")


def place(world: World, endpoint: Endpoint, path: str) -> Place:
    """Find what a path on an endpoint stands for.

    :raises Outside: it is not served; symbolic links are followed before that is decided.
    :raises Refused: the path is malformed, or the endpoint has no storage.
    """
    clean = normalise(endpoint, path)
    if endpoint.host_endpoint_id is not None and endpoint.root is None:
        host = world.endpoints.get(endpoint.host_endpoint_id)
        if host is None or host.deleted:
            raise Refused(404, "EndpointDeleted", "The endpoint that hosts this one is gone")
        base = place(world, host, endpoint.host_path or "/")
        local = _confined(base.local, clean)
        if host.config_folder is not None and not _served(host, str(local)).sharing:
            raise Outside(clean)
        return Place(endpoint, clean, local, is_writable=base.is_writable)
    if endpoint.config_folder is not None:
        return _personal(endpoint, clean)
    if endpoint.root is None:
        raise Refused(502, "EndpointError", f"No storage is connected to {endpoint.display_name}")
    local = _confined(Path(endpoint.root), clean)
    if clean in endpoint.virtual:
        count = endpoint.virtual[clean]
        return Place(endpoint, clean, local, virtual=count, is_writable=False)
    parent, _, name = clean.rpartition("/")
    number = virtual_number(name)
    if number is not None and number < endpoint.virtual.get(parent, 0):
        return Place(endpoint, clean, local, number=number, is_writable=False)
    return Place(endpoint, clean, local, is_writable=not endpoint.read_only)


def virtual_name(number: int) -> str:
    return f"frame-{number:06d}.fits"


def virtual_number(name: str) -> int | None:
    match = _VIRTUAL_NAME.fullmatch(name)
    return int(match.group(1)) if match else None


@dataclass(frozen=True)
class _Served:
    sharing: bool
    writable: bool


def _personal(endpoint: Endpoint, clean: str) -> Place:
    """Connect Personal serves absolute paths of its host, where its config-paths allow it."""
    real = os.path.realpath(clean)
    served = _served(endpoint, real)
    return Place(endpoint, clean, Path(clean), is_writable=served.writable)


def _served(endpoint: Endpoint, real: str) -> _Served:
    """The entry of config-paths that reaches a real path; the longest one wins.

    :raises Outside: no entry does.
    """
    best: tuple[int, _Served] | None = None
    for folder, sharing, writable in config_paths(Path(str(endpoint.config_folder))):
        if is_below(real, os.path.realpath(folder)) and (best is None or len(folder) > best[0]):
            best = (len(folder), _Served(sharing, writable))
    if best is None:
        raise Outside(real)
    return best[1]


def config_paths(config_folder: Path) -> list[tuple[str, bool, bool]]:
    """The lines of Connect Personal's config-paths: folder, may it be shared, may it be written.

    A missing file serves nothing; a line that says nothing sensible is passed over.
    """
    try:
        text = (config_folder / "config-paths").read_text()
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        folder, _, flags = line.strip().partition(",")
        sharing, _, writable = flags.partition(",")
        if folder:
            found.append(
                (str(Path(folder).expanduser()), sharing.strip() == "1", writable.strip() == "1")
            )
    return found


def _confined(root: Path, clean: str) -> Path:
    local = root / clean.lstrip("/")
    # The last part itself may be a link that is listed or removed as a link, but where it leads
    # must be inside too.
    if not is_below(os.path.realpath(local), os.path.realpath(root)):
        raise Outside(clean)
    return local


def is_below(path: str, folder: str) -> bool:
    """Whether one normalised path is the other or lies inside it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
