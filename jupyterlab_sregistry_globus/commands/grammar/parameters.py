"""Images and folders as the user types them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...models.plans import Location
    from ...models.sources import FileSource, ImageSource
    from ...services import Services

_WINDOWS_PATH = re.compile(r"[A-Za-z]:[/\\]")


def read_source(text: str) -> ImageSource | FileSource:
    """Return the image for a word: a path if it begins with ``/ ./ ../ ~``, or a reference."""
    from ...models.sources import FileSource, ImageSource

    if text.startswith(("/", "./", "../", "~")) or _WINDOWS_PATH.match(text):
        return FileSource(text)
    return ImageSource(text)


def find_location(services: Services, text: str) -> Location:
    """Return the folder that ``ENDPOINT:PATH``, or an address of the Globus web app, means.

    :raises BadRequest: there is no endpoint in the text.
    :raises EndpointNotFound: no endpoint has this name.
    :raises EndpointAmbiguous: several endpoints have it.
    """
    from ...globus.locations import read_location

    return services.endpoints.resolve(*read_location(text))
