"""How file names in a folder become references, in each of the usual layouts.

========================================  =====================================================
``<collection>/<container>/<tag>/*.sif``  as shpc installs; the collection may be nested
``<collection>/<name>[:_-]<tag>.sif``     as ``singularity pull`` names its files
``<collection>/<name>.sif``               without a tag: ``latest``
``<container>/<tag>/<container>*.sif``    the same without a collection
``<name>:<tag>``                          flat, without extension, as on CVMFS
``<collection>/<name>:<tag>@<md5>.sif``   storage of a Singularity Registry Server
``{library,oci-tmp,…}/<hash>``            Apptainer's cache
========================================  =====================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from ...images.filename import EXTENSIONS, extension_of

# The rank of file names that are not among ``usual_names``.
UNUSUAL = 80
CACHE_FOLDERS = frozenset({"library", "oci-tmp", "shub", "oras", "net"})

_UNPACKED_MARK = ".singularity.d"
_UNPACKED_FOLDERS = frozenset({"bin", "etc", "usr"})
_SEPARATORS = ":_-"
_HASH = re.compile(r"(?:sha256[.:])?[0-9a-f]{32,128}")
_MD5 = re.compile(r"@[0-9a-f]{32}$")
_TAG = r"(?P<tag>v?\d.*|latest|stable|edge|dev|devel|nightly|main|master)"
_LIKE_A_TAG = re.compile(_TAG, re.DOTALL)
_TAGGED = re.compile(r"(?P<name>.+?)[_-]" + _TAG, re.DOTALL)


class Named(NamedTuple):
    """One file, and its name as an image.

    :param rank: of two files with one reference, the lower rank is taken; from UNUSUAL on, the
        newer file.
    """

    file: str
    collection: str
    container: str
    tag: str
    rank: int = 0


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
    return bool(container and colon and tag) and not name.endswith(".part")


def is_unpacked(folder: Sequence[str], names: Collection[str]) -> bool:
    """Check whether a folder is an unpacked image, by the names of its folders and links."""
    return bool(folder) and (_UNPACKED_MARK in names or _UNPACKED_FOLDERS.issubset(names))


def name_best(
    home: str,
    folder: Sequence[str],
    files: Sequence[str],
    is_newer: Callable[[str, str], bool],
) -> Iterator[Named]:
    """Name files, as ``name_files``; of two files with one reference, only the better.

    :param is_newer: checks whether the first of two files is newer than the second.
    """
    names = set(files)
    newest: dict[tuple[str, ...], Named] = {}
    for named in name_files(home, folder, files):
        if named.rank >= UNUSUAL:
            other = newest.setdefault(named[1:4], named)
            if other is not named and is_newer(named.file, other.file):
                newest[named[1:4]] = named
        elif named.rank == 0 or not has_better(named, names):
            yield named
    yield from (named for named in newest.values() if not has_better(named, names))


def name_files(home: str, folder: Sequence[str], files: Sequence[str]) -> Iterator[Named]:
    """Name the image files of one folder.

    :param home: the collection of files outside of collections.
    :param folder: the folder's parts, relative to the registry's root.
    :param files: the names of all its image files. A file's name may depend on the others.
    """
    if len(folder) == 1 and folder[0] in CACHE_FOLDERS:
        for file in files:
            if _HASH.fullmatch(file):
                yield Named(file, folder[0], file, "latest")
            else:
                yield name_alone(folder[0], file)
    elif len(folder) >= 3:
        yield from _name_tag_folder(folder, files)
    elif len(folder) == 2:
        container, tag = folder
        is_tag = _LIKE_A_TAG.fullmatch(tag) is not None
        for file in files:
            if is_tag and container in file:
                yield Named(file, home, container, tag, UNUSUAL)
            else:
                yield name_alone("/".join(folder), file)
    else:
        for file in files:
            yield name_alone(folder[0] if folder else home, file)


def usual_names(container: str, tag: str) -> Iterator[str]:
    """Return the usual file names of an image in its collection's folder, by rank."""
    yield f"{container}:{tag}"
    for extension in EXTENSIONS:
        for separator in _SEPARATORS:
            yield f"{container}{separator}{tag}{extension}"
    if tag == "latest":
        for extension in EXTENSIONS:
            yield f"{container}{extension}"


def has_better(named: Named, files: Collection[str]) -> bool:
    """Check whether another file of the folder has the same reference and a lower rank."""
    for usual in usual_names(named.container, named.tag):
        if usual == named.file:
            return False
        # In some names, the separator is part of the name.
        if usual in files and name_alone(named.collection, usual)[1:4] == named[1:4]:
            return True
    return False


def _name_tag_folder(folder: Sequence[str], files: Sequence[str]) -> Iterator[Named]:
    *above, container, tag = folder
    collection = "/".join(above)
    own = {file for file in files if container.lower() in file.lower()}
    if not own and len(files) == 1:
        own = set(files)
    for file in files:
        if file in own:
            yield Named(file, collection, container, tag, UNUSUAL)
        else:
            # Several images, none named like the container: this is not a tag folder.
            yield name_alone("/".join(folder), file)


def name_alone(collection: str, file: str) -> Named:
    """Name a file by its own name, regardless of other files."""
    extension = extension_of(file)
    stem = file[: len(file) - len(extension)]
    name, colon, tag = stem.partition(":")
    if name and colon and tag:
        bare = _MD5.sub("", tag)
        if bare and bare != tag:
            return Named(file, collection, name, bare, rank=UNUSUAL)
        return Named(file, collection, name, tag, rank=_rank(extension, 0))
    tagged = _TAGGED.fullmatch(stem)
    if tagged is not None:
        separator = _SEPARATORS.index(stem[tagged.end("name")])
        return Named(file, collection, tagged["name"], tagged["tag"], _rank(extension, separator))
    return Named(file, collection, stem, "latest", rank=50 + _rank(extension, 0))


def _rank(extension: str, separator: int) -> int:
    """Return the place in ``usual_names``. Names with uppercase extensions come last."""
    if not extension:
        return 0
    if extension not in EXTENSIONS:
        return UNUSUAL
    return 1 + EXTENSIONS.index(extension) * len(_SEPARATORS) + separator
