"""Standard streams that never fail a command.

A command that has submitted a transfer must not die because its output cannot be shown: a script
that retries it would send twice. So the program's standard streams accept any character in any
locale, and drop what a closed pipe or a full disk does not take.
"""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import select
import sys
from typing import Any, TextIO

import msgspec

# What our own texts contain, for terminals that do not know it.
_ASCII = {"→": "->", "—": "-", "…": "...", "\ufffd": "?"}
_ERRORS = "jupyterlab-sregistry-globus"


class SafeStream(io.RawIOBase):
    """A file descriptor that accepts all bytes, and remembers why some were lost.

    :param descriptor: None for a stream that was closed before the program started.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self.error: OSError | None = None

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self._descriptor is not None and os.isatty(self._descriptor)

    def fileno(self) -> int:
        """Return the file descriptor.

        :raises OSError: the stream was closed before the program started.
        """
        if self._descriptor is None:
            raise OSError(errno.EBADF, "the stream is closed")
        return self._descriptor

    def write(self, data: Any) -> int:
        """Write bytes, or drop them once the stream takes no more."""
        while self._descriptor is not None and self.error is None:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError as error:
                self.error = error
        return len(data)


def make_streams_safe() -> None:
    """Replace the standard output and error of this program, before anything is written."""
    codecs.register_error(_ERRORS, _encode_anyhow)
    sys.stdout, sys.stderr = _safe(sys.stdout), _safe(sys.stderr)


def lost_output() -> OSError | None:
    """Return why output was lost, or None. A reader that closed a pipe wanted no more."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
        raw = getattr(getattr(stream, "buffer", None), "raw", None)
        if isinstance(raw, SafeStream) and raw.error and raw.error.errno != errno.EPIPE:
            return raw.error
    return None


def json_text(data: msgspec.Struct) -> str:
    """Return data as JSON that the standard output can encode without loss."""
    text = msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), indent=2)
    return text


def _safe(stream: TextIO | None) -> TextIO:
    try:
        descriptor = stream.fileno() if stream is not None else None
    except (OSError, ValueError):
        descriptor = None
    raw = SafeStream(descriptor)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(stream, "encoding", None) or "utf-8",
        errors=_ERRORS,
        # Click may write to the buffer below, and both must come out in order.
        write_through=True,
        line_buffering=raw.isatty() or stream is sys.stderr,
    )


def _encode_anyhow(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_ASCII.get(one) or ascii(one)[1:-1] for one in characters), error.end
