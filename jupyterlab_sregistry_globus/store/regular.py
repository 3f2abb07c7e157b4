"""Read files that users and other programs own: only regular ones, since others may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

SMALL_BYTES = 1024 * 1024


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, unbuffered, at its beginning. Links are followed.

    Never waits: a named pipe, a device or a socket is refused.

    :raises OSError: it cannot be opened, or is not a regular file. ``strerror`` is fit to show.
    """
    try:
        # First, because opening some devices already acts on them.
        _check_regular(path.stat())
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a null character, or half of a surrogate pair
        raise OSError(errno.EINVAL, "its name is not valid") from error
    try:
        _check_regular(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def read_small(path: Path, longest_bytes: int = SMALL_BYTES) -> bytes:
    """Read a file such as a configuration as a whole.

    :raises OSError: it cannot be read, is not a regular file, or is longer than ``longest_bytes``.
    """
    with open_regular(path) as file:
        # One read may return less than there is.
        content = b""
        while len(content) <= longest_bytes and (chunk := file.read(longest_bytes + 1)):
            content += chunk
    if len(content) > longest_bytes:
        raise OSError(errno.EFBIG, f"it is longer than {longest_bytes:,} bytes")
    return content


def _check_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
