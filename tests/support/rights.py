"""File permissions that hold for the administrator too."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# From linux/capability.h: version 3 of the call, and the rights to pass over permissions.
_VERSION = 0x20080522
_DAC = (1 << 1) | (1 << 2)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder whose files can be read but not written, by this thread at least."""
    modes = {one: one.stat().st_mode for one in (folder, *folder.iterdir())}
    for one, mode in modes.items():
        one.chmod(mode & ~0o222)
    try:
        with without_override():
            yield
    finally:
        for one, mode in modes.items():
            one.chmod(mode)


@contextmanager
def without_override() -> Iterator[None]:
    """Have permissions hold for this thread, even if it is the administrator's."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "capget"):
        pytest.skip("an administrator's rights can't be put aside here")
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    rights = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    assert libc.capget(header, rights) == 0
    effective = rights[0]
    rights[0] = effective & ~_DAC
    assert libc.capset(header, rights) == 0
    try:
        yield
    finally:
        rights[0] = effective
        assert libc.capset(header, rights) == 0
