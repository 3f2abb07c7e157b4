"""Requests to send images, and how each image would reach its destination."""

from __future__ import annotations

from typing import Literal

import msgspec

from .endpoints import FolderEntry
from .sources import EndpointSource, Source

Route = Literal["served", "local", "direct", "staged"]
Sync = Literal["checksum", "size", "mtime", "exists", "always"]


class Location(msgspec.Struct, frozen=True):
    """A folder on an endpoint.

    :param path: absolute, or ``/~/…`` for the endpoint's home; None for its default folder.
    """

    endpoint_id: str
    path: str | None = None


class TransferOptions(msgspec.Struct, frozen=True):
    """How files are moved. Every file's checksum is verified in any case.

    :param label: shown in Globus, at most 128 characters; None makes one from the images' names.
    :param create_folders: create the destination folder, and those above it, if they are missing.
    :param sync: if the file already exists: ``checksum`` replaces it if its content differs,
        ``size`` compares sizes, ``mtime`` replaces it if it is older, ``exists`` keeps it,
        ``always`` replaces it.
    :param encrypt_data: encrypt in transit.
    :param preserve_timestamp: preserve the modification time.
    :param notify: let Globus send an email when it finishes.
    :param name_template: for images whose registry stores no file name, such as
        ``{collection}-{container}-{tag}.sif``. None takes the setting ``name_template``.
    :param route: the preferred route; an image for which it is not possible takes its best one.
        None leaves the choice to the plan.
    """

    label: str | None = None
    create_folders: bool = False
    sync: Sync = "checksum"
    encrypt_data: bool = False
    preserve_timestamp: bool = True
    notify: bool = False
    name_template: str | None = None
    route: Route | None = None


class PlanRequest(msgspec.Struct, frozen=True):
    """Request a plan, or the transfer itself."""

    sources: tuple[Source, ...]
    destination: Location
    options: TransferOptions = TransferOptions()


class PullRequest(msgspec.Struct, frozen=True):
    """Get image files from endpoints into a folder registry of this host.

    :param sources: the files to get.
    :param collection: a folder in the registry's folder, made if it is missing; empty for none.
    :param registry: its name; None takes the first that can receive files.
    :param when_exists: what to do if a file has the name of one that is pulled, as ``sync`` of the
        options; None refuses the request, because other people may use the file.
    :param options: ``route``: ``direct`` downloads over HTTPS; ``local`` has Globus write to an
        endpoint of this host. None takes ``local`` where that is possible.
    """

    sources: tuple[EndpointSource, ...]
    collection: str = ""
    registry: str | None = None
    when_exists: Sync | None = None
    options: TransferOptions = TransferOptions()


class PlanWarning(msgspec.Struct, frozen=True):
    """Something worth knowing before sending.

    :param severity: ``blocking`` stops the transfer; ``warning`` and ``note`` do not.
    """

    code: str
    message: str
    severity: Literal["note", "warning", "blocking"]


class RouteOption(msgspec.Struct, frozen=True):
    """A route that an image could take, and why, in words."""

    route: Route
    reason: str


class PlannedImage(msgspec.Struct, frozen=True):
    """How one image would reach the destination.

    :param name: the file's name at the destination.
    :param route: ``served``: from the registry's storage, past this host;
        ``local``: the file is in a folder that an endpoint of this host serves; ``direct``: this
        host uploads it to the destination over HTTPS; ``staged``: downloaded to this host first.
    :param reason: why this route, in words.
    :param uuid: the SIF's id; None if its header was not read.
    :param source_alternatives: other files that may be the image; the next is tried if the digest
        shows that the one before was not.
    :param staged_path: where a staged image is on this host; None if that is its source path.
    :param node: the only computer that has the staged file; None if others can see it.
    :param existing: what has its name in the destination folder; None if nothing has.
    :param routes: every route that is possible for the image, the best first; the chosen one is
        among them.
    """

    source: Source
    name: str
    route: Route
    reason: str
    source_endpoint_id: str
    source_endpoint_name: str
    source_path: str
    destination_path: str
    size_bytes: int | None = None
    digest: str | None = None
    arch: str | None = None
    uuid: str | None = None
    warnings: tuple[PlanWarning, ...] = ()
    source_alternatives: tuple[str, ...] = ()
    staged_path: str | None = None
    node: str | None = None
    routes: tuple[RouteOption, ...] = ()
    existing: FolderEntry | None = None

    @property
    def path_here(self) -> str:
        """Where a staged image is on this host."""
        return self.staged_path or self.source_path


class Plan(msgspec.Struct, frozen=True):
    """What would happen; nothing has been sent.

    :param destination: with the path as the endpoint writes it.
    :param total_bytes: of all images whose size is known; ``sizes_unknown`` counts the others.
    :param warnings: about the transfer as a whole; each image has its own.
    :param is_sendable: whether no warning is blocking.
    """

    destination: Location
    destination_name: str
    images: tuple[PlannedImage, ...]
    total_bytes: int
    sizes_unknown: int
    warnings: tuple[PlanWarning, ...]
    is_sendable: bool
