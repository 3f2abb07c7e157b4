"""Plan pulls over HTTPS: look at each file at its endpoint, and at what is here."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from ...errors import (
    EndpointNotUsable,
    EndpointOffline,
    ImageChanged,
    ImageNotFound,
    NotSendable,
)
from ...globus.endpoints import Endpoints
from ...globus.https import HttpsFiles
from ...models.endpoints import Endpoint, FolderEntry
from ...models.plans import Location
from ...models.sources import EndpointSource
from ...models.tasks import DownloadedImage
from ...units import human_bytes
from ..hostfiles import existing_entry
from ..staging.room import RESERVE_BYTES


class DownloadPlans:
    """Decides whether this host can download files itself.

    :param limit_bytes: the largest file; 0 turns downloads off.
    """

    def __init__(self, endpoints: Endpoints, https: HttpsFiles, limit_bytes: int) -> None:
        self._endpoints = endpoints
        self._https = https
        self._limit_bytes = limit_bytes

    def images(self, sources: Sequence[EndpointSource], folder: Path) -> list[DownloadedImage]:
        """Return the images of a pull into a folder of this host, which exists.

        :raises EndpointNotUsable: an endpoint does not offer HTTPS, or a file is too large.
        :raises ConsentRequired: an endpoint requires a consent; carries the login to offer.
        :raises ImageNotFound: an endpoint has no such file.
        :raises ImageChanged: a file is no longer what the request says the user saw.
        :raises NotSendable: there is no room.
        """
        endpoints = {source.endpoint_id: self._endpoint(source) for source in sources}
        images = [self._image(source, endpoints[source.endpoint_id], folder) for source in sources]
        _check_room(images, folder)
        return images

    def _endpoint(self, source: EndpointSource) -> Endpoint:
        if not self._limit_bytes:
            raise EndpointNotUsable("Direct downloads are turned off (direct_limit_bytes).")
        endpoint = self._endpoints.get(source.endpoint_id)
        state, next_step = endpoint.readiness.state, endpoint.readiness.next_step
        if state in ("offline", "paused"):
            raise EndpointOffline(f"{endpoint.display_name} is {state}. {next_step}")
        if endpoint.https_server is None:
            raise EndpointNotUsable(f"{endpoint.display_name} does not offer downloads over HTTPS.")
        self._https.check(endpoint)
        return endpoint

    def _image(self, source: EndpointSource, endpoint: Endpoint, folder: Path) -> DownloadedImage:
        place, entry = self._look_at(source, endpoint)
        self._endpoints.check_use(endpoint, place, "send from")
        size = entry.size_bytes or 0
        if size > self._limit_bytes:
            raise EndpointNotUsable(
                f"{entry.name} has {human_bytes(size)}, and a direct download may have "
                f"{human_bytes(self._limit_bytes)} (direct_limit_bytes)."
            )
        if source.size_bytes not in (None, size):
            raise ImageChanged(f"{entry.name} has changed since it was chosen. Choose it again.")
        final = folder / entry.name
        return DownloadedImage(
            source=source,
            name=entry.name,
            route="direct",
            reason="Direct download: keep this computer on.",
            source_endpoint_id=endpoint.id,
            source_endpoint_name=endpoint.display_name,
            source_path=place,
            destination_path=str(final),
            size_bytes=size,
            digest=source.digest,
            existing=existing_entry(final),
            modified=entry.modified,
        )

    def _look_at(self, source: EndpointSource, endpoint: Endpoint) -> tuple[str, FolderEntry]:
        """Return a file's absolute path and what its endpoint says of it."""
        name = posixpath.basename(source.path)
        parent = Location(source.endpoint_id, f"{posixpath.dirname(source.path)}/")
        folder = self._endpoints.folder(parent, names=[name])
        for entry in folder.entries:
            if entry.type == "file" and entry.size_bytes is not None:
                return f"{folder.path}{entry.name}", entry
        raise ImageNotFound(f"There is no file {source.path} on {endpoint.display_name}.")


def _check_room(images: Iterable[DownloadedImage], folder: Path) -> None:
    needed = sum(image.size_bytes or 0 for image in images)
    free = shutil.disk_usage(folder).free - RESERVE_BYTES
    if needed > free:
        raise NotSendable(
            f"The files need {human_bytes(needed)}, and {folder} has room for only "
            f"{human_bytes(max(0, free))}."
        )
