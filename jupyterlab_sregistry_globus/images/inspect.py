"""Reads an image's metadata: all that ``inspect`` shows, or only its header."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ..errors import ImageUnreadable
from ..models.images import Image, ImageDetails, Signature
from ..store.regular import open_regular
from . import sif
from .sniff import HEAD_BYTES, sniff

TEXT_LIMIT_BYTES = 256 * 1024
_MAX_LABELS = 500
_MAX_LABEL_CHARACTERS = 4096
_METADATA_NAME = "inspect-metadata.json"
_CONFIG_NAME = "oci-config.json"
_UNKNOWN = "Not a recognized container image."
_CUT_SHORT = (
    "The file is truncated: its file system should end at byte {}, but the file has {} bytes. "
    "Copy it again."
)
_BASE_NAME = "org.opencontainers.image.base.name"
_BASE_DIGEST = "org.opencontainers.image.base.digest"
_FROM = re.compile(r"^[ \t]*from[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_BOOTSTRAP = re.compile(r"^[ \t]*bootstrap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class HeaderFacts:
    """What an image's header says, and the labels.

    :param format: as in ``sniff``; None if the file is not a recognized image.
    :param arch: None if not recorded. Bare file systems record none.
    :param labels: empty if it has no labels.
    """

    format: str | None
    arch: str | None
    labels: dict[str, str] = field(default_factory=dict)


def read_header(path: Path) -> HeaderFacts:
    """Read an image's format, architecture and labels, from its header and one more object.

    :raises ImageUnreadable: the file can't be opened, or contradicts itself.
    """
    with _opened(path) as file:
        sniffed = sniff(file.read(HEAD_BYTES))
        if sniffed is None:
            return HeaderFacts(None, None)
        if sniffed.format != "sif":
            return HeaderFacts(sniffed.format, None)
        header = sif.read_sif(file, _size(file))
        return HeaderFacts("sif", header.arch, _labels(file, header))


def inspect_file(path: Path, image: Image) -> ImageDetails:
    """Read an image's metadata. Reads at most a few hundred KiB.

    If the file can't be read as an image, the result's ``problem`` says why; nothing is raised.

    :param image: the listing's row. Its format and architecture are filled in.
    """
    try:
        with _opened(path) as file:
            return inspect_open(file, _size(file), image)
    except ImageUnreadable as error:
        return ImageDetails(image=image, problem=error.message)


def inspect_open(file: BinaryIO, size_bytes: int, image: Image) -> ImageDetails:
    """Read an image's metadata, as ``inspect_file``, from an open file at its beginning."""
    try:
        sniffed = sniff(file.read(HEAD_BYTES))
        if sniffed is None:
            return ImageDetails(image=image, problem=_UNKNOWN)
        image = msgspec.structs.replace(image, format=sniffed.format)
        if sniffed.format != "sif":
            problem = _CUT_SHORT.format(sniffed.ends_at, size_bytes)
            return ImageDetails(
                image=image,
                filesystem=sniffed.filesystem,
                problem=problem if sniffed.ends_at > size_bytes else "",
            )
        header = sif.read_sif(file, size_bytes)
        image = msgspec.structs.replace(image, arch=header.arch)
        return _details(file, header, image)
    except ImageUnreadable as error:
        return ImageDetails(image=image, problem=error.message)


def _details(file: BinaryIO, header: sif.Sif, image: Image) -> ImageDetails:
    definition = _definition(file, header)
    labels = _labels(file, header)
    config = _named_json(file, header, _CONFIG_NAME)
    inherited = _texts(_member(config, "Labels")) | _texts(_member(config, "config", "Labels"))
    primary = header.primary
    return ImageDetails(
        image=image,
        uuid=header.uuid,
        created_at=header.created_at,
        labels=labels,
        definition=definition,
        filesystem=sif.FILESYSTEM_NAMES.get(primary.filesystem) if primary is not None else None,
        is_encrypted=bool(header.of_type(sif.CRYPT_MESSAGE))
        or (primary is not None and primary.filesystem in sif.ENCRYPTED_FILESYSTEMS),
        signatures=tuple(_signature(item) for item in header.of_type(sif.SIGNATURE)),
        base_image=labels.get(_BASE_NAME) or inherited.get(_BASE_NAME) or _base(definition),
        base_digest=labels.get(_BASE_DIGEST) or inherited.get(_BASE_DIGEST),
        has_sbom=bool(header.of_type(sif.SBOM)),
    )


def _definition(file: BinaryIO, header: sif.Sif) -> str | None:
    for item in header.of_type(sif.DEFINITION):
        text = sif.read_object(file, item, TEXT_LIMIT_BYTES).rstrip(b"\0")
        return text.decode(errors="replace")
    return None


def _labels(file: BinaryIO, header: sif.Sif) -> dict[str, str]:
    metadata = _named_json(file, header, _METADATA_NAME)
    labels = _texts(_member(metadata, "data", "attributes", "labels"))
    if not labels:
        for item in header.of_type(sif.LABELS):
            labels |= _texts(_json(sif.read_object(file, item, TEXT_LIMIT_BYTES)))
            if len(labels) >= _MAX_LABELS:
                break
    return labels


def _base(definition: str | None) -> str | None:
    """Return what the definition file names after ``From:``, if that is an image elsewhere."""
    base = _FROM.search(definition or "")
    if base is None:
        return None
    bootstrap = _BOOTSTRAP.search(definition or "")
    agent = bootstrap[1].lower() if bootstrap else ""
    return None if agent in ("localimage", "scratch", "yum", "debootstrap") else base[1]


def _signature(item: sif.Descriptor) -> Signature:
    fingerprint = item.extra[4:24]
    return Signature(
        # All zero means a DSSE signature, which names its keys inside.
        fingerprint=fingerprint.hex().upper() if any(fingerprint) else "",
        hash=sif.HASH_NAMES.get(int.from_bytes(item.extra[:4], "little"), "unknown"),
    )


def _named_json(file: BinaryIO, header: sif.Sif, name: str) -> Any:
    for item in header.of_type(sif.GENERIC_JSON):
        if item.name == name:
            return _json(sif.read_object(file, item, TEXT_LIMIT_BYTES))
    return None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.rstrip(b"\0"))
    except (ValueError, RecursionError):
        return None


def _member(value: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        _text(name): _text(text)
        for name, text in list(value.items())[:_MAX_LABELS]
        if isinstance(text, str | int | float)
    }


def _text(value: str | float) -> str:
    # JSON may contain half of a surrogate pair, which neither SQLite nor UTF-8 can store.
    return str(value)[:_MAX_LABEL_CHARACTERS].encode(errors="replace").decode()


def _opened(path: Path) -> BinaryIO:
    try:
        return open_regular(path)
    except OSError as error:
        raise ImageUnreadable(f"The file cannot be read: {error.strerror}.") from error


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size
