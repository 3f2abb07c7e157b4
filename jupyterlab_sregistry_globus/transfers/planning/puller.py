"""Pull images from endpoints into a folder registry of this host."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from ...catalog import Catalog
from ...errors import (
    BadRequest,
    EndpointNotUsable,
    EndpointOffline,
    NotSendable,
    PathNotAllowed,
    PathNotServed,
    RegistryNotFound,
    SRegistryGlobusError,
)
from ...globus.hosts import HostEndpoints
from ...globus.personal.config_paths import real
from ...images.localfiles import LocalFiles
from ...models.plans import Location, PlanRequest, PullRequest, TransferOptions
from ...models.sources import EndpointSource
from ...models.tasks import DownloadedImage
from ...models.transfers import Transfer
from ...registry.base import RegistryBackend
from ...registry.tree.layouts import may_be_image
from .downloads import DownloadPlans
from .receiving import ReceivingEndpoints


@dataclass(frozen=True)
class DownloadPlan:
    """A pull that this host does itself, over HTTPS."""

    images: tuple[DownloadedImage, ...]
    folder: Path
    options: TransferOptions


class Puller:
    """Decides how images get here: written by an endpoint of this host, or downloaded over HTTPS.

    :param backends: the configured registries; only some can receive images.
    """

    def __init__(
        self,
        backends: Sequence[RegistryBackend],
        catalog: Catalog,
        files: LocalFiles,
        hosts: HostEndpoints,
        receiving: ReceivingEndpoints,
        downloads: DownloadPlans,
    ) -> None:
        self._folders = {
            backend.name: backend.receiving_folder
            for backend in backends
            if backend.receiving_folder is not None
        }
        self._catalog = catalog
        self._files = files
        self._hosts = hosts
        self._receiving = receiving
        self._downloads = downloads

    def list_again(self, transfer: Transfer) -> None:
        """List the registries again that a transfer, which has ended, brought images into."""
        folder, endpoint_id = transfer.destination.path, transfer.destination.endpoint_id
        if not folder:
            return
        here = real(Path(folder)) if endpoint_id is None else None
        if endpoint_id is not None:
            here = self._hosts.local_path(endpoint_id, folder)
        if here is not None:
            self._catalog.relist(
                name for name, root in self._folders.items() if here.is_relative_to(real(root))
            )

    def plan(self, pull: PullRequest) -> PlanRequest | DownloadPlan:
        """Return how a pull is done. Creates the collection's folder.

        :returns: a request with this host's endpoint as the destination, or a download.
        :raises RegistryNotFound: no folder registry has that name, or none is configured.
        :raises PathNotServed: no endpoint of this host may write there, and the files' own endpoint
            does not offer HTTPS.
        :raises MappingWrong: what the only endpoint writes is elsewhere.
        :raises PathNotAllowed: the collection is a link out of the registry's folder.
        :raises NotSendable: a file of that name exists, or the registry would not list it.
        """
        route = pull.options.route
        if route not in (None, "local", "direct"):
            raise BadRequest("A pull takes the route local or direct.")
        collection = _checked(pull.collection)
        folder = self._place(pull.registry, collection, may_download=route != "local")
        self._check_names(pull, folder, collection)
        sync = pull.when_exists or pull.options.sync
        options = msgspec.structs.replace(pull.options, sync=sync)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PathNotServed(f"{folder} cannot be created: {error.strerror}.") from error
        if route == "direct":
            return self._download(pull.sources, folder, options)
        location, failure = self._location(folder, pull.registry)
        if location is not None:
            return PlanRequest(pull.sources, location, msgspec.structs.replace(options, route=None))
        if route == "local":
            raise failure
        try:
            return self._download(pull.sources, folder, options)
        except (EndpointNotUsable, EndpointOffline) as error:
            message = f"{error.message} {failure.message}"
            raise type(failure)(message, action=failure.action) from error

    def download_again(
        self, transfer: Transfer, missing: Sequence[DownloadedImage]
    ) -> DownloadPlan:
        """Return a download of images of an earlier one, if they still are what they were."""
        sources = [
            EndpointSource(image.source_endpoint_id, image.source_path, image.digest)
            for image in missing
        ]
        folder = Path(transfer.destination.path or "/")
        for image in missing:
            # It was refused then if there was a file, unless the user had chosen what to do.
            if image.existing is None and os.path.lexists(folder / image.name):
                raise _taken(image.name, folder)
        return self._download(sources, folder, transfer.options)

    def _download(
        self, sources: Sequence[EndpointSource], folder: Path, options: TransferOptions
    ) -> DownloadPlan:
        here = real(folder)
        self._files.check(here, str(folder), "write to", tuple(self._folders.values()))
        if not os.access(here, os.W_OK):
            raise PathNotAllowed(f"Your account may not write to {folder}.")
        return DownloadPlan(tuple(self._downloads.images(sources, here)), here, options)

    def _check_names(self, pull: PullRequest, folder: Path, collection: str) -> None:
        names = [posixpath.basename(source.path) for source in pull.sources]
        if not names:
            raise BadRequest("Choose one or more files.")
        if not all(source.endpoint_id for source in pull.sources) or not all(names):
            raise BadRequest("Specify the endpoint and the path of each file.")
        for name in names:
            if names.count(name) > 1:
                raise NotSendable(f"Several of the files are named {name}. Pull one at a time.")
            if not may_be_image(name, PurePosixPath(collection).parts):
                raise NotSendable(f"{name} does not have an image file extension, such as .sif.")
            # Other people may use the image that is there.
            if pull.when_exists is None and os.path.lexists(folder / name):
                raise _taken(name, folder)

    def _location(
        self, folder: Path, registry: str | None
    ) -> tuple[Location | None, SRegistryGlobusError]:
        """Return the folder as an endpoint of this host knows it, or why none can write to it."""
        try:
            location = self._receiving.location(folder)
        except SRegistryGlobusError as error:
            return None, error
        return location, self._not_served(registry)

    def _place(self, registry: str | None, collection: str, *, may_download: bool) -> Path:
        if registry is not None and registry not in self._folders:
            raise RegistryNotFound(
                f"There is no folder registry {registry!r}. Folder registries: "
                f"{', '.join(self._folders) or 'none'}."
            )
        if not self._folders:
            raise RegistryNotFound(
                "No configured registry is a folder, so none can receive images."
            )
        folders = []
        for name, root in self._folders.items():
            if registry not in (None, name):
                continue
            folder = root / collection
            # A link in the registry must not lead an image to where the registry would not list it.
            if not real(folder).is_relative_to(real(root)):
                raise PathNotAllowed(f"{collection!r} points outside the registry {name!r}.")
            folders.append(folder)
        for folder in folders:
            if self._receiving.may_receive(folder):
                return folder
        if not may_download:
            raise self._not_served(registry)
        return next((folder for folder in folders if _is_writable(folder)), folders[0])

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


def _taken(name: str, folder: Path) -> NotSendable:
    return NotSendable(
        f"{name} is already in {folder}. Choose another collection, remove it, or say what to do "
        "if a file already exists."
    )


def _is_writable(folder: Path) -> bool:
    """Tell whether this account can write to a folder, or make it."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(existing, os.W_OK)


def _checked(collection: str) -> str:
    parts = collection.strip("/").split("/") if collection.strip("/") else []
    if any(part in ("", ".", "..") or part.startswith(".") or "\0" in part for part in parts):
        raise BadRequest(f"{collection!r} is not a valid collection name.")
    return "/".join(parts)
