"""What setup made at Globus, so that a later one takes back nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from ..store.atomic_file import write_atomically

FILE_NAME = "setup.json"


class RuleLedger:
    """Ids of the access rules that were made here, kept in the store folder.

    A file that is missing or damaged means that nothing was made here, which errs on the safe side.

    :param namespace: service address and client id.
    """

    def __init__(self, folder: Path, namespace: str) -> None:
        self._path = folder / FILE_NAME
        self._namespace = namespace

    def rules(self, guest_id: str) -> frozenset[str]:
        """The rules that were made on a guest collection."""
        made = self._all().get(self._namespace, {}).get(guest_id, [])
        return frozenset(made)

    def add_rule(self, guest_id: str, rule_id: str) -> None:
        """Note a rule that was just made.

        :raises StoreUnavailable: the file cannot be written.
        """
        self._put(guest_id, self.rules(guest_id) | {rule_id})

    def drop_rule(self, guest_id: str, rule_id: str) -> None:
        """Forget a rule that was just removed.

        :raises StoreUnavailable: the file cannot be written.
        """
        self._put(guest_id, self.rules(guest_id) - {rule_id})

    def _put(self, guest_id: str, rules: frozenset[str]) -> None:
        all_made = self._all()
        all_made.setdefault(self._namespace, {})[guest_id] = sorted(rules)
        write_atomically(self._path, json.dumps(all_made, indent=2) + "\n")

    def _all(self) -> dict[str, dict[str, list[str]]]:
        try:
            made = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return made if isinstance(made, dict) else {}
