"""The setting of where images come from."""

from __future__ import annotations

import contextlib
from typing import Any

from traitlets import Dict, HasTraits, List, TraitError, default, validate

from ..errors import SettingWrong
from ..folders import expand_folder, home_folder


class RegistrySettings(HasTraits):
    """Where images come from."""

    registries = List(
        Dict(),
        help=(
            "Where images come from: a list of dictionaries with 'name' (letters, digits, - "
            "and _), 'kind' ('endpoint', 'folder', 'library', 'oci', 'sregistry', or "
            "'sregistry-cli') and the keys of that kind. folder: 'path'. endpoint, a folder on "
            "a Globus endpoint: 'endpoint_id' and 'endpoint_path'. oci (requires the package "
            "oras): 'url', 'repositories' (a list) and, to use a login other than Docker's, "
            "'username' and 'password'. sregistry-cli, the images it has pulled: 'path' of its "
            "database, if not ~/.singularity/sregistry.db, and 'storage', if its files are "
            "elsewhere. sregistry, a Singularity Registry Server: 'url', 'username', and "
            "'token' (if missing, SREGISTRY_REGISTRY_BASE, _USERNAME, and _TOKEN or "
            "~/.sregistry are used), and 'private', a list of the private images to show. "
            "library, a server with the Library API: 'url', 'collections' (a list of entities, "
            "collections, or containers), and optionally 'token' and 'arch', the preferred "
            "architecture (amd64). If a Globus endpoint that users may read serves the "
            "registry's storage, 'endpoint_id' and 'endpoint_path' say where; images are then "
            "sent directly from it. 'listing', for oci, sregistry, and library: a file that "
            "'jupyter sregistry-globus catalog publish' wrote, which is read instead of asking "
            "the registry. Default: one folder registry named 'images' at ~/images."
        ),
    ).tag(config=True)

    @default("registries")
    def _registries_default(self) -> list[dict[str, str]]:
        return [{"name": "images", "kind": "folder", "path": str(home_folder() / "images")}]

    @validate("registries")
    def _registries_are_whole(self, proposal: Any) -> Any:
        seen = set()
        for entry in proposal["value"]:
            name = str(entry.get("name", ""))
            if not name or not all(c.isalnum() or c in "-_" for c in name):
                raise TraitError(
                    f"registries: {name!r} is not a valid name; use only letters, digits, - and _"
                )
            if name in seen:
                raise TraitError(
                    f"registries: two registries are named {name!r}; give each a unique name"
                )
            seen.add(name)
        return [_with_folders(entry) for entry in proposal["value"]]


def _with_folders(entry: dict[str, Any]) -> dict[str, Any]:
    """Expand the folders of a registry's entry; a wrong one fails that registry alone, later."""
    changed = dict(entry)
    for key in ("path", "storage", "ca_bundle", "listing"):
        if isinstance(entry.get(key), str):
            with contextlib.suppress(SettingWrong):
                changed[key] = str(expand_folder(entry[key], key))
    return changed
