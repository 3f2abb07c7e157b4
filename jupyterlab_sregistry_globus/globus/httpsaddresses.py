"""Addresses of files on collections' HTTPS servers, to which the user's token may be sent."""

from __future__ import annotations

from urllib.parse import quote

from ..errors import BadRequest, EndpointNotUsable
from ..models.endpoints import Endpoint
from .origins import read_origin


def file_address(endpoint: Endpoint, path: str, *, is_sandbox: bool) -> str:
    """Return the address of a file on a collection.

    :param path: absolute on the collection.
    :param is_sandbox: whether the server may be plain http on this machine.
    :raises EndpointNotUsable: the collection has no HTTPS server, or not a safe one.
    :raises BadRequest: no file can have this path.
    """
    name, server = endpoint.display_name, endpoint.https_server
    if server is None:
        raise EndpointNotUsable(
            f"{name} does not accept requests over HTTPS. Choose another route or endpoint."
        )
    try:
        origin = read_origin(server)
    except ValueError:
        raise _unsafe(name) from None
    if origin.scheme != "https" and not (is_sandbox and origin.is_loopback):
        raise _unsafe(name)
    if "?" in server or "#" in server:
        raise _unsafe(name)
    return server.rstrip("/") + encoded(path)


def encoded(path: str) -> str:
    """Return a path on an endpoint as part of an address, percent-encoded part by part.

    :raises BadRequest: it is not absolute, leaves its folder with ``..``, or has a character that
        no address can have.
    """
    if not path.startswith("/"):
        raise BadRequest("The path does not begin with a slash. Choose a folder of the endpoint.")
    if any(character in path for character in "\r\n\0"):
        raise BadRequest("The path has a line break. Rename the file.")
    parts = path.split("/")
    # Clients resolve these before they send, so that the request would leave the collection.
    if any(part in (".", "..") for part in parts):
        raise BadRequest("The path has a part that is only dots. Name the folder itself.")
    try:
        return "/".join(quote(part, safe="") for part in parts)
    except UnicodeEncodeError:
        raise BadRequest("The path is not text in UTF-8. Rename the file.") from None


def _unsafe(name: str) -> EndpointNotUsable:
    return EndpointNotUsable(
        f"The HTTPS address of {name} is not an https:// address of a server. Tell its "
        "administrator, or choose another route."
    )
