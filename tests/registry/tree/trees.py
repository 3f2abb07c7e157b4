"""Folder trees of images for tests."""

from __future__ import annotations

import os
from pathlib import Path

CONTENT = b"an image, as far as a listing is concerned."
WHEN = 1_600_000_000


def plant(root: Path, *names: str) -> Path:
    """Create files below a folder, with times in the past."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
    age(root)
    return root


def age(root: Path) -> None:
    """Set all times to the past, as in a tree that did not change for long."""
    for folder, _, files in os.walk(root):
        for name in files:
            os.utime(Path(folder, name), (WHEN, WHEN), follow_symlinks=False)
        os.utime(folder, (WHEN, WHEN))
