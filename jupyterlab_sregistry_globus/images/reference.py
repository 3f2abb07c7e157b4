"""References to images: ``[registry://]collection/container[:tag][@sha256:…]``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import ReferenceMalformed
from .filename import extension_of

RIGHT_FORM = "Write collection/container:tag, such as tacos/avocados:latest."

_MAX_CHARACTERS = 4096
_REGISTRY = re.compile(r"([\w-]+)://")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ESCAPED = re.compile(r"((?:%[0-9A-Fa-f]{2})+)")
# Names without anything to escape, which are nearly all.
_PLAIN = re.compile(r"[A-Za-z0-9._+=-]*")
_LOOKS_ESCAPED = re.compile(r"%(?=[0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class ImageReference:
    """The name of one image.

    The parts are stored without escapes. The text form percent-encodes what would be ambiguous, so
    that ``parse`` returns the same parts.

    :param registry: name of a configured registry. None searches all of them.
    :param collection: may be nested, with ``/`` between its parts.
    :param container: in the text form, its first ``:`` starts the tag, so that names as on CVMFS
        (``fq:0.9.1--h9ee0642_0``) are read as container and tag.
    :param tag: None lets the registry decide: ``latest``, or the only tag if there is no other.
    :param digest: ``sha256:`` and 64 hexadecimal digits of the file. None accepts any content.
    """

    registry: str | None
    collection: str
    container: str
    tag: str | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        if self.registry is not None and not _REGISTRY.fullmatch(self.registry + "://"):
            raise ReferenceMalformed(
                f"{self.registry!r} is not a valid registry name. "
                "Use only letters, digits, - and _."
            )
        for part in (*self.collection.split("/"), self.container):
            if part in ("", ".", ".."):
                raise ReferenceMalformed(
                    f"The image's name contains the invalid part {part!r}. {RIGHT_FORM}"
                )
        if self.tag == "":
            raise ReferenceMalformed(f"The tag is empty. {RIGHT_FORM}")
        if self.digest is not None and not _DIGEST.fullmatch(self.digest):
            raise ReferenceMalformed(
                "The digest is not valid. Write sha256: and 64 lowercase hexadecimal digits."
            )
        for part in (self.collection, self.container, self.tag or ""):
            if not _is_text(part):
                raise ReferenceMalformed("The image's name is not valid UTF-8. Rename the file.")

    def __str__(self) -> str:
        text = format_reference(self.registry, self.collection, self.container, self.tag)
        return text if self.digest is None else f"{text}@{self.digest}"

    def within(self, registry: str) -> ImageReference:
        """Return this reference with a registry's name."""
        return replace(self, registry=registry)


def parse(text: str) -> ImageReference:
    """Read the text form of a reference.

    :raises ReferenceMalformed: the text is not a reference; the message shows the right form.
    """
    if len(text) > _MAX_CHARACTERS:
        raise ReferenceMalformed(
            f"A reference has at most {_MAX_CHARACTERS} characters. {RIGHT_FORM}"
        )
    text = text.strip()
    named = _REGISTRY.match(text)
    registry, rest = (named[1], text[named.end() :]) if named else (None, text)
    collection, slash, name = rest.rpartition("/")
    if not slash or not collection:
        raise ReferenceMalformed(f"{_shown(text)} has no collection. {RIGHT_FORM}")
    name, digest = _split_digest(name, text)
    container, colon, tag = name.partition(":")
    if not container or (colon and not tag):
        missing = "tag after the :" if container else "container"
        raise ReferenceMalformed(f"{_shown(text)} has no {missing}. {RIGHT_FORM}")
    return ImageReference(
        registry=registry,
        collection="/".join(_collection_part(part, text) for part in collection.split("/")),
        container=_unescape(container),
        tag=_unescape(tag) if colon else None,
        digest=digest,
    )


def format_reference(registry: str | None, collection: str, container: str, tag: str | None) -> str:
    """Return the text form of valid parts. Fast, because large listings need it for each image."""
    if "/" in collection or not _PLAIN.fullmatch(collection):
        collection = "/".join(_escape(part, "@") for part in collection.split("/"))
    text = f"{collection}/{_escape(container, '/:@')}"
    if tag is not None:
        text = f"{text}:{_escape(tag, '/@')}"
    return text if registry is None else f"{registry}://{text}"


def _split_digest(name: str, text: str) -> tuple[str, str | None]:
    rest, at, digest = name.rpartition("@")
    if at and _DIGEST.fullmatch(digest.lower()):
        name, found = rest, digest.lower()
    else:
        found = None
    # Some registries store files as name:tag@md5.sif, which is not an image and its digest.
    if "@" in name and not extension_of(name):
        raise ReferenceMalformed(
            f"In {_shown(text)}, the @ must be followed by sha256: and 64 hexadecimal digits. "
            f"{RIGHT_FORM}"
        )
    return name, found


def _collection_part(part: str, text: str) -> str:
    plain = _unescape(part)
    if "/" in plain:
        raise ReferenceMalformed(
            f"The collection in {_shown(text)} contains an encoded /. Write it as /."
        )
    return plain


def _escape(part: str, special: str) -> str:
    if _PLAIN.fullmatch(part):
        return part
    part = _LOOKS_ESCAPED.sub("%25", part)
    inner = range(len(part) - len(part.lstrip()), len(part.rstrip()))
    return "".join(
        _percent(character)
        if character in special or not character.isprintable() or position not in inner
        else character
        for position, character in enumerate(part)
    )


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _unescape(part: str) -> str:
    def decoded(match: re.Match[str]) -> str:
        try:
            return bytes.fromhex(match[1].replace("%", "")).decode()
        except UnicodeDecodeError:
            raise ReferenceMalformed(
                f"{_shown(match[1])} is not a valid percent-encoded character. Write a literal % "
                f"as %25. {RIGHT_FORM}"
            ) from None

    return _ESCAPED.sub(decoded, part)


def _is_text(part: str) -> bool:
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    return repr(text if len(text) <= 100 else text[:99] + "…")
