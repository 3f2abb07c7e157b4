"""The registry's entry in the settings: its folder, and where Globus sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import AnswerMissing
from ..folders import with_home

EntrySettings = Mapping[str, Any]

DEFAULT_NAME = "images"


def choose_entry(registries: Sequence[EntrySettings], name: str | None) -> EntrySettings:
    """Return the entry with this name, or a new one. Without a name, the first that is a folder."""
    for entry in registries:
        if entry.get("name") == name or (name is None and entry.get("kind", "folder") == "folder"):
            return entry
    return {"name": name or DEFAULT_NAME, "kind": "folder"}


def storage_folder(entry: EntrySettings, given: Path | None) -> Path:
    """Return the folder of this machine with the registry's images.

    :param given: overrides the entry's own path.
    :raises AnswerMissing: the folder does not exist, or no folder is known.
    """
    path = given or (Path(str(entry["path"])) if entry.get("path") else None)
    if path is None:
        raise AnswerMissing(
            f"The folder with the images of the registry {entry['name']!r} is not known.",
            answer="folder",
        )
    folder = with_home(path).absolute()
    if not folder.is_dir():
        raise AnswerMissing(
            f"The folder {folder} does not exist. Create it, or choose another one.",
            answer="folder",
        )
    return folder


def with_entry(
    registries: Sequence[EntrySettings],
    entry: EntrySettings,
    folder: Path | None,
    served: tuple[str, str] | None,
) -> list[dict[str, Any]]:
    """Return the setting ``registries`` with one entry changed. The others stay as they are.

    :param folder: the registry's folder on this machine; None keeps the present one.
    :param served: endpoint and path at which Globus sees it; None keeps the present ones.
    """
    changed = dict(entry)
    if folder is not None and changed.get("kind", "folder") == "folder":
        changed["path"] = str(folder)
    if served is not None:
        changed["endpoint_id"], changed["endpoint_path"] = served
    if changed["name"] in [other.get("name") for other in registries]:
        return [
            changed if other.get("name") == changed["name"] else dict(other) for other in registries
        ]
    return [*map(dict, registries), changed]
