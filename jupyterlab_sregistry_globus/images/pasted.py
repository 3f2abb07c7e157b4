"""References as users have them, from other programs or from a file name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ReferenceMalformed
from .filename import extension_of, file_name
from .reference import ImageReference, parse

SCHEMES = ("library", "oras", "docker", "shub")

_SCHEME = re.compile(rf"({'|'.join(SCHEMES)})://+", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d+)?|localhost(?::\d+)?|[\w-]+:\d+")
_PINNED = re.compile(r"(?:@sha256:|:sha256[.:])([0-9A-Fa-f]{64})$")


@dataclass(frozen=True)
class Pasted:
    """A reference in the form of another program.

    :param scheme: such as ``docker``; empty if there is none.
    :param rest: the text without it.
    """

    scheme: str
    rest: str

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.rest}" if self.scheme else self.rest

    def forms(self, registry: str, host: str) -> Iterator[ImageReference]:
        """Yield the references that this may be in a registry, the likeliest first.

        :param host: the registry's own, with its port if it has one; may be empty.
        """
        first, slash, rest = self.rest.partition("/")
        has_host = bool(slash and _HOST.fullmatch(first))
        names = [self.rest]
        if host and has_host and first.lower() == host.lower():
            names = [rest, self.rest]
        elif has_host and self.scheme == "library":
            names = [self.rest, rest]
        for name in names:
            for candidate in self._with_collection(name, registry):
                with contextlib.suppress(ReferenceMalformed):
                    yield parse(candidate)

    def _with_collection(self, name: str, registry: str) -> Iterator[str]:
        depth = name.partition("@")[0].count("/")
        if depth:
            yield name
        if self.scheme == "library" and depth == 0:
            yield f"library/default/{name}"
        elif self.scheme == "library" and depth == 1:
            yield f"library/{name}"
            yield name.replace("/", "/default/", 1)
        elif self.scheme == "docker" and depth == 0:
            yield f"library/{name}"
        if depth == 0:
            yield f"{registry}/{name}"

    def advice(self) -> str:
        """Return what the user can type if no registry has the image."""
        if not self.scheme:
            return f"If it is a file beside you, type ./{self.rest}."
        name = self.rest.rpartition("/")[2].partition("@")[0]
        container, _, tag = name.partition(":")
        file = file_name(container or "image", tag or None)
        if self.scheme == "docker":
            return (
                "If it is a Docker image, build a SIF from it with: "
                f"apptainer build {file} {self.text}, and send ./{file}."
            )
        return f"Fetch it with: apptainer pull {file} {self.text}, and send ./{file}."


def read_pasted(text: str) -> Pasted:
    """Take a reference's scheme off, if another program uses it."""
    text = text.strip()
    scheme = _SCHEME.match(text)
    return Pasted(scheme[1].lower(), text[scheme.end() :]) if scheme else Pasted("", text)


def is_file_name(text: str) -> bool:
    """Check whether a reference is only the name of an image file."""
    return "/" not in text and extension_of(text) != ""


def pinned_digest(text: str) -> str | None:
    """Return the digest in a reference, also if it is its tag (``:sha256.…``), as libraries do."""
    pinned = _PINNED.search(text.strip())
    return f"sha256:{pinned[1].lower()}" if pinned else None
