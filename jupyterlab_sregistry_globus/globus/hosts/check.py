"""Check that an endpoint serves a folder of this host as the settings say, and as which account.

Mappings are written by hand, and an endpoint can act as another account than this program. Both
would show only after a transfer has been stuck for hours.
"""

from __future__ import annotations

import contextlib
import math
import os
import posixpath
import pwd
import secrets
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...errors import FolderNotFound, MappingWrong, PermissionRefused
from ...images.spelling import is_spelled_alike
from ...models.endpoints import Endpoint, Folder, FolderEntry
from ...store.nodes import node_sentence
from ...units import human_bytes
from .folders import ServedPath
from .listings import KEPT_S, HostListings, NotChecked

# File systems and Globus round times, each in its own way.
TOLERANCE_S = 2.0
PROBE = ".sregistry-globus-check-"


@dataclass(frozen=True)
class Seen:
    """What an endpoint shows of a local path.

    :param path: on the endpoint, from its root on if that is known.
    :param not_checked: why something could not be checked; empty if all was.
    """

    path: str
    not_checked: str = ""


class HostChecks:
    """Checks local paths on the endpoints that serve them."""

    def __init__(self, listings: HostListings) -> None:
        self._listings = listings
        self._readers: dict[tuple[str, ...], float] = {}

    def file(self, served: ServedPath, endpoint: Endpoint, names: Collection[str] = ()) -> Seen:
        """Check that the endpoint shows the file as it is here, and that it can read it.

        :param names: of other files in the same folder that will be checked, too.
        :raises MappingWrong: it shows no such file, or another one.
        :raises PermissionRefused: it acts as another account, which cannot read the file.
        :raises LoginNeeded: only a login shows it.
        """
        folder_path, name = posixpath.split(served.path)
        try:
            status = served.local.stat()
        except OSError as error:
            return Seen(served.path, f"{served.local} cannot be read: {error.strerror}.")
        folder = self._listings.kept(served.endpoint_id, folder_path)
        try:
            if folder is None or _difference(_entry(folder, name), status):
                folder = self._listings.read(served.endpoint_id, folder_path, {name, *names})
            entry = _entry(folder, name)
            if entry is None or entry.type != "file":
                raise _no_such("file", served, endpoint)
            if difference := _difference(entry, status):
                raise MappingWrong(
                    f"The endpoint {endpoint.display_name} shows another file at {served.path}: "
                    f"{difference}. Check {served.folder.origin}."
                )
            path = posixpath.join(folder.path, entry.name)
            return Seen(path, self._check_readable(served, endpoint, status))
        except FolderNotFound:
            raise _no_such("file", served, endpoint) from None
        except PermissionRefused as error:
            raise _other_account(endpoint, "this file") from error
        except NotChecked as error:
            return Seen(served.path, str(error))

    def folder(self, served: ServedPath, endpoint: Endpoint) -> Seen:
        """Check that the endpoint can read a private folder of ours.

        :raises MappingWrong: it shows no such folder.
        :raises PermissionRefused: it acts as another account, which cannot read the folder.
        :raises LoginNeeded: only a login shows it.
        """
        folder = self._listings.kept(served.endpoint_id, served.path)
        try:
            if folder is None:
                folder = self._listings.read(served.endpoint_id, served.path, {PROBE})
        except FolderNotFound:
            raise _no_such("folder", served, endpoint) from None
        except PermissionRefused as error:
            raise _other_account(endpoint, f"{served.local}") from error
        except NotChecked as error:
            return Seen(served.path, str(error))
        return Seen(folder.path.rstrip("/") or "/")

    def writing(self, served: ServedPath, endpoint: Endpoint) -> str:
        """Check that what the endpoint writes to a folder is here, and belongs to this account.

        Creates an empty folder through Globus, and removes it.

        :returns: why it could not be checked; empty if all is well.
        :raises MappingWrong: what it wrote is not here.
        :raises PermissionRefused: it may not write there, or acts as another account.
        :raises LoginNeeded: only a login allows it.
        """
        probe = served.local / _probe_name()
        try:
            self._listings.make_folder(served.endpoint_id, posixpath.join(served.path, probe.name))
            status = probe.stat()
        except FileNotFoundError:
            raise MappingWrong(
                f"What the endpoint {endpoint.display_name} writes to {served.path} is not in "
                f"{served.local}. {node_sentence(served.local)}Check {served.folder.origin}."
            ) from None
        except FolderNotFound:
            raise _no_such("folder", served, endpoint) from None
        except PermissionRefused as error:
            raise PermissionRefused(
                f"{endpoint.display_name} can't write to {served.path}, although the settings "
                f"say so. Check its permissions, or {served.folder.origin}."
            ) from error
        except NotChecked as error:
            # Why a folder could not be created tells less than a listing of the one above it.
            return self.folder(served, endpoint).not_checked or str(error)
        except OSError as error:
            return f"{probe} cannot be read: {error.strerror}."
        try:
            account = self._account(served, probe, status)
        finally:
            with contextlib.suppress(OSError):
                probe.rmdir()
        if account:
            raise PermissionRefused(
                f"{endpoint.display_name} acts as {account}, and this account may be unable to "
                f"read or delete what it writes to {served.local}. Choose another folder."
            )
        return "" if not probe.exists() else f"{probe} could not be removed."

    def _account(self, served: ServedPath, probe: Path, status: os.stat_result) -> str:
        """Return the other account that a folder belongs to; empty if it is this account's."""
        if status.st_uid != os.geteuid():
            try:
                return pwd.getpwuid(status.st_uid).pw_name
            except KeyError:
                return f"another account ({status.st_uid})"
        # File servers can show every file as this account's. So compare with one that is.
        with _private_folder(served.local) as own:
            if own is None:
                return ""
            try:
                folder = self._listings.read(
                    served.endpoint_id, served.path, {probe.name, own.name}, keeps=False
                )
            except (NotChecked, FolderNotFound, PermissionRefused):
                return ""
            made, ours = _entry(folder, probe.name), _entry(folder, own.name)
        if made is None or ours is None or not made.user or made.user == ours.user:
            return ""
        return made.user

    def _check_readable(
        self, served: ServedPath, endpoint: Endpoint, status: os.stat_result
    ) -> str:
        """Check that the endpoint's account can read a file that it shows.

        Nothing says as which account an endpoint acts. If only this account may read the file, a
        folder that only this account may list tells whether the endpoint is this account.

        :returns: why it could not be checked; empty if it can.
        """
        key = self._listings.key(served.endpoint_id)
        is_known = time.monotonic() < self._readers.get(key, -KEPT_S) + KEPT_S
        if status.st_mode & stat.S_IROTH or is_known or _is_below_private(served, status):
            return ""
        unknown = f"It is not known whether {endpoint.display_name} can read {served.local.name}."
        with _private_folder(served.local.parent) as probe:
            if probe is None:
                return unknown
            path = posixpath.join(posixpath.dirname(served.path), probe.name)
            try:
                self._listings.read(served.endpoint_id, path, {PROBE}, keeps=False)
            except FolderNotFound:
                return unknown
        self._readers[key] = time.monotonic()
        return ""


def _no_such(kind: str, served: ServedPath, endpoint: Endpoint) -> MappingWrong:
    return MappingWrong(
        f"The endpoint {endpoint.display_name} shows no such {kind} at {served.path}. "
        f"{node_sentence(served.local)}Check {served.folder.origin}."
    )


def _other_account(endpoint: Endpoint, what: str) -> PermissionRefused:
    return PermissionRefused(
        f"{endpoint.display_name} acts as another account and can't read {what}. Choose another "
        "route or change its permissions."
    )


def _probe_name() -> str:
    return f"{PROBE}{secrets.token_hex(8)}"


@contextlib.contextmanager
def _private_folder(parent: Path) -> Iterator[Path | None]:
    """Make a folder that only this account may use, for a moment; None if that is not possible."""
    folder = parent / _probe_name()
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        yield None
        return
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _entry(folder: Folder, name: str) -> FolderEntry | None:
    alike = [entry for entry in folder.entries if is_spelled_alike(entry.name, name)]
    exact = [entry for entry in alike if entry.name == name]
    return next(iter(exact or alike), None)


def _difference(entry: FolderEntry | None, status: os.stat_result) -> str:
    """Return how a file there differs from the one here; empty if it does not."""
    if entry is None:
        return "it is missing"
    if entry.size_bytes is not None and entry.size_bytes != status.st_size:
        return f"it has {human_bytes(entry.size_bytes)}, not {human_bytes(status.st_size)}"
    try:
        modified_at = datetime.fromisoformat(entry.modified or "").timestamp()
    except ValueError:
        return ""
    # Globus cuts fractions of seconds off.
    if abs(modified_at - math.floor(status.st_mtime)) > TOLERANCE_S:
        return "it was changed at another time"
    return ""


def _is_below_private(served: ServedPath, status: os.stat_result) -> bool:
    """Return whether to reach the file takes at least the rights that to read it takes."""
    others = stat.S_IXOTH if status.st_mode & stat.S_IRGRP else stat.S_IXOTH | stat.S_IXGRP
    for folder in served.local.parents:
        if not folder.is_relative_to(served.folder.folder):
            return False
        with contextlib.suppress(OSError):
            found = folder.stat()
            if found.st_uid == status.st_uid and not found.st_mode & others:
                return True
    return False
