"""Getting images from endpoints into a folder of this host that is a registry."""

from __future__ import annotations

import contextlib
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
    SRegistryGlobusError,
)
from ...globus.personal.endpoint import PersonalEndpoint
from ...models.plans import Location, PlanRequest, PullRequest
from ...registry.base import RegistryBackend
from ...registry.tree.layouts import may_be_image
from ..outbox import Outbox


class Puller:
    """Turns a wish to have images here into a plan's request; then it is a transfer like any other.

    :param backends: those that are folders can take images.
    """

    def __init__(
        self,
        backends: Sequence[RegistryBackend],
        catalog: Catalog,
        outbox: Outbox,
        local: PersonalEndpoint,
    ) -> None:
        self._folders = {
            backend.name: backend.receiving_folder
            for backend in backends
            if backend.receiving_folder is not None
        }
        self._catalog = catalog
        self._outbox = outbox
        self._local = local

    def note_ended(self, transfer_id: str) -> None:
        """A transfer has ended: list those registries again that it has brought images into."""
        with contextlib.suppress(SRegistryGlobusError):
            place = self._outbox.get(transfer_id).destination
            if place.path is not None and place.endpoint_id == self._local.endpoint_id():
                self._catalog.relist(
                    name
                    for name, root in self._folders.items()
                    if Path(place.path).is_relative_to(os.path.realpath(root))
                )

    def request(self, pull: PullRequest) -> PlanRequest:
        """What to send, to this host's own endpoint. The collection's folder is made.

        :raises RegistryNotFound: no folder registry has that name, or there is none at all.
        :raises PathNotServed: no endpoint of this host can write there.
        :raises PathNotAllowed: the collection is a link out of the registry's folder.
        :raises NotSendable: a file of that name is there, or would not be listed.
        """
        collection = _checked(pull.collection)
        names = [posixpath.basename(source.path or "") for source in pull.sources]
        if not all(source.endpoint_id for source in pull.sources) or not all(names):
            raise BadRequest("Name the endpoint and the path of each file.")
        folder, place = self._place(pull.registry, collection)
        for name in names:
            if not may_be_image(name, PurePosixPath(collection).parts):
                raise NotSendable(f"{name} has not the name of an image file, such as name.sif.")
            # Replacing an image that people use is for nobody to do by accident.
            if os.path.lexists(folder / name):
                raise NotSendable(
                    f"{name} is already in {folder}. Choose another collection, or remove it."
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PathNotServed(f"{folder} cannot be made: {error.strerror}.") from error
        return PlanRequest(pull.sources, place, pull.options)

    def _place(self, registry: str | None, collection: str) -> tuple[Path, Location]:
        if registry is not None and registry not in self._folders:
            raise RegistryNotFound(
                f"There is no folder registry {registry!r}; there are: "
                f"{', '.join(self._folders) or 'none'}."
            )
        endpoint_id = self._local.endpoint_id()
        for name, root in self._folders.items():
            if registry not in (None, name) or endpoint_id is None:
                continue
            folder = root / collection
            # A link in the registry must not lead an image to where the registry would not list it.
            if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root)):
                raise PathNotAllowed(f"{collection!r} leads out of the registry {name!r}.")
            path = self._local.endpoint_path(folder)
            if path is not None and self._local.may_write(path):
                return folder, Location(endpoint_id, path + "/")
        if not self._folders:
            raise RegistryNotFound("No registry here is a folder, so images cannot come into one.")
        if endpoint_id is None:
            raise PathNotServed("Set up Globus Connect Personal on this machine first.")
        roots = ", ".join(
            str(root) for name, root in self._folders.items() if registry in (None, name)
        )
        raise PathNotServed(
            f"This machine's Globus endpoint may not write to {roots}. Add the folder to "
            f"{self._local.config_paths_file}, with 1 as the last figure."
        )


def _checked(collection: str) -> str:
    parts = collection.strip("/").split("/") if collection.strip("/") else []
    if any(part in ("", ".", "..") or part.startswith(".") or "\0" in part for part in parts):
        raise BadRequest(f"{collection!r} is no name of a collection.")
    return "/".join(parts)
