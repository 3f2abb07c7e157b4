"""Verify in a plan that this host's endpoints show the files that they are to send."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from ...errors import MappingWrong
from ...globus.hosts.check import HostChecks, Seen
from ...models.endpoints import Endpoint
from ...models.plans import PlanWarning
from ...store.files import make_folder
from .candidate import Candidate
from .demands import Demands

# Each costs a request. Files in further folders are sent unchecked.
MAX_FOLDERS = 24
_TOO_MANY = "The files are in too many folders to ask for each."

_Key = tuple[str, str]


class Mappings:
    """Checks the images of one plan on the endpoints of this host that they are sent from.

    Connect Personal has this host's own paths and account, and is not asked.

    :param demands: collects the logins that only these checks showed to be missing.
    """

    def __init__(
        self, checks: HostChecks, candidates: Iterable[Candidate], demands: Demands
    ) -> None:
        self._checks = checks
        self._demands = demands
        self._names: dict[_Key, set[str]] = {}
        for candidate in candidates:
            for way in (candidate, *candidate.others):
                if way.route == "local":
                    self._names.setdefault(_key(way), set()).add(posixpath.basename(way.path))
        self._asked: set[_Key] = set()

    def check(self, candidate: Candidate, endpoint: Endpoint) -> Candidate:
        """Return an image with its path as the endpoint has it, and a note if that is not checked.

        :raises MappingWrong: the endpoint does not show the file.
        :raises PermissionRefused: it acts as another account, which cannot read the file.
        """
        served = candidate.served_at
        if served is None or served.folder.is_personal or endpoint.required_scopes:
            return candidate
        checked = candidate
        with self._demands.collected():
            checked = self._checked(candidate, endpoint)
        return checked

    def _checked(self, candidate: Candidate, endpoint: Endpoint) -> Candidate:
        served = candidate.served_at
        assert served is not None  # noqa: S101 - the caller checked it
        if candidate.staged_at is not None:
            # Its mode lets nobody else in, so listing it shows as whom the endpoint acts.
            make_folder(served.local)
            seen = self._checks.folder(served, endpoint)
            names = (candidate.staged_at.parent.name, candidate.staged_at.name)
            seen = replace(seen, path=posixpath.join(seen.path, *names))
        else:
            key = _key(candidate)
            self._asked.add(key)
            if len(self._asked) > MAX_FOLDERS:
                self._asked.discard(key)
                seen = Seen(candidate.path, _TOO_MANY)
            else:
                seen = self._checks.file(served, endpoint, self._names.get(key, set()))
        if seen.not_checked and served.folder.is_guess:
            raise MappingWrong(
                f"{served.folder.origin} does not say which folder {endpoint.display_name} serves, "
                f"and it could not be asked. {seen.not_checked}"
            )
        candidate = replace(candidate, path=seen.path)
        if not seen.not_checked:
            return candidate
        text = f"Not checked on {endpoint.display_name}: {seen.not_checked}"
        warning = PlanWarning("not_checked", text, "note")
        return replace(candidate, warnings=(*candidate.warnings, warning))


def _key(candidate: Candidate) -> _Key:
    return candidate.endpoint_id, posixpath.dirname(candidate.path)
