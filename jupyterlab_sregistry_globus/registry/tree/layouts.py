"""How file names in a folder become references, in each of the usual layouts.

========================================  =====================================================
``<collection>/<container>/<tag>/*.sif``  as shpc installs; the collection may be nested
``<collection>/<name>[:_-]<tag>.sif``     as ``singularity pull`` names its files
``<collection>/<name>.sif``               without a tag: ``latest``
``<container>/<tag>/<container>*.sif``    the same without a collection
``<name>:<tag>``                          flat, without extension, as on CVMFS
``<s>/<a>/<sa…>:<tag>``                   by first letters: a file's own tag wins over its folder
``<collection>/<name>:<tag>@<md5>.sif``   storage of a Singularity Registry Server
``{library,oci-tmp,…}/<hash>``            Apptainer's cache
========================================  =====================================================

What a file is called if others claim the same reference: names.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ...images.filename import EXTENSIONS, extension_of, has_other_extension

# Ranks of names that are not among ``usual_names``: named by the folder, with an extension in
# uppercase, and as a Singularity Registry Server stores a push.
BY_FOLDER = 70
UNUSUAL = 80
PUSHED = 90

CACHE_FOLDERS = frozenset({"library", "oci-tmp", "shub", "oras", "net"})

_UNPACKED_MARK = ".singularity.d"
_UNPACKED_FOLDERS = frozenset({"bin", "etc", "usr"})
_SEPARATORS = ":_-"
_HASH = re.compile(r"(?:sha256[.:])?[0-9a-f]{32,128}")
_MD5 = re.compile(r"@[0-9a-f]{32}$")
_DIGEST = re.compile(r"[-_.@]sha256[-_.:][0-9a-f]{64}$")
_TAG = r"(?P<tag>v?\d.*|latest|stable|edge|dev|devel|nightly|main|master)"
_LIKE_A_TAG = re.compile(_TAG, re.DOTALL)
_TAGGED = re.compile(r"(?P<name>.+?)[_-]" + _TAG, re.DOTALL)


class Named(NamedTuple):
    """One file, and its name as an image.

    :param rank: the place in ``usual_names``, or one of the ranks for other names.
    """

    file: str
    collection: str
    container: str
    tag: str
    rank: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """The reference, without the registry."""
        return self.collection, self.container, self.tag


def may_be_image(name: str, folder: Sequence[str]) -> bool:
    """Check whether a file name is one that images have. Reads no content."""
    if name.startswith("."):
        return False
    extension = extension_of(name)
    if extension:
        return len(name) > len(extension)
    if len(folder) == 1 and folder[0] in CACHE_FOLDERS and _HASH.fullmatch(name):
        return True
    container, colon, tag = name.partition(":")
    return bool(container and colon and tag) and not has_other_extension(name)


def has_unknown_type(name: str) -> bool:
    """Check whether only the content could tell if a file is an image."""
    return not name.startswith(".") and not extension_of(name) and not has_other_extension(name)


def is_unpacked(folder: Sequence[str], names: Collection[str]) -> bool:
    """Check whether a folder is an unpacked image, by the names of its folders and links."""
    return bool(folder) and (_UNPACKED_MARK in names or _UNPACKED_FOLDERS.issubset(names))


def usual_names(container: str, tag: str) -> Iterator[str]:
    """Return the usual file names of an image in its collection's folder."""
    yield f"{container}:{tag}"
    for extension in EXTENSIONS:
        for separator in _SEPARATORS:
            yield f"{container}{separator}{tag}{extension}"
    if tag == "latest":
        yield container
        for extension in EXTENSIONS:
            yield f"{container}{extension}"


def name_file(home: str, folder: Sequence[str], file: str, *, is_alone: bool) -> Named:
    """Name an image file, regardless of whether another has the same reference.

    :param home: the collection of files outside of collections.
    :param folder: the folder's parts, relative to the registry's root.
    :param is_alone: whether it is the only image file of its folder.
    """
    if len(folder) < 2:
        collection = folder[0] if folder else home
        if folder and collection in CACHE_FOLDERS and _HASH.fullmatch(file):
            return Named(file, collection, file, "latest")
        return name_alone(collection, file)
    *above, container, tag = folder
    if above:
        is_tag = _is_named_by_folder(file, container, tag, is_alone=is_alone)
    else:
        is_tag = _LIKE_A_TAG.fullmatch(tag) is not None and _is_named_by_folder(
            file, container, tag, is_alone=False
        )
    if is_tag:
        return Named(file, "/".join(above) or home, container, tag, BY_FOLDER)
    return name_alone("/".join(folder), file)


def name_alone(collection: str, file: str) -> Named:
    """Name a file by its own name, regardless of its folder."""
    extension = extension_of(file)
    stem = file[: len(file) - len(extension)]
    name, colon, tag = stem.partition(":")
    if name and colon and tag:
        bare = _MD5.sub("", tag)
        if bare and bare != tag:
            return Named(file, collection, name, bare, PUSHED)
        return Named(file, collection, name, tag, _rank(extension, 0))
    tagged = _TAGGED.fullmatch(stem)
    if tagged is not None:
        separator = _SEPARATORS.index(stem[tagged.end("name")])
        return Named(file, collection, tagged["name"], tagged["tag"], _rank(extension, separator))
    return Named(file, collection, stem, "latest", min(UNUSUAL, 50 + _rank(extension, 0)))


def _is_named_by_folder(file: str, container: str, tag: str, *, is_alone: bool) -> bool:
    """Check whether ``<container>/<tag>/`` names a file. The file's own tag wins over it."""
    stem = file[: len(file) - len(extension_of(file))]
    stem = _DIGEST.sub("", _MD5.sub("", stem)).lower()
    container, tag = container.lower(), tag.lower()
    if stem in (container, tag):
        return True
    if stem.endswith(tag) and stem[-len(tag) - 1] in _SEPARATORS:
        head = stem[: -len(tag) - 1]
        if _has_word(head, container):
            return True
    is_bare = not _LIKE_A_TAG.fullmatch(container) and stem.endswith(container)
    if is_bare and stem[-len(container) - 1] in _SEPARATORS:
        return True
    name, colon, own_tag = stem.partition(":")
    if (name and colon and own_tag) or _TAGGED.fullmatch(stem):
        return False
    if _has_word(stem, container):
        return True
    # Folders of first letters, such as s/a/samtools or sa/sam/samtools.
    is_sorted = len(container) <= 2 and stem.startswith(container)
    is_sorted = is_sorted and stem.startswith((container + tag, tag))
    return is_alone and not is_sorted


def _has_word(text: str, word: str) -> bool:
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        before, after = text[:start][-1:], text[end : end + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        start = text.find(word, start + 1)
    return False


def _rank(extension: str, separator: int) -> int:
    """Return the place in ``usual_names``. Names with uppercase extensions come last."""
    if not extension:
        return 0
    if extension not in EXTENSIONS:
        return UNUSUAL
    return 1 + EXTENSIONS.index(extension) * len(_SEPARATORS) + separator
