"""Whether the files that an endpoint serves are there and may be read: one listing a folder."""

from __future__ import annotations

import fnmatch
import functools
import posixpath
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from ...errors import (
    EndpointNotFound,
    EndpointOffline,
    FolderNotFound,
    PermissionRefused,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...models.endpoints import Endpoint, Folder, FolderEntry
from ...models.plans import Location, PlanWarning
from ...units import human_bytes
from .candidate import Found, blocked

# Each costs a request; of a selection from more folders, the rest is sent without a look.
MAX_FOLDERS = 24
MAX_LISTED = 100_000

_Key = tuple[str, str]
_Answer = Folder | SRegistryGlobusError


class ServedFiles:
    """Looks at files where an endpoint serves them.

    :param pool: folders are listed in it side by side, as far as it has free threads.
    """

    def __init__(self, endpoints: Endpoints, pool: Executor) -> None:
        self._endpoints = endpoints
        self._pool = pool

    def look(self, found: Sequence[Found], origins: Mapping[str, Endpoint]) -> list[Found]:
        """The same images with what a look at the source told.

        Sizes that were not known are filled in, and names that were known in part. What is not
        there, or may not be read, takes another route if it has one; else it is blocked.

        :param origins: the source endpoints, by id.
        :raises ConsentRequired: a source wants a consent; carries what to log in with.
        :raises LoginRequired: a source wants a fresh login.
        :raises EndpointOffline: a source is off or paused.
        """
        wanted: dict[_Key, list[Found]] = {}
        for one in found:
            if one.route == "served":
                wanted.setdefault(_key(one), []).append(one)
        # What is known in part must be looked at, or it has no path.
        keys = sorted(wanted, key=lambda key: all(one.pattern is None for one in wanted[key]))
        needed = sum(any(one.pattern is not None for one in wanted[key]) for key in keys)
        keys = keys[: max(MAX_FOLDERS, needed)]
        answers = dict(zip(keys, self._list_all(keys, wanted), strict=True))
        is_mine = functools.cache(self._is_mine)
        looked_at = []
        for one in found:
            if one.route == "served" and _key(one) in answers:
                seen = _judged(one, answers[_key(one)], origins[one.endpoint_id])
                one = seen if isinstance(seen, Found) else _instead(one, seen, is_mine)
            looked_at.append(one)
        return looked_at

    def _is_mine(self, endpoint_id: str) -> bool:
        try:
            return self._endpoints.get(endpoint_id).is_mine
        except (EndpointNotFound, PermissionRefused):
            return False

    def _list_all(
        self, keys: Sequence[_Key], wanted: Mapping[_Key, Sequence[Found]]
    ) -> list[_Answer]:
        jobs = [(key, self._pool.submit(self._list, key, wanted[key])) for key in keys]
        # What no thread has begun is done here: waiting for a free thread while holding one
        # would stop everything once all of them did so.
        return [self._list(key, wanted[key]) if job.cancel() else job.result() for key, job in jobs]

    def _list(self, key: _Key, images: Sequence[Found]) -> _Answer:
        place = Location(key[0], key[1])
        try:
            if any(one.pattern is not None for one in images):
                return self._endpoints.folder(place, show_hidden=True, limit=MAX_LISTED)
            names = {posixpath.basename(one.path) for one in images}
            return self._endpoints.folder(place, names=names)
        except EndpointOffline:
            raise
        except (PermissionRefused, FolderNotFound) as error:
            return error
        except SRegistryGlobusError as error:
            if not error.retryable:
                raise
            return error


def _key(one: Found) -> _Key:
    return one.endpoint_id, posixpath.join(posixpath.dirname(one.path), "")


@dataclass(frozen=True)
class _Missing:
    """The image cannot be had from where it is served."""

    code: str
    message: str


def _judged(one: Found, answer: _Answer, origin: Endpoint) -> Found | _Missing:
    folder = _key(one)[1]
    if isinstance(answer, PermissionRefused):
        owner = f"its owner, {origin.owner}," if origin.owner else "its owner"
        text = f"{origin.display_name} does not let you read {folder}. Ask {owner} for access."
        return _Missing("not_readable", text)
    if isinstance(answer, SRegistryGlobusError) and not isinstance(answer, FolderNotFound):
        text = f"{origin.display_name} could not be looked at: {answer.message}"
        return replace(one, warnings=(*one.warnings, PlanWarning("not_looked_at", text, "warning")))
    entries = answer.entries if isinstance(answer, Folder) else ()
    fitting = _fitting(one, entries)
    if not fitting:
        name = one.pattern or posixpath.basename(one.path)
        text = (
            f"{origin.display_name} has no file {name} in {folder}. The image may have been "
            "removed; list the registry again, or ask its administrator."
        )
        return _Missing("source_missing", text)
    paths = [posixpath.join(folder, entry.name) for entry in fitting]
    warnings = list(one.warnings)
    if len(paths) > 1 and one.digest is None:
        text = f"Two files in {folder} may be this image; the newest is taken."
        warnings.append(PlanWarning("two_candidates", text, "warning"))
    size = fitting[0].size_bytes
    if None not in (size, one.size_bytes) and size != one.size_bytes:
        text = (
            f"The registry says {human_bytes(one.size_bytes or 0)}, but the file at "
            f"{origin.display_name} has {human_bytes(size or 0)}."
        )
        warnings.append(PlanWarning("size_other", text, "warning"))
    return replace(
        one,
        path=paths[0],
        alternatives=tuple(paths[1:]) if one.digest else (),
        size_bytes=size if size is not None else one.size_bytes,
        warnings=tuple(warnings),
    )


def _fitting(one: Found, entries: Sequence[FolderEntry]) -> list[FolderEntry]:
    """The files that may be the image, the likeliest first."""
    files = [entry for entry in entries if entry.type == "file"]
    if one.pattern is None:
        return [entry for entry in files if entry.name == posixpath.basename(one.path)]
    fitting = [entry for entry in files if fnmatch.fnmatchcase(entry.name, one.pattern)]
    # An orphan of an earlier push may lie beside the file.
    fitting.sort(
        key=lambda entry: (entry.size_bytes == one.size_bytes, entry.modified or ""), reverse=True
    )
    return fitting


def _instead(one: Found, missing: _Missing, is_mine: Callable[[str], bool]) -> Found:
    other = one.otherwise() if one.otherwise is not None else None
    # Every other route begins at this host's endpoint, which serves its owner alone.
    if other is None or other.route is None or not is_mine(other.endpoint_id):
        return blocked(one, missing.code, missing.message)
    return replace(other, reason=f"{other.reason} {missing.message}")
