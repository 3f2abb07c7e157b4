"""What the servers' own records and the sandbox's say about a run of ``kills.py``."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.transfers.staging.room import FOLDER_NAME

FINAL = ("succeeded", "failed", "canceled")
# Figures that must be empty, zero or false.
FAULTS = ("lost", "twice", "broken", "left behind", "not ended")


class Records:
    """The records of one run.

    :param folder: of the run.
    :param sandbox: whose record of tasks the servers' are compared with.
    :param answered: the id that a server answered, by label of a transfer.
    :param asked: how many images were asked for, by label.
    """

    def __init__(
        self, folder: Path, sandbox: Sandbox, answered: dict[str, str], asked: dict[str, int]
    ) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.answered = answered
        self.asked = asked
        self.moments: Counter[str] = Counter()

    def destination(self, label: str) -> Path:
        """Return the folder that a transfer's files arrive in."""
        (root,) = (self.sandbox.state / "endpoints").glob("stanford-sherlock-scratch*")
        return root / label

    def transfers(self) -> dict[str, dict[str, Any]]:
        """Return the outbox, by label."""
        file = self.folder / "store" / "transfers.db"
        if not file.exists():
            return {}
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as connection:
            # A kill can come between the file and its tables.
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
            if ("transfers",) not in tables:
                return {}
            rows = connection.execute("SELECT document FROM transfers").fetchall()
        documents = [json.loads(row[0]) for row in rows]
        return {document["label"]: document for document in documents}

    def tasks(self) -> dict[str, list[Any]]:
        """Return Globus's own record, by label."""
        tasks: dict[str, list[Any]] = {}
        world = self.sandbox.services.world
        with world.change():
            for task in world.tasks.values():
                if (task.label or "").startswith("kill-"):
                    tasks.setdefault(task.label, []).append(task)
        return tasks

    def note_moment(self, label: str) -> None:
        """Count at which step of a transfer the server was killed."""
        transfers, tasks = self.transfers(), self.tasks()
        if label in self.asked and label not in transfers:
            self.moments["planning"] += 1
        accepted = {task.submission_id for some in tasks.values() for task in some}
        states = [
            "accepted, not known"
            if task["state"] == "written" and task.get("submission_id") in accepted
            else "following"
            if task["state"] == "active"
            else task["state"]
            for transfer in transfers.values()
            for task in transfer["tasks"]
            if task["state"] not in FINAL
        ]
        self.moments.update(states or ([] if label in self.asked else ["idle"]))

    def figures(self, wanted: Mapping[str, str], contents: Path) -> dict[str, Any]:
        """Compare the records, and count what is wrong.

        :param wanted: the SHA-256 of each file, by its name; "" for any other name.
        :param contents: the folder whose staging folder should be empty.
        """
        transfers, tasks = self.transfers(), self.tasks()
        lost = [label for label in self.answered if label not in transfers]
        twice, broken = [], []
        for label, transfer in transfers.items():
            ids = [task["submission_id"] for task in transfer["tasks"]]
            if Counter(ids) != Counter(task.submission_id for task in tasks.get(label, [])):
                twice.append(label)
            files = [file for file in self.destination(label).iterdir() if file.is_file()]
            is_whole = all(digest(file) == wanted.get(file.name, wanted[""]) for file in files)
            if not is_whole or len(files) != self.asked[label]:
                broken.append(label)
        stray = [label for label in tasks if label not in transfers]
        logs = [log.read_text(errors="replace") for log in self.folder.glob("jupyter-*/log")]
        staging = contents / FOLDER_NAME
        return {
            "transfers": len(transfers),
            "asked, never written down": len(set(self.asked) - set(transfers)),
            "tasks at Globus": sum(map(len, tasks.values())),
            "killed while": dict(sorted(self.moments.items())),
            "states": dict(Counter(transfer["state"] for transfer in transfers.values())),
            "lost": lost,
            "twice": twice + stray,
            "broken": broken,
            "left in the staging folder": len([*staging.rglob("*.sif*")]),
            "tracebacks in the log": sum(log.count("Traceback") for log in logs),
        }


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
