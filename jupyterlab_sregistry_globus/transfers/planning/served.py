"""Check that files on an endpoint exist and are readable, with one listing for each folder."""

from __future__ import annotations

import fnmatch
import functools
import posixpath
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from ...errors import (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    FolderNotFound,
    LoginNeeded,
    PermissionRefused,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...images.spelling import is_spelled_alike
from ...models.endpoints import Endpoint, Folder, FolderEntry
from ...models.plans import Location, PlanWarning
from ...models.sources import EndpointSource
from ...units import human_bytes
from .candidate import Candidate, blocked
from .routes import attempt_next

# Each costs a request. Images in further folders are sent unchecked.
MAX_FOLDERS = 24
MAX_LISTED = 100_000
SOURCE_MISSING = "source_missing"

_Key = tuple[str, str]
_Answer = Folder | SRegistryGlobusError


class ServedFiles:
    """Checks files on the endpoints that serve them.

    :param pool: lists folders side by side, as far as it has free threads.
    """

    def __init__(self, endpoints: Endpoints, pool: Executor) -> None:
        self._endpoints = endpoints
        self._pool = pool

    def check_folders(
        self, candidates: Sequence[Candidate], origins: Mapping[str, Endpoint]
    ) -> list[Candidate]:
        """Return the same images with what listing their folders told.

        Fills in unknown sizes, and names that were known only in part. An image that is missing or
        unreadable takes its next route if it has one; otherwise it is blocked.

        :param origins: the source endpoints, by id.
        :raises ConsentRequired: a source requires a consent; carries the login to offer.
        :raises LoginRequired: a source requires a fresh login.
        :raises EndpointOffline: the only source is off or paused.
        """
        by_folder: dict[_Key, list[Candidate]] = {}
        for candidate in candidates:
            # Without a consent, a listing would only ask for it again.
            needs_consent = candidate.route == "served" and bool(
                origins[candidate.endpoint_id].required_scopes
            )
            if candidate.route == "served" and not needs_consent:
                by_folder.setdefault(_key(candidate), []).append(candidate)
        # Folders of names known only in part must be listed: those images have no path otherwise.
        keys = sorted(by_folder, key=lambda key: not _has_pattern(by_folder[key]))
        needed = sum(_has_pattern(by_folder[key]) for key in keys)
        keys = keys[: max(MAX_FOLDERS, needed)]
        answers = dict(zip(keys, self._list_all(keys, by_folder), strict=True))
        offline = [answer for answer in answers.values() if isinstance(answer, EndpointOffline)]
        if offline and len(offline) == len(answers) and len(candidates) == 1:
            raise offline[0]
        is_mine = functools.cache(self._is_mine)
        checked = []
        for candidate in candidates:
            if candidate.route == "served" and _key(candidate) in answers:
                origin = origins[candidate.endpoint_id]
                result = _compared(candidate, answers[_key(candidate)], origin)
                if isinstance(result, _Missing):
                    result = _fallback(candidate, result, is_mine)
                candidate = result
            checked.append(candidate)
        return checked

    def _is_mine(self, endpoint_id: str) -> bool:
        try:
            return self._endpoints.get(endpoint_id).is_mine
        except (EndpointNotFound, PermissionRefused):
            return False

    def _list_all(
        self, keys: Sequence[_Key], by_folder: Mapping[_Key, Sequence[Candidate]]
    ) -> list[_Answer]:
        jobs = [(key, self._pool.submit(self._list, key, by_folder[key])) for key in keys]
        # Folders that no thread has begun are listed by this one: to wait for a free thread while
        # holding one would be a deadlock once all threads did so.
        return [
            self._list(key, by_folder[key]) if job.cancel() else job.result() for key, job in jobs
        ]

    def _list(self, key: _Key, images: Sequence[Candidate]) -> _Answer:
        location = Location(key[0], key[1])
        try:
            if _has_pattern(images):
                return self._endpoints.folder(location, show_hidden=True, limit=MAX_LISTED)
            names = {posixpath.basename(image.path) for image in images}
            return self._endpoints.folder(location, names=names)
        except LoginNeeded:
            raise
        except SRegistryGlobusError as error:
            return error


def _key(candidate: Candidate) -> _Key:
    return candidate.endpoint_id, posixpath.join(posixpath.dirname(candidate.path), "")


def _has_pattern(candidates: Sequence[Candidate]) -> bool:
    return any(candidate.pattern is not None for candidate in candidates)


@dataclass(frozen=True)
class _Missing:
    """Why the image is not available where it should be served."""

    code: str
    message: str


def _compared(candidate: Candidate, answer: _Answer, origin: Endpoint) -> Candidate | _Missing:
    folder = _key(candidate)[1]
    if isinstance(answer, PermissionRefused):
        owner = f"its owner, {origin.owner}," if origin.owner else "its owner"
        text = (
            f"Permission denied reading {folder} on {origin.display_name}. Ask {owner} for read "
            "access."
        )
        return _Missing("not_readable", text)
    if isinstance(answer, FolderNotFound):
        return _Missing(SOURCE_MISSING, _missing_text(candidate, origin, has_folder=False))
    if isinstance(answer, SRegistryGlobusError):
        text = f"{origin.display_name} could not be checked: {answer.message}"
        if isinstance(answer, EndpointOffline) or not answer.retryable:
            return blocked(candidate, answer.code, text)
        warning = PlanWarning("not_checked", text, "warning")
        return replace(candidate, warnings=(*candidate.warnings, warning))
    entries = answer.entries if isinstance(answer, Folder) else ()
    if isinstance(answer, Folder) and is_spelled_alike(answer.path, folder):
        folder = answer.path
    matches = _matches(candidate, entries)
    if not matches:
        return _Missing(SOURCE_MISSING, _missing_text(candidate, origin, has_folder=True))
    paths = [posixpath.join(folder, entry.name) for entry in matches]
    warnings = list(candidate.warnings)
    if len(paths) > 1 and candidate.digest is None:
        text = f"Two files in {folder} may be this image; the newer one is used."
        warnings.append(PlanWarning("two_candidates", text, "warning"))
    size = matches[0].size_bytes
    if None not in (size, candidate.size_bytes) and size != candidate.size_bytes:
        text = (
            f"The registry lists {human_bytes(candidate.size_bytes or 0)}, but the file on "
            f"{origin.display_name} has {human_bytes(size or 0)}."
        )
        warnings.append(PlanWarning("size_other", text, "warning"))
    return replace(
        candidate,
        path=paths[0],
        alternatives=tuple(paths[1:]) if candidate.digest else (),
        size_bytes=size if size is not None else candidate.size_bytes,
        warnings=tuple(warnings),
    )


def _missing_text(candidate: Candidate, origin: Endpoint, *, has_folder: bool) -> str:
    name = candidate.pattern or posixpath.basename(candidate.path)
    text = f"{origin.display_name} has no file {name} in {_key(candidate)[1]}"
    text += "." if has_folder else ", because that folder does not exist."
    if isinstance(candidate.source, EndpointSource):
        return f"{text} Check the path."
    if candidate.may_lack_file:
        return f"{text} The registry's storage may keep this image in another form than a file."
    if not has_folder:
        return f"{text} Ask the registry's administrator whether 'endpoint_path' is right."
    return (
        f"{text} The image may have been removed or replaced. Choose it again, or ask the "
        "registry's administrator."
    )


def _matches(candidate: Candidate, entries: Sequence[FolderEntry]) -> list[FolderEntry]:
    """Return the files that may be the image, the likeliest first."""
    files = [entry for entry in entries if entry.type == "file"]
    if candidate.pattern is None:
        name = posixpath.basename(candidate.path)
        alike = [entry for entry in files if is_spelled_alike(entry.name, name)]
        return [entry for entry in alike if entry.name == name] or alike
    pattern = candidate.pattern
    matches = [entry for entry in files if fnmatch.fnmatchcase(entry.name, pattern)]
    # An orphan of an earlier push may be beside the file.
    matches.sort(
        key=lambda entry: (entry.size_bytes == candidate.size_bytes, entry.modified or ""),
        reverse=True,
    )
    return matches


def _fallback(candidate: Candidate, missing: _Missing, is_mine: Callable[[str], bool]) -> Candidate:
    """Return the image by its best other route, or blocked if it has none."""

    def check(other: Candidate) -> Candidate:
        # Connect Personal serves its owner only.
        served = other.served_at
        if served is not None and served.folder.is_personal and not is_mine(other.endpoint_id):
            raise EndpointNotUsable(missing.message)
        return other

    try:
        return attempt_next(candidate, EndpointNotUsable(missing.message), check)
    except EndpointNotUsable:
        return blocked(replace(candidate, possible=()), missing.code, missing.message)
