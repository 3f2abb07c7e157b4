"""Files of this host under the paths by which its endpoints know them, and which may be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ...config.hosts import SETTING
from ...errors import PathNotAllowed
from ...images.localfiles import LocalFiles, Use
from ...models.endpoints import Endpoint
from ..personal.config_paths import real
from .endpoints import HostEndpoints
from .folders import HOME


class HostPaths:
    """Holds paths on this host's endpoints to the same rule as paths on its disk.

    :param files: which files of this host may be used.
    :param receiving: returns folders that may also be written to, because the settings name them as
        registries.
    """

    def __init__(
        self, files: LocalFiles, hosts: HostEndpoints, receiving: Callable[[], Sequence[Path]]
    ) -> None:
        self._files = files
        self._hosts = hosts
        self._receiving = receiving

    @property
    def is_confined(self) -> bool:
        """Whether only some folders of this host may be used."""
        return self._files.is_confined and bool(self._hosts.endpoint_ids())

    def local_path(self, endpoint: Endpoint, path: str) -> Path | None:
        """Return the file of this host that a path on an endpoint leads to, links resolved.

        :param path: absolute on the endpoint; ``/~/`` is understood only where a setting has it.
        :returns: None if the endpoint serves another host, or Globus does not say which folder.
        """
        if endpoint.id in self._hosts.endpoint_ids():
            return self._hosts.local_path(endpoint.id, path)
        root = self._shared_folder(endpoint)
        if root is None:
            return None
        # Neither must dots lead above what a collection serves, nor links be skipped by them.
        return real(root / path.lstrip("/"))

    def check(
        self, endpoint: Endpoint, path: str, use: Use, absolute: Callable[[str, str], str]
    ) -> None:
        """Refuse a path on one of this host's endpoints that is outside the allowed folders.

        :param absolute: returns the path from an endpoint's root on, for the endpoint's id and a
            path that starts elsewhere.
        :raises PathNotAllowed: it is, once links are resolved.
        """
        if not self.is_confined or not self._is_of_this_host(endpoint):
            return
        for own_id in (endpoint.id, endpoint.host_endpoint_id):
            if own_id is not None and self._hosts.needs_home(own_id):
                self._hosts.remember_home(own_id, absolute(own_id, f"{HOME}/"))
        is_absolute = path.startswith("/") and path.lstrip("/").partition("/")[0] != "~"
        local = self.local_path(endpoint, path if is_absolute else absolute(endpoint.id, path))
        if local is None and endpoint.id in self._hosts.endpoint_ids():
            raise PathNotAllowed(
                f"{endpoint.display_name} serves folders of this machine, and no setting says "
                f"where {path!r} is here. An administrator can add its folder to {SETTING}."
            )
        if local is None:
            raise PathNotAllowed(
                f"{endpoint.display_name} shares a folder on this machine, but only its owner can "
                "see which one. Use the endpoint that hosts it."
            )
        self._files.check(local, path, use, self._receiving() if use == "write to" else ())

    def _is_of_this_host(self, endpoint: Endpoint) -> bool:
        return not self._hosts.endpoint_ids().isdisjoint({endpoint.id, endpoint.host_endpoint_id})

    def _shared_folder(self, endpoint: Endpoint) -> Path | None:
        """Return the local folder that a guest collection of this host's endpoints shares."""
        host_id, host_path = endpoint.host_endpoint_id, endpoint.host_path
        is_known = host_id is not None and host_path is not None and host_path.startswith("/")
        if not is_known or host_id not in self._hosts.endpoint_ids():
            return None
        return self._hosts.local_path(str(host_id), str(host_path))
