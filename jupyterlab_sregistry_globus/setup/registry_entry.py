"""The registry's entry among the settings: which folder it is, and where Globus sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import AnswerMissing

EntrySettings = Mapping[str, Any]

DEFAULT_NAME = "images"


def choose_entry(registries: Sequence[EntrySettings], name: str | None) -> EntrySettings:
    """The entry that is meant: by name, or else the first that is a folder.

    A name that no entry has begins a new one.
    """
    for entry in registries:
        if entry.get("name") == name or (name is None and entry.get("kind", "folder") == "folder"):
            return entry
    return {"name": name or DEFAULT_NAME, "kind": "folder"}


def storage_folder(entry: EntrySettings, given: Path | None) -> Path:
    """The folder of this machine in which the registry's images lie.

    :param given: what beats the entry's own path.
    :raises AnswerMissing: there is no such folder, or none is known.
    """
    path = given or (Path(str(entry["path"])) if entry.get("path") else None)
    if path is None:
        raise AnswerMissing(
            f"In which folder of this machine does the registry {entry['name']!r} keep its images?",
            answer="folder",
        )
    folder = path.expanduser().absolute()
    if not folder.is_dir():
        raise AnswerMissing(
            f"There is no folder {folder}. Create it, or name another one.", answer="folder"
        )
    return folder


def with_entry(
    registries: Sequence[EntrySettings],
    entry: EntrySettings,
    folder: Path | None,
    served: tuple[str, str] | None,
) -> list[dict[str, Any]]:
    """The setting ``registries`` with one entry as it is to be; the others stay as they are.

    :param folder: where it is on this machine; None leaves that as it is.
    :param served: endpoint and path through which Globus sees it; None leaves that as it is.
    """
    changed = dict(entry)
    if folder is not None and changed.get("kind", "folder") == "folder":
        changed["path"] = str(folder)
    if served is not None:
        changed["endpoint_id"], changed["endpoint_path"] = served
    names = [one.get("name") for one in registries]
    if changed["name"] in names:
        return [changed if one.get("name") == changed["name"] else dict(one) for one in registries]
    return [*map(dict, registries), changed]
