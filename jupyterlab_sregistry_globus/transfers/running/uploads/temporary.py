"""The temporary names under which uploads write."""

from __future__ import annotations

import hashlib
import posixpath

LONGEST_NAME_BYTES = 255


def temporary_path(path: str, transfer_id: str, attempt: int) -> str:
    """Return where one attempt writes, in the folder of the final file.

    Every attempt has a name of its own: after a kill, a lost node or an expired lease, the earlier
    writer may still be writing.

    :param attempt: the number of this attempt, from 1 on.
    """
    folder, name = posixpath.split(path)
    end = f".{transfer_id}.{attempt}.part"
    if len(name.encode()) + len(end.encode()) + 1 > LONGEST_NAME_BYTES:
        # Two long names may begin alike.
        mark = "~" + hashlib.sha256(name.encode()).hexdigest()[:16]
        room = LONGEST_NAME_BYTES - 1 - len(end.encode()) - len(mark)
        # Never half of a character.
        name = name.encode()[:room].decode(errors="ignore") + mark
    return posixpath.join(folder, f".{name}{end}")
