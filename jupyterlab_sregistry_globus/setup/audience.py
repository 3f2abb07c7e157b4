"""Who may read which collection, as the administrator says it."""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import BadRequest
from ..globus.sharing import Rule, Sharing
from .choices import PUBLIC_KINDS, PublicKind

EVERYTHING = "*"

PUBLIC_NAMES = {
    "all_authenticated_users": "everyone with a Globus login",
    "anonymous": "everyone, without a login",
}


@dataclass(frozen=True)
class Reader:
    """An identity, a group, or the public.

    :param kind: as in :class:`~..globus.sharing.Rule`.
    :param name: for messages.
    """

    kind: str
    id: str
    name: str

    @property
    def is_public(self) -> bool:
        """Whether this reader is the public."""
        return self.kind in PUBLIC_KINDS


@dataclass(frozen=True)
class Audience:
    """The readers of one collection.

    :param path: the collection's folder, as access rules write it: ``/collection/``.
    """

    collection: str
    path: str
    readers: tuple[Reader, ...]

    @property
    def is_public(self) -> bool:
        """Whether the public may read the collection."""
        return any(reader.is_public for reader in self.readers)

    def rules(self) -> list[Rule]:
        """Return the access rules for these readers."""
        return [Rule(reader.kind, reader.id, self.path) for reader in self.readers]


def public_reader(kind: PublicKind) -> Reader:
    """Return the reader of a public collection."""
    return Reader(kind, "", PUBLIC_NAMES[kind])


def folder_of(collection: str) -> str:
    """Return a collection's folder as access rules write it. ``*`` is the whole registry.

    :raises BadRequest: no folder can have this name.
    """
    if collection == EVERYTHING:
        return "/"
    parts = collection.split("/")
    if not collection or any(part in ("", ".", "..") for part in parts) or "\0" in collection:
        raise BadRequest(f"{collection!r} is not a valid collection name.")
    return f"/{collection}/"


def parse_private(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the collection and its readers from ``COLLECTION=READER,READER``.

    :raises BadRequest: the collection or the readers are missing.
    """
    collection, _, names = text.rpartition("=")
    readers = tuple(name.strip() for name in names.split(",") if name.strip())
    if not collection or not readers:
        raise BadRequest(
            f"{text!r} is not a collection and its readers. Write COLLECTION=ada@uni.example or "
            "COLLECTION=group:ID, with commas between several readers."
        )
    return collection.strip(), readers


def find_readers(sharing: Sharing, names: Sequence[str]) -> dict[str, Reader]:
    """Return each reader by name: a user name, the id of an identity, or ``group:ID``.

    :raises BadRequest: Globus has no such identity.
    """
    readers: dict[str, Reader] = {}
    by_id: dict[str, str] = {}
    by_username: dict[str, str] = {}
    for name in names:
        prefix, colon, rest = name.partition(":")
        if colon and prefix == "group":
            readers[name] = Reader("group", _parse_id(rest, name), f"the group {rest}")
        elif "@" in name:
            by_username[name.casefold()] = name
        else:
            by_id[_parse_id(name, name)] = name
    for identity in sharing.identities(ids=list(by_id), usernames=list(by_username)):
        name_given = by_id.get(identity.id) or by_username.get(identity.username.casefold())
        if name_given is not None:
            readers[name_given] = Reader("identity", identity.id, identity.username or identity.id)
    missing = [name for name in names if name not in readers]
    if missing:
        raise BadRequest(f"Globus has no identity {missing[0]!r}. Check the spelling.")
    return readers


def check_nesting(audiences: Sequence[Audience]) -> None:
    """Refuse what access rules cannot express: a rule opens everything below its folder.

    :raises BadRequest: a collection is inside another one that has more readers.
    """
    for outer in audiences:
        for inner in audiences:
            if inner.path == outer.path or not inner.path.startswith(outer.path):
                continue
            if inner.is_public:
                continue
            outsiders = [reader.name for reader in outer.readers if reader not in inner.readers]
            if outsiders:
                place = "the registry" if outer.path == "/" else f"{outer.collection!r}"
                raise BadRequest(
                    f"{inner.collection!r} is inside {place}, so {outsiders[0]} could read it too. "
                    "Globus cannot hide a folder from readers of its parent folder. Move it, or "
                    "share less."
                )


def covers(rule_path: str, path: str) -> bool:
    """Return whether a rule on one folder opens another."""
    folder = posixpath.normpath(rule_path).rstrip("/") + "/"
    return path.startswith(folder)


def _parse_id(text: str, name: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise BadRequest(
            f"{name!r} is not a reader. Give a username such as ada@uni.example, the id of an "
            "identity, or group:ID."
        ) from None
