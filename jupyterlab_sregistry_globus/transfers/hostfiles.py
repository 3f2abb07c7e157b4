"""Files of this host that have the name of one that is pulled."""

from __future__ import annotations

import stat
from datetime import datetime, timezone
from pathlib import Path

from ..errors import StoreUnavailable
from ..models.endpoints import FolderEntry


def existing_entry(path: Path) -> FolderEntry | None:
    """Return what has a name in a folder of this host; None if nothing has."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(f"Cannot read {path}: {error.strerror}.") from error
    modified = datetime.fromtimestamp(status.st_mtime, timezone.utc).isoformat()
    kind = "file" if stat.S_ISREG(status.st_mode) else "other"
    return FolderEntry(path.name, kind, status.st_size, modified)
