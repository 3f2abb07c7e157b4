"""Images and folders as the user types them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...errors import BadRequest

if TYPE_CHECKING:
    from ...models.plans import Location
    from ...models.sources import FileSource, ImageSource
    from ...services import Services

_ENDPOINT_PATH = re.compile(r"(?P<name>.+?)(?::(?P<path>[/~].*)?)?", re.DOTALL)


def read_source(text: str) -> ImageSource | FileSource:
    """Return the image for a word: a path if it begins with ``/ ./ ../ ~``, or a reference."""
    from ...models.sources import FileSource, ImageSource

    if text.startswith(("/", "./", "../", "~")):
        return FileSource(text)
    return ImageSource(text)


def read_endpoint_path(text: str) -> tuple[str, str | None]:
    """Split ``ENDPOINT:PATH`` into the endpoint's name and the path, None if there is no path.

    A name may contain ``:`` itself; the path begins at the first one before ``/`` or ``~``.

    :raises BadRequest: there is no endpoint.
    """
    match = _ENDPOINT_PATH.fullmatch(text.strip())
    if match is None:
        raise BadRequest(
            "Name the destination as ENDPOINT:/PATH, such as my-cluster:/scratch/images/."
        )
    path = match["path"]
    if path is not None and path.startswith("~"):
        path = "/" + path
    return match["name"], path


def find_location(services: Services, text: str) -> Location:
    """Return the folder that ``ENDPOINT:PATH`` means.

    :raises BadRequest: there is no endpoint in the text.
    :raises EndpointNotFound: no endpoint has this name.
    :raises EndpointAmbiguous: several endpoints have it.
    """
    return services.endpoints.resolve(*read_endpoint_path(text))
