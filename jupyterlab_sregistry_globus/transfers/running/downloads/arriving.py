"""Give a complete file its final name in a folder that other people may use."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ....errors import NotSendable
from ....models.plans import Sync
from ....models.tasks import Arrival, DownloadedImage
from ...hostfiles import existing_entry
from ...receipts.receipt import UNCHANGED
from ...staging.fetch import Fetched, hashed

Report = Callable[[int, int | None], None]


def arrive(
    image: DownloadedImage, complete: Path, fetched: Fetched, sync: Sync, report: Report
) -> Arrival:
    """Move a complete file to its final name, or keep an equal one; return the image's arrival.

    A name that nothing had when the pull was planned is never taken from a newer file, and a file
    is replaced only if it is the one that was planned to be.

    :param report: called while a file is hashed. An error that it raises ends this.
    :raises NotSendable: what has the name has changed since the plan.
    """
    final = Path(image.destination_path)
    existing = existing_entry(final)
    if existing != image.existing:
        raise NotSendable(
            f"{final} has changed since the pull was planned. Look at it, and pull again."
        )
    is_verified = True if image.digest is not None else None
    arrival = Arrival(
        image.destination_path,
        fetched.digest,
        fetched.size_bytes,
        is_verified,
        proof="received",
    )
    if existing is not None and sync == "checksum":
        if hashed(final, report).digest == fetched.digest:
            complete.unlink()
            return Arrival(
                image.destination_path,
                fetched.digest,
                fetched.size_bytes,
                is_verified,
                note=UNCHANGED,
                proof="received",
            )
        if existing_entry(final) != existing:
            raise NotSendable(f"{final} is being changed by another program. Pull again later.")
    _make_like_others(complete, final.parent, image.modified)
    if existing is None:
        _name(complete, final)
    else:
        complete.replace(final)
    return arrival


def _make_like_others(file: Path, folder: Path, modified: str | None) -> None:
    """Give a file the access that its folder-to-be suggests, and the time of its source."""
    file.chmod(folder.stat().st_mode & 0o666 | stat.S_IRUSR | stat.S_IWUSR)
    with contextlib.suppress(ValueError, OSError):
        if modified is not None:
            seconds = datetime.fromisoformat(modified).timestamp()
            os.utime(file, (seconds, seconds))


def _name(complete: Path, final: Path) -> None:
    """Give a file a name that nothing has, in one step."""
    try:
        os.link(complete, final)
    except FileExistsError:
        raise NotSendable(
            f"{final} has appeared since the pull was planned. Look at it, and pull again."
        ) from None
    except OSError:
        # Some file systems have no hard links.
        _reserve(final)
        complete.replace(final)
    else:
        complete.unlink()


def _reserve(final: Path) -> None:
    """Make an empty file, where there is nothing."""
    try:
        descriptor = os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise NotSendable(
            f"{final} has appeared since the pull was planned. Look at it, and pull again."
        ) from None
    os.close(descriptor)
