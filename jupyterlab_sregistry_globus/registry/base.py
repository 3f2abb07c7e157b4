"""What every registry can do, whatever kind it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from ..errors import ImageChanged, ImageNotFound, RegistryUnavailable
from ..images.inspect import Look
from ..images.reference import ImageReference
from ..models.actions import ConfigureAction
from ..models.images import Image, ImageDetails


@dataclass(frozen=True)
class ServedStorage:
    """Where a registry's storage is seen through Globus.

    :param path: the storage's root on the endpoint, absolute, ending in ``/``.
    """

    endpoint_id: str
    path: str


class Download(Protocol):
    """A way to fetch an image's bytes over the network, for the staged route.

    :param size_bytes: None where only the download itself will tell.
    :param digest: ``sha256:<hex>`` that the bytes must have; None where the registry knows none.
    :param is_resumable: whether ``open`` may start anywhere but at 0.
    """

    @property
    def size_bytes(self) -> int | None: ...

    digest: str | None
    is_resumable: bool

    def open(self, start: int = 0) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes from ``start`` on, in chunks.

        :raises RegistryUnavailable: the registry does not deliver them.
        :raises ImageNotFound: the image is gone.
        """


@dataclass(frozen=True)
class Storage:
    """Where an image's bytes are; what is None is not possible.

    :param path_below_root: the file, relative to the storage's root, for the served route.
    :param pattern_below_root: as ``path_below_root``, where part of the file's name is not known:
        list the folder and take what matches (``*`` in the last part); of two, the digest decides.
    :param local_path: the file on this host, absolute, links resolved, for the local route.
    :param download: for the staged route.
    """

    path_below_root: str | None = None
    pattern_below_root: str | None = None
    local_path: Path | None = None
    download: Download | None = None


class RegistryBackend(ABC):
    """One configured registry.

    Every method may block and may be called from several threads, but ``list`` runs once at a time.

    :param location: for a person: a folder or an address.
    :param served_by: where the storage is seen through Globus, if an administrator said so.
    """

    kind: ClassVar[str]
    # How long a listing is believed, and how often ``is_unchanged`` is worth asking.
    max_age_s: float = 3600.0
    check_after_s: float | None = None
    # A registry that failed is left alone for so long; so is one that another program is listing.
    retry_after_s: float = 30.0
    # Whether ``look`` is worth calling at all.
    has_looks: bool = False
    # Whether somebody must be connected to Globus before the registry can be read.
    needs_account: bool = False

    def __init__(self, name: str, location: str, served_by: ServedStorage | None = None) -> None:
        self.name = name
        self.location = location
        self.served_by = served_by
        self.remark = ""
        self.marker: str | None = None

    @abstractmethod
    def list(self) -> Iterable[Image]:
        """Every image, each once, as cheaply as the registry allows.

        When the last one was taken, ``remark`` says what could not be listed, and ``marker`` is
        what ``is_unchanged`` wants.

        :raises RegistryUnavailable: also halfway.
        """

    @abstractmethod
    def find(self, reference: ImageReference) -> Image:
        """The image that a reference means now.

        A missing tag means ``latest``, or else the only tag there is. A digest that is known to be
        another one is refused; one that nobody knows without reading the file is let through.

        :raises ImageNotFound: there is none; the message says what there is.
        :raises ImageChanged: the tag has other content than the reference's digest.
        :raises RegistryUnavailable: the registry cannot be asked.
        """

    @abstractmethod
    def storage(self, reference: ImageReference) -> Storage | None:
        """Where the bytes are; None where no route can reach them.

        :raises ImageNotFound: as ``find``.
        :raises RegistryUnavailable: as ``find``.
        """

    def variant(self) -> str:
        """What decides what is listed, beside kind and place; another one has its own listing."""
        return ""

    def inspect(self, reference: ImageReference) -> ImageDetails:
        """What the image says about itself, as far as it can be read without fetching it.

        :raises ImageNotFound: as ``find``.
        :raises RegistryUnavailable: as ``find``.
        """
        return ImageDetails(image=self.find(reference))

    def look(self, reference: ImageReference) -> Look | None:
        """What the image's first bytes tell, where they can be read cheaply; None where not.

        :raises ImageNotFound: it is gone.
        """
        return None

    def is_unchanged(self, marker: str) -> bool:
        """Whether a listing that ended with ``marker`` would surely come out the same now."""
        return False

    def missing(self, reference: ImageReference, hint: str = "") -> ImageNotFound:
        """The error that says which image is not there, and what is."""
        return ImageNotFound(
            f"There is no image {reference.within(self.name)}. {hint or 'Search for its name.'}"
        )


def choose_tag(backend: RegistryBackend, reference: ImageReference, tags: Sequence[str]) -> str:
    """The tag that a reference means, out of those its container has.

    :raises ImageNotFound: it has not that tag, or several and none is ``latest``.
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
    raise backend.missing(reference, f"Its tags are {some}.")


def check_digest(image: Image, reference: ImageReference) -> Image:
    """Give the image back if it may be the content that a reference names.

    :raises ImageChanged: it is known to be another.
    """
    if image.digest and reference.digest and image.digest != reference.digest:
        raise ImageChanged(
            f"{image.reference} is now {image.digest}, no longer {reference.digest}. "
            "Choose the image again to take it as it is."
        )
    return image


class BrokenRegistry(RegistryBackend):
    """Stands for an entry in the settings that makes no registry, so that the others still work."""

    kind = "unknown"

    def __init__(self, name: str, location: str, problem: str) -> None:
        super().__init__(name, location)
        self._error = RegistryUnavailable(
            f"The registry {name!r} is not set up rightly: {problem}",
            action=ConfigureAction(setting="SRegistryGlobus.registries", help=problem),
        )

    def list(self) -> Iterable[Image]:
        raise self._error

    def find(self, reference: ImageReference) -> Image:
        raise self._error

    def storage(self, reference: ImageReference) -> Storage | None:
        raise self._error
