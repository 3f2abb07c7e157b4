"""Paths on an endpoint, and the files on this disk behind them."""

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
    """The target of a path.

    :param path: absolute and normalized, as the endpoint sees it, without a slash at the end except
        for "/".
    :param local: the file on this disk, which may not exist.
    :param virtual: how many made-up files the folder has; None for a real one.
    :param number: the number of a made-up file; None for a real one.
    :param is_writable: whether the storage can be written to, apart from the rules.
    """

    endpoint: Endpoint
    path: str
    local: Path
    virtual: int | None = None
    number: int | None = None
    is_writable: bool = True

    @property
    def is_on_disk(self) -> bool:
        return self.virtual is None and self.number is None

    @property
    def exists(self) -> bool:
        return not self.is_on_disk or os.path.lexists(self.local)


class Outside(Exception):
    """A path is outside what the endpoint serves."""


def normalise(endpoint: Endpoint, path: str) -> str:
    """Resolve `~` and dots in a path; dots cannot climb above the root.

    :raises Refused: no endpoint could have such a path.
    """
    if "\x00" in path:
        raise Refused(400, "ClientError.BadRequest", "A path can't contain a NUL")
    if path == "/~" or path.startswith("/~/"):
        path = path[1:]
    if path == "~" or path.startswith("~/"):
        path = path[2:]
    if not path.startswith("/"):
        path = posixpath.join(endpoint.home, path)
    # normpath keeps two leading slashes, which have a special meaning in POSIX.
    return "/" + posixpath.normpath(path).lstrip("/")


def place(world: World, endpoint: Endpoint, path: str) -> Place:
    """Return the place that a path on an endpoint leads to.

    :raises Outside: it is not served, after following symbolic links, or the sandbox was not given
        that folder.
    :raises Refused: the path is malformed, or the endpoint has no storage.
    """
    target = _place(world, endpoint, path)
    if not world.may_serve(target.local):
        raise Outside(target.path)
    return target


def _place(world: World, endpoint: Endpoint, path: str) -> Place:
    clean = normalise(endpoint, path)
    host_id = endpoint.host_endpoint_id
    if endpoint.host_path is not None and not endpoint.is_personal:
        host_id = endpoint.mapped_collection_id
    if host_id is not None and endpoint.root is None:
        host = world.endpoints.get(host_id)
        if host is None or host.deleted:
            raise Refused(404, "EndpointDeleted", "The endpoint that hosts this one does not exist")
        base = _place(world, host, endpoint.host_path or "/")
        local = _confined(base.local, clean)
        if host.config_folder is not None and not _served(host, str(local)).sharing:
            raise Outside(clean)
        is_writable = base.is_writable and not endpoint.read_only
        return Place(endpoint, clean, local, is_writable=is_writable)
    if endpoint.config_folder is not None:
        return _personal(endpoint, clean)
    if endpoint.root is None:
        raise Refused(502, "EndpointError", f"No storage is connected to {endpoint.display_name}")
    if not is_below(clean, endpoint.served_at):
        raise Outside(clean)
    local = _confined(Path(endpoint.root), clean[len(endpoint.served_at) :])
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
    """Connect Personal serves absolute paths of its host, if its config-paths allows them."""
    real = os.path.realpath(clean)
    served = _served(endpoint, real)
    return Place(endpoint, clean, Path(clean), is_writable=served.writable)


def _served(endpoint: Endpoint, real: str) -> _Served:
    """Return the entry of config-paths whose resolved folder is nearest to a real path.

    :raises Outside: no entry contains it.
    """
    best: tuple[int, _Served] | None = None
    for name, sharing, writable in config_paths(Path(str(endpoint.config_folder))):
        # A short link may lead to a long path.
        folder = os.path.realpath(name)
        if is_below(real, folder) and (best is None or len(folder) > best[0]):
            best = (len(folder), _Served(sharing, writable))
    if best is None:
        raise Outside(real)
    return best[1]


def config_paths(config_folder: Path) -> list[tuple[str, bool, bool]]:
    """Read Connect Personal's config-paths: folder, whether shareable, whether writable.

    A missing file serves nothing. Malformed lines are skipped.
    """
    try:
        text = (config_folder / "config-paths").read_text()
    except OSError:
        return []
    folders = []
    for line in text.splitlines():
        folder, _, flags = line.strip().partition(",")
        sharing, _, writable = flags.partition(",")
        if folder:
            folders.append(
                (str(Path(folder).expanduser()), sharing.strip() == "1", writable.strip() == "1")
            )
    return folders


def _confined(root: Path, clean: str) -> Path:
    local = root / clean.lstrip("/")
    # The last part may be a link, which is listed or removed as a link, but its target must be
    # inside too.
    if not is_below(os.path.realpath(local), os.path.realpath(root)):
        raise Outside(clean)
    return local


def is_below(path: str, folder: str) -> bool:
    """Whether a normalized path is another one, or is inside it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
