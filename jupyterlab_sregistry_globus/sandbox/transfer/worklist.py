"""From the items of a task to the files that it copies."""

from __future__ import annotations

import fnmatch
import posixpath
import stat as stat_module
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..world import World
from .listing import virtual_file
from .model import Item, Task
from .paths import Place, is_below
from .trouble import Trouble, reach

Keep = Callable[[str, str], bool]


def make(world: World, task: Task) -> list[Item]:
    """Return every file and folder of a transfer, folders before their content.

    An unreadable source stays in the list as one item, to be retried or skipped.

    :raises Trouble: an item is impossible, such as a file treated as a folder.
    """
    if task.type == "DELETE":
        paths = [str(row["path"]) for row in task.request["DATA"]]
        if task.request.get("interpret_globs"):
            paths = [match for path in paths for match in _globbed(world, task, path)]
        return [Item(path, "") for path in paths]
    items: list[Item] = []
    for row in task.request["DATA"]:
        items.extend(_expand(world, task, row))
    return items


def _globbed(world: World, task: Task, path: str) -> list[str]:
    """Return the matches of a pattern in the last part of a path, or the path itself."""
    folder, _, pattern = path.rstrip("/").rpartition("/")
    if not any(sign in pattern for sign in "*?["):
        return [path]
    place = reach(world, task, str(task.request["endpoint"]), folder or "/", "w")
    if not place.local.is_dir():
        return []
    names = sorted(entry.name for entry in place.local.iterdir())
    return [f"{folder}/{name}" for name in names if fnmatch.fnmatchcase(name, pattern)]


def source_of(task: Task) -> str:
    return str(task.request["source_endpoint"])


def destination_of(task: Task) -> str:
    return str(task.request["destination_endpoint"])


def _expand(world: World, task: Task, row: dict[str, Any]) -> Iterator[Item]:
    source_path, destination_path = str(row["source_path"]), str(row["destination_path"])
    recursive = row.get("recursive")
    single = Item(
        source_path,
        destination_path,
        external_checksum=row.get("external_checksum"),
        checksum_algorithm=_algorithm(row),
    )
    try:
        place = reach(world, task, source_of(task), source_path, "r")
    except Trouble:
        yield single
        return
    is_folder = place.virtual is not None or place.local.is_dir()
    if not place.exists or (not is_folder and not recursive):
        yield single
        return
    if not is_folder:
        raise Trouble("NOT_A_DIRECTORY", f"{source_path}: recursive requires a folder")
    # By default, `recursive` depends on the source.
    if recursive is False:
        raise Trouble("IS_A_DIRECTORY", f"{source_path}: is a folder, and recursive is false")
    yield Item(source_path, destination_path, is_directory=True)
    for relative, is_directory, size in _walk(place, _keep(task), _follow(task)):
        yield Item(
            posixpath.join(source_path, relative),
            posixpath.join(destination_path, relative),
            size=size,
            is_directory=is_directory,
            checksum_algorithm=_algorithm(row),
        )


def _walk(place: Place, keep: Keep, follow: bool) -> Iterator[tuple[str, bool, int]]:
    """Return relative path, whether it is a folder, and size of everything below a folder."""
    if place.virtual is not None:
        for number in range(place.virtual):
            document = virtual_file(number)
            if keep(document["name"], "file"):
                yield document["name"], False, document["size"]
        return
    root = place.local.resolve()

    def below(folder: Path, prefix: str) -> Iterator[tuple[str, bool, int]]:
        for entry in sorted(folder.iterdir()):
            if entry.is_symlink():
                inside = is_below(str(entry.resolve()), str(root))
                if not follow or not inside or not entry.exists():
                    continue
            status = entry.stat()
            is_folder = stat_module.S_ISDIR(status.st_mode)
            if not keep(entry.name, "dir" if is_folder else "file"):
                continue
            relative = f"{prefix}{entry.name}"
            if is_folder:
                yield relative, True, 0
                yield from below(entry, f"{relative}/")
            elif stat_module.S_ISREG(status.st_mode):
                yield relative, False, status.st_size

    yield from below(root, "")


def _keep(task: Task) -> Keep:
    """Whether the filter rules let a name pass. The first matching rule decides."""
    rules = task.request.get("filter_rules") or []

    def keep(name: str, kind: str) -> bool:
        for rule in rules:
            if rule.get("type") not in (None, kind):
                continue
            if fnmatch.fnmatchcase(name, str(rule.get("name", ""))):
                return bool(rule.get("method", "exclude") == "include")
        return True

    return keep


def _follow(task: Task) -> bool:
    return bool(task.request.get("recursive_symlinks", "ignore") == "copy")


def _algorithm(row: dict[str, Any]) -> str | None:
    named = row.get("checksum_algorithm")
    if named is None:
        # An external checksum without an algorithm is MD5.
        return "MD5" if row.get("external_checksum") is not None else None
    return str(named).upper().replace("-", "")
