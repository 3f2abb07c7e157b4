"""Files of this host under the paths by which its endpoints know them, and which may be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import PathNotAllowed
from ..images.localfiles import LocalFiles, Use
from ..models.endpoints import Endpoint
from .personal.config_paths import real
from .personal.endpoint import PersonalEndpoint


class HostPaths:
    """Holds paths on this host's endpoints to the same rule as paths on its disk.

    :param files: which files of this host may be used.
    :param receiving: returns folders that may also be written to, because the settings name them as
        registries.
    """

    def __init__(
        self, files: LocalFiles, local: PersonalEndpoint, receiving: Callable[[], Sequence[Path]]
    ) -> None:
        self._files = files
        self._local = local
        self._receiving = receiving

    @property
    def is_confined(self) -> bool:
        """Whether only some folders of this host may be used."""
        return self._files.is_confined and self._local.endpoint_id() is not None

    def local_path(self, endpoint: Endpoint, path: str) -> Path | None:
        """Return the file of this host that a path on an endpoint leads to, links resolved.

        :param path: absolute on the endpoint; ``/~/`` is not understood.
        :returns: None if the endpoint serves another host, or Globus does not say which folder.
        """
        root = self._root(endpoint)
        # Neither must dots lead above what a collection serves, nor links be skipped by them.
        return None if root is None else real(root / path.lstrip("/"))

    def check(
        self,
        endpoint: Endpoint,
        path: str,
        use: Use,
        absolute: Callable[[], str],
    ) -> None:
        """Refuse a path on one of this host's endpoints that is outside the allowed folders.

        :param absolute: returns the path from the endpoint's root on, if it starts elsewhere.
        :raises PathNotAllowed: it is, once links are resolved.
        """
        if not self.is_confined or not self._is_of_this_host(endpoint):
            return
        is_absolute = path.startswith("/") and path.lstrip("/").partition("/")[0] != "~"
        local = self.local_path(endpoint, path if is_absolute else absolute())
        if local is None:
            raise PathNotAllowed(
                f"{endpoint.display_name} shares a folder on this machine, but only its owner can "
                "see which one. Use the endpoint that hosts it."
            )
        self._files.check(local, path, use, self._receiving() if use == "write to" else ())

    def _is_of_this_host(self, endpoint: Endpoint) -> bool:
        own = self._local.endpoint_id()
        return own is not None and own in (endpoint.id, endpoint.host_endpoint_id)

    def _root(self, endpoint: Endpoint) -> Path | None:
        if not self._is_of_this_host(endpoint):
            return None
        if endpoint.id == self._local.endpoint_id():
            return Path("/")
        has_path = endpoint.host_path is not None and endpoint.host_path.startswith("/")
        return Path(str(endpoint.host_path)) if has_path else None
