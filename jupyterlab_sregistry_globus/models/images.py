"""Images, and the registries that list them."""

from __future__ import annotations

from typing import Literal

import msgspec

from .actions import Action


class Registry(msgspec.Struct, frozen=True):
    """One place that images come from.

    :param name: as configured; the first part of a full reference.
    :param kind: the backend, such as ``folder``.
    :param location: a folder or an address, for display.
    :param state: ``ready``, or ``failed`` with the reason in ``message``.
    :param listed_at: POSIX seconds of the listing shown; None before the first.
    :param action: what a face should offer if the registry failed; None if nothing would help.
    :param is_published: whether the listing shown is one that an administrator published.
    """

    name: str
    kind: str
    location: str
    state: Literal["ready", "listing", "failed"]
    message: str = ""
    listed_at: float | None = None
    images_count: int | None = None
    action: Action | None = None
    is_published: bool = False


class Collection(msgspec.Struct, frozen=True):
    """A group of images in a registry."""

    registry: str
    name: str
    images_count: int


class Image(msgspec.Struct, frozen=True):
    """One image, as its registry lists it.

    :param reference: full reference, ``registry://collection/container:tag``.
    :param size_bytes: None if the registry does not say.
    :param modified_at: POSIX seconds; None if unknown.
    :param arch: such as ``amd64``; None until the header has been read.
    :param digest: ``sha256:<hex>`` of the file; None if it is not known without hashing.
    :param format: such as ``sif``; None until the file has been read.
    :param file_name: as stored; None if the registry stores no file under a name of its own.
    """

    reference: str
    registry: str
    collection: str
    container: str
    tag: str
    size_bytes: int | None = None
    modified_at: float | None = None
    arch: str | None = None
    digest: str | None = None
    format: str | None = None
    file_name: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """A page of images.

    :param total: how many images match, beyond this page.
    :param message: what could not be listed, in words; empty if all went well.
    :param is_partial: whether a registry is still being listed for the first time, so that more
        images may match.
    """

    images: tuple[Image, ...]
    total: int
    offset: int
    message: str = ""
    is_partial: bool = False


class Catalog(msgspec.Struct, frozen=True):
    """The registries and their collections.

    :param is_partial: whether a registry is still being listed for the first time.
    """

    registries: tuple[Registry, ...]
    collections: tuple[Collection, ...]
    is_partial: bool = False


class Signature(msgspec.Struct, frozen=True):
    """A signature found in an image; its signer is claimed, not verified.

    :param fingerprint: of the PGP key; empty for a signature of another kind (DSSE).
    """

    fingerprint: str
    hash: str


class DigestState(msgspec.Struct, frozen=True):
    """An image's digest, or how far it has been computed.

    :param state: ``unknown``: it can be computed; ``unavailable``: it cannot, because the file is
        not on this host.
    :param digest: ``sha256:<hex>`` if it is known.
    :param bytes_done: read so far, while it is being computed.
    :param message: why it could not be computed.
    """

    state: Literal["known", "unknown", "computing", "failed", "unavailable"]
    digest: str | None = None
    bytes_done: int = 0
    bytes_total: int | None = None
    message: str = ""


class ImageDetails(msgspec.Struct, frozen=True):
    """An image's metadata.

    :param image: the listing's row.
    :param uuid: the SIF's id; None if not recorded.
    :param created_at: POSIX seconds; None if not recorded.
    :param labels: as recorded when the image was built.
    :param definition: the definition file's text; None if the image has no such file.
    :param filesystem: of the primary partition, such as ``squashfs``.
    :param base_image: what the image was built from, as its labels or definition file name it.
    :param base_digest: of the base image; None if not recorded.
    :param problem: why the file could not be read as an image; empty if it could.
    """

    image: Image
    uuid: str | None = None
    created_at: float | None = None
    labels: dict[str, str] = {}
    definition: str | None = None
    filesystem: str | None = None
    is_encrypted: bool = False
    signatures: tuple[Signature, ...] = ()
    base_image: str | None = None
    base_digest: str | None = None
    has_sbom: bool = False
    problem: str = ""
