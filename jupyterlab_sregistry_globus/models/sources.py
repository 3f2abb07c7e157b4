"""The images a user chose to send, and where each of them is."""

from __future__ import annotations

import msgspec


class ImageSource(msgspec.Struct, frozen=True, tag="image", tag_field="kind"):
    """An image in a registry.

    :param digest: the digest the user saw, if any; a different one is refused.
    :param size_bytes: the size the user saw, if any; a different one is refused.
    """

    reference: str
    digest: str | None = None
    size_bytes: int | None = None

    @property
    def text(self) -> str:
        """The reference, for messages and receipts."""
        return self.reference


class FileSource(msgspec.Struct, frozen=True, tag="file", tag_field="kind"):
    """A file on this host.

    :param path: through REST, as Jupyter's contents API knows the file, with its drive if it has
        one; in commands and magics, a path of the operating system.
    :param digest: the digest the user saw, if any; a different one is refused.
    :param size_bytes: the size the user saw, if any; a different one is refused.
    """

    path: str
    digest: str | None = None
    size_bytes: int | None = None

    @property
    def text(self) -> str:
        """The path, for messages and receipts."""
        return self.path


class EndpointSource(msgspec.Struct, frozen=True, tag="endpoint", tag_field="kind"):
    """A file on a Globus endpoint.

    :param path: absolute, as the endpoint knows it.
    :param digest: the digest the user saw, if any; a different one is refused.
    :param size_bytes: the size the user saw, if any; a different one is refused.
    """

    endpoint_id: str
    path: str
    digest: str | None = None
    size_bytes: int | None = None

    @property
    def text(self) -> str:
        """The path, for messages and receipts."""
        return self.path


Source = ImageSource | FileSource | EndpointSource


class ImageRequest(msgspec.Struct, frozen=True):
    """Name the image that the request is about."""

    source: Source
