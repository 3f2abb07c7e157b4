"""Reading and writing one file, piece by piece."""

from __future__ import annotations

import errno
import io
import os
import re
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import BinaryIO

from ..errors import Refused
from ..transfer import account
from ..transfer.copier import open_source
from ..transfer.paths import Place
from ..transfer.trouble import Trouble

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_CHANGED_BYTES = 4096


@dataclass
class Download:
    """An open file, at the first byte to send.

    :param length: how many bytes to send.
    :param is_part: whether a Range was asked for and is sent.
    """

    file: BinaryIO
    size: int
    modified: float
    start: int
    length: int
    is_part: bool

    @property
    def headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(self.length),
            "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(self.modified, usegmt=True),
        }
        if self.is_part:
            end = self.start + self.length - 1
            headers["Content-Range"] = f"bytes {self.start}-{end}/{self.size}"
        return headers


def open_download(target: Place, wanted: str | None) -> Download:
    """Open a file for reading.

    :param wanted: the Range header; None for the whole file. Several ranges are ignored.
    :raises Refused: it does not exist, is a folder, can't be read, or has no such range.
    """
    _refuse_folder(target)
    try:
        with account.rights(target):
            file, size, modified = open_source(target)
    except Trouble as trouble:
        raise _refusal_of(trouble.code, target) from None
    try:
        first, length, is_part = _range(wanted, size)
        file.seek(first)
    except Refused:
        file.close()
        raise
    return Download(file, size, modified, first, length, is_part)


def open_upload(target: Place) -> io.FileIO:
    """Open a file for writing, and empty it.

    A broken upload leaves what arrived, under the file's own name. What Globus leaves is not known.

    :raises Refused: it is a folder, its folder does not exist, or it can't be written.
    """
    _refuse_folder(target)
    try:
        is_new = not target.local.exists()
        with account.rights(target):
            # Unbuffered: what has arrived is what others see.
            file = target.local.open("wb", buffering=0)
        if is_new:
            account.own(target)
    except OSError as error:
        raise refusal(error, target) from None
    return file


def delete(target: Place) -> None:
    """Delete a file.

    :raises Refused: it does not exist, is a folder, or can't be deleted.
    """
    _refuse_folder(target)
    try:
        with account.rights(target, content=False):
            target.local.unlink()
    except OSError as error:
        raise refusal(error, target) from None


def change(target: Place) -> None:
    """Change a file's first bytes and its time, but not its size."""
    with target.local.open("r+b") as file:
        start = file.read(_CHANGED_BYTES)
        file.seek(0)
        file.write(bytes(byte ^ 0xFF for byte in start))
    later = max(time.time(), target.local.stat().st_mtime) + 5
    os.utime(target.local, (later, later))


def refusal(error: OSError, target: Place) -> Refused:
    """Return an error from the disk as the service's answer."""
    number = error.errno or 0
    if number == errno.ENOSPC:
        return Refused(507, "InsufficientStorage", f"No space left on device: {target.path}")
    if number == errno.EDQUOT:
        return Refused(403, "QuotaExceeded", f"Disk quota exceeded: {target.path}")
    if number in (errno.ENOENT, errno.ENOTDIR):
        return _refusal_of("FILE_NOT_FOUND", target)
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _refusal_of("PERMISSION_DENIED", target)
    if number in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
        return Refused(400, "BadRequest", f"{error.strerror}: {target.path}")
    return Refused(500, "InternalError", f"{error.strerror}: {target.path}")


def _refusal_of(code: str, target: Place) -> Refused:
    if code == "PERMISSION_DENIED":
        return Refused(403, "PermissionDenied", f"Permission denied: {target.path}")
    return Refused(404, "NotFound", f"No such file: {target.path}")


def _refuse_folder(target: Place) -> None:
    # The status for a folder is not known.
    if target.virtual is not None or target.path == "/" or target.local.is_dir():
        raise Refused(400, "NotAFile", f"Is a folder: {target.path}")


def _range(wanted: str | None, size: int) -> tuple[int, int, bool]:
    """Return the first byte, the number of bytes, and whether they are a part."""
    match = _RANGE.fullmatch((wanted or "").replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return 0, size, False
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return 0, size, False
    if start >= size or end < start:
        raise Refused(
            416,
            "RangeNotSatisfiable",
            f"The file has {size} bytes",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return start, end - start + 1, True
