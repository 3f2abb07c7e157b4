"""What setup created at Globus, so that a later run removes nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import StoreUnavailable
from ..store.atomic_file import write_atomically
from ..store.files import check_file, make_folder
from ..store.regular import read_small

FILE_NAME = "setup.json"


class RuleLedger:
    """The ids of the access rules that setup created, in the store folder.

    If the file is missing or damaged, setup treats every rule as made by others and keeps it.

    :param namespace: service address and client id.
    """

    def __init__(self, folder: Path, namespace: str) -> None:
        self._path = folder / FILE_NAME
        self._namespace = namespace

    def rules(self, guest_id: str) -> frozenset[str]:
        """Return the ids of our rules on a guest collection."""
        return frozenset(self._read().get(self._namespace, {}).get(guest_id, []))

    def add_rule(self, guest_id: str, rule_id: str) -> None:
        """Record a rule that was just created.

        :raises StoreUnavailable: the file cannot be written.
        """
        self._write(guest_id, self.rules(guest_id) | {rule_id})

    def remove_rule(self, guest_id: str, rule_id: str) -> None:
        """Forget a rule that was just removed.

        :raises StoreUnavailable: the file cannot be written.
        """
        self._write(guest_id, self.rules(guest_id) - {rule_id})

    def _write(self, guest_id: str, rule_ids: frozenset[str]) -> None:
        document = self._read()
        document.setdefault(self._namespace, {})[guest_id] = sorted(rule_ids)
        make_folder(self._path.parent)
        check_file(self._path)
        write_atomically(self._path, json.dumps(document, indent=2) + "\n")

    def _read(self) -> dict[str, dict[str, list[str]]]:
        try:
            check_file(self._path)  # another account's record would have us remove its rules
            document = json.loads(read_small(self._path))
        except (OSError, StoreUnavailable, ValueError):
            return {}
        return document if isinstance(document, dict) else {}
