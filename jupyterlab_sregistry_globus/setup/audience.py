"""Who may read which collection, as an administrator says it."""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import BadRequest
from ..globus.sharing import Rule, Sharing

EVERYTHING = "*"

PublicKind = Literal["all_authenticated_users", "anonymous"]
PUBLIC_KINDS: tuple[PublicKind, ...] = ("all_authenticated_users", "anonymous")
PUBLIC_WORDS = {
    "all_authenticated_users": "everybody with a Globus login",
    "anonymous": "everybody, without a login",
}


@dataclass(frozen=True)
class Reader:
    """Somebody who may read: an identity, a group, or everybody.

    :param kind: as in :class:`~..globus.sharing.Rule`.
    :param name: for people.
    """

    kind: str
    id: str
    name: str

    @property
    def is_public(self) -> bool:
        """Whether this is everybody."""
        return self.kind in PUBLIC_KINDS


@dataclass(frozen=True)
class Audience:
    """The readers of one collection.

    :param path: its folder below the registry's, as rules name it: ``/collection/``.
    """

    collection: str
    path: str
    readers: tuple[Reader, ...]

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return any(reader.is_public for reader in self.readers)

    def rules(self) -> list[Rule]:
        """The access rules that say so."""
        return [Rule(one.kind, one.id, self.path) for one in self.readers]


def everybody(kind: PublicKind) -> Reader:
    """The reader of a public collection."""
    return Reader(kind, "", PUBLIC_WORDS[kind])


def folder_of(collection: str) -> str:
    """The folder of a collection as rules name it; of ``*``, the whole registry.

    :raises BadRequest: no folder can have that name.
    """
    if collection == EVERYTHING:
        return "/"
    parts = collection.split("/")
    if not collection or any(part in ("", ".", "..") for part in parts) or "\0" in collection:
        raise BadRequest(f"{collection!r} is no collection's name.")
    return f"/{collection}/"


def read_private(text: str) -> tuple[str, tuple[str, ...]]:
    """The collection and its people out of ``COLLECTION=WHO,WHO``.

    :raises BadRequest: nobody is named.
    """
    collection, _, people = text.rpartition("=")
    who = tuple(one.strip() for one in people.split(",") if one.strip())
    if not collection or not who:
        raise BadRequest(
            f"{text!r} names no collection and its people. Write COLLECTION=ada@uni.example, or "
            "COLLECTION=group:ID, several with a comma."
        )
    return collection.strip(), who


def find_readers(sharing: Sharing, people: Sequence[str]) -> dict[str, Reader]:
    """Each person or group by what it was called: a user name, an identity's id, ``group:ID``.

    :raises BadRequest: Globus knows no such identity.
    """
    found: dict[str, Reader] = {}
    by_id: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for text in people:
        start, colon, rest = text.partition(":")
        if colon and start == "group":
            found[text] = Reader("group", _uuid(rest, text), f"the group {rest}")
        elif "@" in text:
            by_name[text.casefold()] = text
        else:
            by_id[_uuid(text, text)] = text
    for one in sharing.identities(ids=list(by_id), usernames=list(by_name)):
        called = by_id.get(one.id) or by_name.get(one.username.casefold())
        if called is not None:
            found[called] = Reader("identity", one.id, one.username or one.id)
    missing = [text for text in people if text not in found]
    if missing:
        raise BadRequest(f"Globus knows no identity {missing[0]!r}. Is it spelled rightly?")
    return found


def check_nesting(audiences: Sequence[Audience]) -> None:
    """Refuse what no rules can say: a rule opens all that lies below its folder.

    :raises BadRequest: a collection lies in another one whose readers it should be kept from.
    """
    for outer in audiences:
        for inner in audiences:
            if inner.path == outer.path or not inner.path.startswith(outer.path):
                continue
            if inner.is_public:
                continue
            strangers = [one.name for one in outer.readers if one not in inner.readers]
            if strangers:
                where = "the registry" if outer.path == "/" else f"{outer.collection!r}"
                raise BadRequest(
                    f"{inner.collection!r} lies in {where}, so that {strangers[0]}, who may read "
                    f"{where}, would read it too. Globus cannot keep a folder from those who may "
                    "read the one around it: move it out, or share less."
                )


def covers(rule_path: str, path: str) -> bool:
    """Whether a rule on one folder opens another."""
    clean = posixpath.normpath(rule_path).rstrip("/") + "/"
    return path.startswith(clean)


def _uuid(text: str, whole: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise BadRequest(
            f"{whole!r} is neither a user name such as ada@uni.example, nor an identity's id, nor "
            "group:ID."
        ) from None
