"""Folder trees of images, made quickly."""

from __future__ import annotations

import os
from pathlib import Path

CONTENT = b"an image, for all that a listing sees of it"
WHEN = 1_600_000_000


def plant(root: Path, *names: str) -> Path:
    """Make files below a folder; their times lie well in the past."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
    age(root)
    return root


def age(root: Path) -> None:
    """Set all times into the past, as if the tree had lain there for long."""
    for folder, _, files in os.walk(root):
        for name in files:
            os.utime(Path(folder, name), (WHEN, WHEN), follow_symlinks=False)
        os.utime(folder, (WHEN, WHEN))
