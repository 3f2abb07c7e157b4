"""What every kind of registry offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..errors import (
    ImageChanged,
    ImageNotFound,
    RegistryBusy,
    RegistryUnavailable,
    RegistryUnreachable,
    SRegistryGlobusError,
)
from ..images.inspect import HeaderFacts
from ..images.reference import ImageReference
from ..models.actions import ConfigureAction, RetryAction
from ..models.images import Image, ImageDetails


@dataclass(frozen=True)
class ServedStorage:
    """Where Globus serves a registry's storage.

    :param path: the storage's root on the endpoint, absolute, ending in ``/``.
    """

    endpoint_id: str
    path: str


class Download(Protocol):
    """A way to fetch an image's bytes over the network, for the staged route.

    :param size_bytes: None if only the download itself reveals it.
    :param digest: ``sha256:<hex>`` that the bytes must have; None if the registry records none.
    :param is_resumable: whether ``open`` may start after byte 0.
    """

    @property
    def size_bytes(self) -> int | None: ...

    @property
    def digest(self) -> str | None: ...

    @property
    def is_resumable(self) -> bool: ...

    def open(self, start: int = 0) -> AbstractContextManager[Iterator[bytes]]:
        """Open the bytes from ``start`` on, in chunks.

        :raises RegistryUnavailable: the registry does not deliver them.
        :raises ImageNotFound: the image is gone.
        """


@dataclass(frozen=True)
class Storage:
    """Where an image's bytes are. None means that this way to them does not exist.

    :param path_below_root: the file, relative to the storage's root, for the served route.
    :param pattern_below_root: like ``path_below_root``, if part of the file's name is unknown:
        list the folder and take what matches (``*`` in the last part). If two match, compare
        digests.
    :param local_path: the file on this host, absolute, links resolved, for the local route.
    :param download: for the staged route.
    :param may_lack_file: whether the storage may be of a kind that keeps no file of that name for
        an image that exists.
    """

    path_below_root: str | None = None
    pattern_below_root: str | None = None
    local_path: Path | None = None
    download: Download | None = None
    may_lack_file: bool = False


@dataclass(frozen=True)
class ListingSummary:
    """What is known about a listing once its last image was read.

    :param remark: what the listing leaves out, for users; empty if it is complete.
    :param marker: argument for ``RegistryBackend.is_unchanged``; empty if that can't be checked.
    """

    remark: str = ""
    marker: str = ""


OnPublicImage = Callable[[Image, Storage | None], None]


class RegistryBackend(ABC):
    """One configured registry.

    Every method may block. Several threads may call them at once, except ``read_listing``.

    :param location: a folder or an address, for display.
    :param served_by: where Globus serves the storage, if an administrator configured it.
    """

    kind: str
    # How long a listing stays valid, and how often ``is_unchanged`` is worth a call.
    max_age_s: float = 3600.0
    check_after_s: float | None = None
    # The pause after a failed listing, and after one that another program started.
    retry_after_s: float = 30.0
    # Whether ``read_header`` can return anything.
    has_headers: bool = False
    # Whether only names say that its files are images, since no content can be read.
    is_listed_by_name: bool = False
    # The file that an administrator published the listing in, if the entry names one.
    listing_path: Path | None = None
    # Whether the user must be connected to Globus before the registry can be read.
    needs_account: bool = False

    def __init__(self, name: str, location: str, served_by: ServedStorage | None = None) -> None:
        self.name = name
        self.location = location
        self.served_by = served_by

    @property
    def receiving_folder(self) -> Path | None:
        """The local folder that pulled images go to; None if the registry can't receive any."""
        return None

    @abstractmethod
    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        """Read the names of all images, as cheaply as the registry allows.

        :param on_image: called once for each image, as soon as it is read. An exception from it
            ends the reading.
        :raises RegistryUnavailable: possibly after some images were read.
        """

    @abstractmethod
    def find(self, reference: ImageReference) -> Image:
        """Return the image that a reference means now.

        Without a tag, ``latest`` is taken, or the only tag if there is no other. A digest that is
        known to differ is refused. If it can only be known by reading the file, it is not checked.

        :raises ImageNotFound: there is no such image; the message says what exists.
        :raises ImageChanged: the tag has other content than the reference's digest.
        :raises ImageUnreadable: it is there, but no image file. The message says what to do.
        :raises RegistryUnavailable: the registry can't be asked.
        """

    @abstractmethod
    def storage(self, reference: ImageReference) -> Storage | None:
        """Return where the bytes are; None if no route can reach them.

        :raises ImageNotFound: as ``find``.
        :raises RegistryUnavailable: as ``find``.
        """

    def variant(self) -> str:
        """Return what else decides the content of a listing, besides kind and location.

        Each variant has a cached listing of its own.
        """
        return ""

    def public_variant(self) -> str:
        """Return the variant of the listing that everyone can read."""
        return self.variant()

    def has_credentials(self) -> bool:
        """Check whether requests carry an account, so that they may see more than the public."""
        return False

    def is_rationed(self) -> bool:
        """Check whether the server limits requests so much that published facts must do."""
        return False

    def read_public(self, on_image: OnPublicImage) -> ListingSummary:
        """Read all images for publishing, with what tells where Globus finds their files.

        :param on_image: called as in ``read_listing``. The storage is None where a plan must ask
            the registry for it.
        :raises RegistryUnavailable: as ``read_listing``.
        """
        return self.read_listing(lambda image: on_image(image, None))

    def read_private(  # noqa: B027 - most have none
        self, on_image: Callable[[Image], None]
    ) -> None:
        """Read the images that a public listing lacks, and that this user may see."""

    def inspect(self, reference: ImageReference) -> ImageDetails:
        """Return the image's metadata, as far as it can be read without a download.

        :raises ImageNotFound: as ``find``.
        :raises RegistryUnavailable: as ``find``.
        """
        return ImageDetails(image=self.find(reference))

    def read_header(self, reference: ImageReference) -> HeaderFacts | None:
        """Return what the image's first bytes say; None if they can't be read cheaply.

        :raises ImageNotFound: the image is gone.
        """
        return None

    def is_unchanged(self, marker: str) -> bool:
        """Check whether a new listing would be the same as the one that returned ``marker``."""
        return False

    def retry_delay_s(self, error: SRegistryGlobusError) -> float:
        """Return how long to wait before the next listing after one failed."""
        if isinstance(error, RegistryBusy) and isinstance(error.action, RetryAction):
            return error.action.after_s
        if isinstance(error, RegistryUnreachable):
            # The registry did not receive the request, so it may be repeated soon.
            action = error.action
            after_s = action.after_s if isinstance(action, RetryAction) else 0.0
            return max(RegistryBackend.retry_after_s, after_s)
        return self.retry_after_s

    def forget(self, reference: ImageReference) -> None:  # noqa: B027 - most remember nothing
        """Drop what is remembered about an image, because its content turned out to be different.

        The next call asks the registry again.
        """

    def missing(self, reference: ImageReference, hint: str = "") -> ImageNotFound:
        """Make the error for an image that does not exist.

        :param hint: what exists, or what to do.
        """
        return ImageNotFound(
            f"There is no image {reference.within(self.name)}. {hint or 'Search for its name.'}"
        )


def choose_tag(backend: RegistryBackend, reference: ImageReference, tags: Sequence[str]) -> str:
    """Choose the tag that a reference means, out of those its container has.

    :raises ImageNotFound: the container does not have that tag, or it has several and none of
        them is ``latest``.
    """
    if reference.tag is not None:
        if reference.tag in tags:
            return reference.tag
    elif "latest" in tags:
        return "latest"
    elif len(tags) == 1:
        return tags[0]
    if not tags:
        raise backend.missing(reference)
    some = ", ".join(sorted(tags)[:8]) + (", …" if len(tags) > 8 else "")
    raise backend.missing(reference, f"Available tags: {some}.")


def check_digest(image: Image, reference: ImageReference) -> Image:
    """Return the image, unless its content is known to differ from the reference's digest.

    :raises ImageChanged: it is known to differ.
    """
    if image.digest and reference.digest and image.digest != reference.digest:
        raise ImageChanged(
            f"{image.reference} is now {image.digest} instead of {reference.digest}. Choose the "
            "image again to use the new content."
        )
    return image


class BrokenRegistry(RegistryBackend):
    """A configured entry that makes no registry. Every use says why; other registries work."""

    kind = "unknown"

    def __init__(self, name: str, location: str, problem: str) -> None:
        super().__init__(name, location)
        self._error = RegistryUnavailable(
            f"The registry {name!r} is not configured correctly: {problem}",
            action=ConfigureAction(setting="SRegistryGlobus.registries", help=problem),
        )

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        raise self._error

    def find(self, reference: ImageReference) -> Image:
        raise self._error

    def storage(self, reference: ImageReference) -> Storage | None:
        raise self._error
