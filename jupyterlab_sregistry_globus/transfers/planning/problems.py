"""Problems with single images of a request, which leave its other images as they are."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import replace

from ...errors import (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    ImageChanged,
    ImageNotFound,
    ImageUnreadable,
    MappingWrong,
    PathNotAllowed,
    PermissionRefused,
    ReferenceMalformed,
    RegistryLocked,
    RegistryNotFound,
    RegistryUnavailable,
    SRegistryGlobusError,
)
from ...images.reference import parse
from ...models.sources import ImageSource, Source
from .candidate import Candidate, blocked

_OF_ONE_IMAGE = (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    ImageChanged,
    ImageNotFound,
    ImageUnreadable,
    MappingWrong,
    PathNotAllowed,
    PermissionRefused,
    ReferenceMalformed,
    RegistryNotFound,
    RegistryUnavailable,
)
_CANNOT_BE_SENT = "This image cannot be sent."


class Problems:
    """Collects the errors about single images, and blocks these images in the plan.

    :param is_alone: whether the request is about one image only.
    :param is_strict: whether the caller raises these errors in the end.
    """

    def __init__(self, *, is_alone: bool, is_strict: bool = False) -> None:
        self.is_strict = is_strict
        self.errors: list[SRegistryGlobusError] = []
        self._is_alone = is_alone

    def attempt(self, work: Callable[[], Candidate], image: Source | Candidate) -> Candidate:
        """Return the candidate that the work makes, or a blocked one with the reason.

        :param image: what to block.
        :raises RegistryLocked: only a login helps, which the error offers.
        :raises PathNotAllowed: if nothing else is asked for.
        """
        try:
            return work()
        except RegistryLocked:
            raise
        except _OF_ONE_IMAGE as error:
            if self._is_alone and isinstance(error, PathNotAllowed):
                raise
            return self.block(image, error)

    def block(self, image: Source | Candidate, error: SRegistryGlobusError) -> Candidate:
        """Return a candidate that cannot be sent, because of an error about it."""
        self.errors.append(error)
        if not isinstance(image, Candidate):
            image = Candidate(image, _name(image), None, _CANNOT_BE_SENT)
        lost = replace(image, route=None, reason=_CANNOT_BE_SENT, endpoint_id="", path="")
        return replace(
            blocked(lost, error.code, error.message),
            pattern=None,
            others=(),
            possible=(),
            is_lost=True,
        )

    def check(self) -> None:
        """Raise the first of the errors, with what the others say.

        :raises SRegistryGlobusError: any error that is about a single image.
        """
        if self.errors:
            first = self.errors[0]
            texts = dict.fromkeys(error.message for error in self.errors)
            first.message = " ".join(texts)
            first.args = (first.message,)
            raise first


def _name(source: Source) -> str:
    """Return what to call an image that was not found."""
    if isinstance(source, ImageSource):
        try:
            reference = parse(source.reference)
        except ReferenceMalformed:
            return posixpath.basename(source.reference.rstrip("/")) or source.reference
        tag = f":{reference.tag}" if reference.tag else ""
        return f"{posixpath.basename(reference.container)}{tag}"
    return posixpath.basename(source.path.rstrip("/")) or source.path
