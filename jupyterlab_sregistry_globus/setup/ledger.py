"""What setup created at Globus, so that a later run removes nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from ..store.atomic_file import write_atomically

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
        write_atomically(self._path, json.dumps(document, indent=2) + "\n")

    def _read(self) -> dict[str, dict[str, list[str]]]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}
