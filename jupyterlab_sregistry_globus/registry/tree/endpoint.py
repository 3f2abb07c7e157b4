"""Images in a folder of a Globus endpoint, as the connected user sees it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator

from ...errors import (
    FolderNotFound,
    ImageNotFound,
    PermissionRefused,
    RegistryLocked,
    RegistryUnavailable,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...images.reference import ImageReference
from ...models.actions import ConfigureAction, LoginAction
from ...models.images import Image
from ..base import ListingSummary, RegistryBackend, ServedStorage, Storage
from ..entry import Entry, InvalidEntry
from . import endpointfolder
from .endpointfolder import EndpointFolder, EndpointTree, FolderContents
from .lookup import Located, Lookup, image_of
from .names import TreeNames
from .walk import MAX_DEPTH, Skipped


class EndpointRegistry(RegistryBackend):
    """The images below a folder of an endpoint, in each of the layouts of layouts.py.

    Globus decides what a user may read there, so each user has a listing of their own. Links to
    folders are not followed, because a listing does not say where they lead.

    :param path: the folder on the endpoint, absolute, ending in ``/``.
    """

    kind = "endpoint"
    needs_account = True
    is_listed_by_name = True

    def __init__(self, name: str, endpoints: Endpoints, endpoint_id: str, path: str) -> None:
        super().__init__(name, f"{endpoint_id}:{path}", ServedStorage(endpoint_id, path))
        self._endpoints = endpoints
        self._tree = EndpointTree(endpoints, endpoint_id, path, self.variant)

    def variant(self) -> str:
        return self._endpoints.identity_id() or ""

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        skipped = Skipped()
        self._tree.forget()  # the user may have asked for it because it has changed
        for image in self._images(skipped):
            on_image(image)
        return ListingSummary(str(skipped))

    def find(self, reference: ImageReference) -> Image:
        located = self._locate(reference)
        return image_of(self.name, located.named, located.facts)

    def storage(self, reference: ImageReference) -> Storage | None:
        return Storage(path_below_root=self._locate(reference).path_below_root)

    def _images(self, skipped: Skipped) -> Iterator[Image]:
        names = TreeNames(self.name, EndpointFolder(self._tree))
        with self._translated():
            for parts, contents in self._walk(skipped):
                folder = EndpointFolder(self._tree, parts, contents)
                for named in names.name_folder(folder, [*contents.files]):
                    facts = folder.file(named.file)
                    if facts is not None:
                        yield image_of(self.name, named, facts)
        skipped.same_name = names.left_out

    def _walk(self, skipped: Skipped) -> Iterator[tuple[tuple[str, ...], FolderContents]]:
        pending: list[tuple[str, ...]] = [()]
        pages = 0
        while pending:
            parts = pending.pop()
            try:
                contents = self._tree.read_folder(parts)
            except (FolderNotFound, PermissionRefused):
                if not parts:
                    raise
                skipped.unreadable += 1
                continue
            pages += contents.pages
            skipped.linked += contents.linked
            skipped.dangling += contents.dangling
            skipped.unknown += contents.unknown
            if contents.is_unpacked:
                skipped.unpacked += 1
                continue
            if len(parts) < MAX_DEPTH:
                pending.extend((*parts, name) for name in reversed(contents.folders))
            yield parts, contents
            if pages >= endpointfolder.MAX_PAGES:
                skipped.beyond += len(pending)
                return

    def _locate(self, reference: ImageReference) -> Located:
        with self._translated():
            return Lookup(self, EndpointFolder(self._tree)).locate(reference)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what Globus refuses into this registry's failure, so that others are still asked."""
        try:
            yield
        except FolderNotFound as error:
            help_text = f"{self.location} does not exist. Check the entry {self.name!r}."
            raise self._unavailable(
                error, ConfigureAction("SRegistryGlobus.registries", help_text)
            ) from error
        except SRegistryGlobusError as error:
            if isinstance(error, (RegistryUnavailable, ImageNotFound)):
                raise
            raise self._unavailable(error) from error

    def _unavailable(
        self, error: SRegistryGlobusError, action: ConfigureAction | None = None
    ) -> RegistryUnavailable:
        message = f"The registry {self.name!r} is a folder on a Globus endpoint. {error.message}"
        if isinstance(error.action, LoginAction):
            return RegistryLocked(message, action=error.action)
        if isinstance(error.action, ConfigureAction):
            action = error.action
        return RegistryUnavailable(message, action=action)


def from_entry(entry: Entry) -> EndpointRegistry:
    """Make a registry from an entry with ``endpoint_id`` and ``endpoint_path``.

    :raises InvalidEntry: either is missing, the id is not valid, or the path is not absolute.
    """
    entry.text("endpoint_id")
    entry.text("endpoint_path")
    served = entry.served_by()
    assert served is not None  # noqa: S101 - both texts exist
    try:
        endpoint_id = str(uuid.UUID(served.endpoint_id))
    except ValueError:
        raise InvalidEntry(f"endpoint_id {served.endpoint_id!r} is not a valid id.") from None
    return EndpointRegistry(entry.name, entry.endpoints, endpoint_id, served.path)
