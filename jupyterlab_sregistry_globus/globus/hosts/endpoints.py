"""Which endpoint serves a local path, under which path there, and whether it may be written to."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...config.hosts import SETTING
from ...errors import SettingWrong
from ..personal.config_paths import real
from ..personal.endpoint import PersonalEndpoint
from .folders import HOME, HostFolder, ServedPath, closest, folders_of, split
from .variables import folders_from


class HostEndpoints:
    """The endpoints that serve folders of this host.

    :param entries: the setting ``host_endpoints``, expanded. If it is empty, the environment
        variables of hubs are used.
    :param personal: Connect Personal, which is always one more.
    """

    def __init__(
        self,
        entries: Sequence[Mapping[str, Any]],
        personal: PersonalEndpoint,
        environment: Mapping[str, str],
    ) -> None:
        self.personal = personal
        self.problem = ""
        self._homes: dict[str, str] = {}
        self._entries, self._environment = entries, environment
        self._site: list[HostFolder] | None = None

    def folders(self) -> list[HostFolder]:
        """Return every folder that is served: the site's first, then Connect Personal's."""
        return [*self.site_folders(), *self._personal_folders()]

    def site_folders(self) -> list[HostFolder]:
        """Return the folders that the setting or the variables name."""
        if self._site is None:
            try:
                if self._entries:
                    self._site = folders_of(self._entries, SETTING)
                else:
                    self._site = folders_from(self._environment)
            except SettingWrong as error:
                # Whoever set the variables may not have had this program in mind.
                self.problem, self._site = error.message, []
        return self._site

    def endpoint_ids(self) -> frozenset[str]:
        """Return the ids of all endpoints of this host."""
        site = {folder.endpoint_id for folder in self.site_folders()}
        own = self.personal.endpoint_id()
        return frozenset(site | ({own} if own is not None else set()))

    def serving(self, path: Path) -> list[ServedPath]:
        """Return the endpoints that serve a local path, the one with the longest folder first.

        :param path: links in it are resolved first. It may not exist.
        """
        resolved = real(path)
        by_endpoint: dict[str, list[HostFolder]] = {}
        for folder in self.folders():
            by_endpoint.setdefault(folder.endpoint_id, []).append(folder)
        nearest = [closest(folders, resolved) for folders in by_endpoint.values()]
        served = [
            ServedPath(folder, resolved, folder.path_of(resolved))
            for folder in nearest
            if folder is not None
        ]
        return sorted(served, key=lambda path: -len(path.folder.folder.parts))

    def local_path(self, endpoint_id: str, path: str) -> Path | None:
        """Return the local path that a path on an endpoint of this host leads to, links resolved.

        :param path: absolute on the endpoint.
        :returns: None if the endpoint is not one of this host's, or no folder of this host is known
            to be there.
        """
        if endpoint_id == self.personal.endpoint_id():
            # It has the paths of this host. Dots must not skip a link.
            return real(Path("/") / path.lstrip("/"))
        folder, rest = self._folder_at(endpoint_id, path)
        # On the endpoint, dots may lead above the folder, where paths differ from those here.
        if folder is None or ".." in rest:
            return None
        return real(folder.folder.joinpath(*rest))

    def read_only_folder(self, endpoint_id: str, path: str) -> HostFolder | None:
        """Return the folder that keeps a path on an endpoint from being written to, or None."""
        if endpoint_id == self.personal.endpoint_id():
            folder = closest(self._personal_folders(), real(Path(path)))
        else:
            folder, _ = self._folder_at(endpoint_id, path)
        return folder if folder is not None and not folder.is_writable else None

    def needs_home(self, endpoint_id: str) -> bool:
        """Return whether the user's home on an endpoint must be known to tell what is where."""
        return endpoint_id not in self._homes and any(
            folder.endpoint_id == endpoint_id and split(folder.endpoint_path)[:1] == ["~"]
            for folder in self.site_folders()
        )

    def remember_home(self, endpoint_id: str, path: str) -> None:
        """Remember where the user's home is on an endpoint."""
        self._homes[endpoint_id] = path

    def forget_homes(self) -> None:
        """Forget where homes are, because another user may be connected."""
        self._homes.clear()

    def _personal_folders(self) -> list[HostFolder]:
        own = self.personal.endpoint_id()
        if own is None:
            return []
        return [
            HostFolder(
                own,
                served.folder,
                "" if served.folder == Path("/") else str(served.folder),
                served.is_writable,
                str(self.personal.config_paths_file),
                is_personal=True,
            )
            for served in self.personal.folders()
        ]

    def _folder_at(self, endpoint_id: str, path: str) -> tuple[HostFolder | None, list[str]]:
        """Return the folder that a path on a site's endpoint is in, and the names below it."""
        parts = split(path)
        best: tuple[HostFolder | None, list[str]] = (None, parts)
        longest = -1
        for folder in self.site_folders():
            if folder.endpoint_id != endpoint_id:
                continue
            for own in self._spellings(folder):
                if len(own) > longest and parts[: len(own)] == own:
                    best, longest = (folder, parts[len(own) :]), len(own)
        return best

    def _spellings(self, folder: HostFolder) -> list[list[str]]:
        """Return the paths of a folder on its endpoint, each as its names."""
        own = split(folder.endpoint_path)
        home = self._homes.get(folder.endpoint_id)
        if own[:1] != [HOME.strip("/")] or home is None:
            return [own]
        return [own, list(itertools.chain(split(home), own[1:]))]
