"""The token file as it lies on disk."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any


def stored(file: Path) -> dict[str, dict[str, Any]]:
    """Token data by resource server, whatever the namespace; empty where there is no file."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT resource_server, token_data_json FROM token_storage")
        return {name: json.loads(data) for name, data in rows}


def secrets(file: Path) -> list[str]:
    """Every token in the file."""
    return [
        one[name]
        for one in stored(file).values()
        for name in ("access_token", "refresh_token")
        if one[name]
    ]


def change(file: Path, **members: Any) -> None:
    """Set members of every token, such as ``expires_at_seconds``."""
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        for name, data in stored_rows(connection):
            connection.execute(
                "UPDATE token_storage SET token_data_json = ? WHERE resource_server = ?",
                (json.dumps({**data, **members}), name),
            )


def expire(file: Path) -> None:
    """Let every access token be known to have ended."""
    change(file, expires_at_seconds=1)


def stored_rows(connection: sqlite3.Connection) -> list[tuple[str, dict[str, Any]]]:
    rows = connection.execute("SELECT resource_server, token_data_json FROM token_storage")
    return [(name, json.loads(data)) for name, data in rows.fetchall()]


def make_old(file: Path) -> None:
    """Date a file back: only an old time stamp shows that a file has not changed."""
    os.utime(file, (time.time() - 60, time.time() - 60))
