"""Whether a file must be copied at all."""

from __future__ import annotations

from .copier import digest_of
from .paths import Place

EXISTS, SIZE, MTIME, CHECKSUM = range(4)


def is_current(source: Place, destination: Place, level: int | None) -> bool:
    """Whether the destination is good enough.

    :param level: 0 it exists, 1 has the same size, 2 is not older, 3 has the same checksum; None to
        copy in any case.
    """
    if level is None or not destination.local.is_file() or not source.local.is_file():
        return False
    if level == EXISTS:
        return True
    source_status, destination_status = source.local.stat(), destination.local.stat()
    if source_status.st_size != destination_status.st_size:
        return False
    if level == SIZE:
        return True
    if level == MTIME:
        return source_status.st_mtime <= destination_status.st_mtime
    return digest_of(source.local, "sha256") == digest_of(destination.local, "sha256")
