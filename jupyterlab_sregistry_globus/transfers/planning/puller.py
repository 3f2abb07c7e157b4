"""Pull images from endpoints into a folder registry of this host."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ...catalog import Catalog
from ...errors import (
    BadRequest,
    NotSendable,
    PathNotAllowed,
    PathNotServed,
    RegistryNotFound,
)
from ...globus.hosts import HostEndpoints
from ...globus.personal.config_paths import real
from ...models.plans import PlanRequest, PullRequest
from ...models.transfers import Transfer
from ...registry.base import RegistryBackend
from ...registry.tree.layouts import may_be_image
from .receiving import ReceivingEndpoints


class Puller:
    """Turns a request to get images into a plan request; the rest is a transfer like any other.

    :param backends: the configured registries; only some can receive images.
    """

    def __init__(
        self,
        backends: Sequence[RegistryBackend],
        catalog: Catalog,
        hosts: HostEndpoints,
        receiving: ReceivingEndpoints,
    ) -> None:
        self._folders = {
            backend.name: backend.receiving_folder
            for backend in backends
            if backend.receiving_folder is not None
        }
        self._catalog = catalog
        self._hosts = hosts
        self._receiving = receiving

    def list_again(self, transfer: Transfer) -> None:
        """List the registries again that a transfer, which has ended, brought images into."""
        folder = transfer.destination.path
        here = folder and self._hosts.local_path(transfer.destination.endpoint_id, folder)
        if not here:
            return
        self._catalog.relist(
            name for name, root in self._folders.items() if here.is_relative_to(real(root))
        )

    def plan_request(self, pull: PullRequest) -> PlanRequest:
        """Return a plan request with this host as the destination. Creates the collection's folder.

        :raises RegistryNotFound: no folder registry has that name, or none is configured.
        :raises PathNotServed: no endpoint of this host may write there.
        :raises MappingWrong: what the only endpoint writes is elsewhere.
        :raises PathNotAllowed: the collection is a link out of the registry's folder.
        :raises NotSendable: a file of that name exists, or the registry would not list it.
        """
        collection = _checked(pull.collection)
        names = [posixpath.basename(source.path) for source in pull.sources]
        if not all(source.endpoint_id for source in pull.sources) or not all(names):
            raise BadRequest("Specify the endpoint and the path of each file.")
        folder = self._place(pull.registry, collection)
        for name in names:
            if not may_be_image(name, PurePosixPath(collection).parts):
                raise NotSendable(f"{name} does not have an image file extension, such as .sif.")
            # Other people may use the image that is there: it is never replaced.
            if os.path.lexists(folder / name):
                raise NotSendable(
                    f"{name} is already in {folder}. Choose another collection, or remove it."
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PathNotServed(f"{folder} cannot be created: {error.strerror}.") from error
        location = self._receiving.location(folder)
        if location is None:
            raise self._not_served(pull.registry)
        return PlanRequest(pull.sources, location, pull.options)

    def _place(self, registry: str | None, collection: str) -> Path:
        if registry is not None and registry not in self._folders:
            raise RegistryNotFound(
                f"There is no folder registry {registry!r}. Folder registries: "
                f"{', '.join(self._folders) or 'none'}."
            )
        for name, root in self._folders.items():
            if registry not in (None, name):
                continue
            folder = root / collection
            # A link in the registry must not lead an image to where the registry would not list it.
            if not real(folder).is_relative_to(real(root)):
                raise PathNotAllowed(f"{collection!r} points outside the registry {name!r}.")
            if self._receiving.may_receive(folder):
                return folder
        if not self._folders:
            raise RegistryNotFound(
                "No configured registry is a folder, so none can receive images."
            )
        raise self._not_served(registry)

    def _not_served(self, registry: str | None) -> PathNotServed:
        if not self._hosts.endpoint_ids():
            return PathNotServed(
                "No Globus endpoint on this machine can receive files. Set up Globus Connect "
                "Personal on this machine."
            )
        roots = ", ".join(
            str(root) for name, root in self._folders.items() if registry in (None, name)
        )
        return PathNotServed(
            f"This machine's Globus endpoint does not have write access to {roots}. "
            f"{self._remedy()}"
        )

    def _remedy(self) -> str:
        if self._hosts.personal.endpoint_id() is None:
            return "An administrator can add the folder to SRegistryGlobus.host_endpoints."
        return (
            f"Add the folder to {self._hosts.personal.config_paths_file}, with 1 as the last "
            "number."
        )


def _checked(collection: str) -> str:
    parts = collection.strip("/").split("/") if collection.strip("/") else []
    if any(part in ("", ".", "..") or part.startswith(".") or "\0" in part for part in parts):
        raise BadRequest(f"{collection!r} is not a valid collection name.")
    return "/".join(parts)
