"""The guest collection through which others read the registry, and its access rules."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..globus.sharing import Place, Rule, Sharing
from .audience import PUBLIC_NAMES, Audience, Reader, covers
from .changes import Change, StepPlan
from .choices import PUBLIC_KINDS
from .ledger import RuleLedger


@dataclass
class Guest:
    """The guest collection during a setup.

    :param place: None until it is known, or created.
    """

    place: Place | None = None


class GuestCollection:
    """Plans the guest collection of one folder, and its readers."""

    def __init__(self, sharing: Sharing, ledger: RuleLedger) -> None:
        self._sharing = sharing
        self._ledger = ledger

    def plan(
        self,
        get_host: Callable[[], Place | None],
        folder: Path,
        audiences: Sequence[Audience],
        *,
        name: str,
    ) -> tuple[StepPlan, Guest]:
        """Ask Globus what exists, and plan the rest. Changes nothing.

        :param get_host: returns the endpoint that hosts it, or None if that is not known yet.
        :param folder: the folder to share. Links in it are resolved.
        :param name: of the guest collection, if one is created.
        :raises PermissionRefused: only another identity may change its rules.
        """
        plan, guest = StepPlan(), Guest()
        host = get_host()
        real_folder = folder.resolve()
        if host is not None:
            guest.place = self._find(host, real_folder)
        if guest.place is not None:
            plan.facts.append(
                f"The guest collection {guest.place.name!r} ({guest.place.id}) shares {folder}."
            )
        else:
            plan.changes.append(self._creation(get_host, guest, real_folder, name))
            if host is not None and host.subscription_id is None:
                plan.warnings.append(
                    f"{host.name!r} is not under a Globus subscription, which guest collections "
                    "on Connect Personal require. Globus will probably refuse."
                )
        self.plan_rules(plan, guest, audiences)
        return plan, guest

    def plan_rules(self, plan: StepPlan, guest: Guest, audiences: Sequence[Audience]) -> None:
        """Plan to add the rules that are missing, and to remove our own that are no longer wanted.

        :raises PermissionRefused: only another identity may change the rules.
        """
        rules: list[Rule] = []
        own_ids: frozenset[str] = frozenset()
        if guest.place is not None:
            rules = self._sharing.rules(guest.place.id)
            own_ids = self._ledger.rules(guest.place.id)
        for audience in audiences:
            self._plan_audience(plan, guest, audience, rules, own_ids)
        if not audiences and not rules:
            plan.warnings.append("No collection is shared with anyone yet.")

    def _plan_audience(
        self,
        plan: StepPlan,
        guest: Guest,
        audience: Audience,
        rules: Sequence[Rule],
        own_ids: frozenset[str],
    ) -> None:
        target = "everything" if audience.path == "/" else repr(audience.collection)
        same_folder = [rule for rule in rules if _same_path(rule.path, audience.path)]
        wanted = {(reader.kind, reader.id) for reader in audience.readers}
        for reader in audience.readers:
            present = [
                rule
                for rule in same_folder
                if (rule.kind, rule.principal) == (reader.kind, reader.id)
            ]
            if present:
                may = "read and write" if "w" in present[0].permissions else "read"
                plan.facts.append(f"{reader.name} may {may} {target}.")
            else:
                rule = Rule(reader.kind, reader.id, audience.path)
                plan.changes.append(self._addition(guest, rule, reader, target))
        for rule in rules:
            if not covers(rule.path, audience.path) or (rule.kind, rule.principal) in wanted:
                continue
            if rule.id in own_ids and _same_path(rule.path, audience.path):
                plan.changes.append(self._removal(guest, rule, target))
            elif not audience.is_public:
                plan.warnings.append(
                    f"{_reader_name(rule)} can also read {target}, because of a rule on "
                    f"{rule.path} that setup did not create. If that is wrong, remove the rule on "
                    "the guest collection's page at Globus."
                )

    def _find(self, host: Place, folder: Path) -> Place | None:
        for place in self._sharing.guests(host.id):
            path = place.host_path or ""
            if path.startswith("/~/"):
                path = posixpath.join(Path.home(), path[3:])
            if path and Path(posixpath.normpath(path)) == folder:
                return place
        return None

    def _creation(
        self, get_host: Callable[[], Place | None], guest: Guest, folder: Path, name: str
    ) -> Change:
        def create() -> str:
            host = get_host()
            assert host is not None  # noqa: S101 - the step before this one created it
            guest.place = self._sharing.create_guest(host, str(folder), name)
            return f"Its id is {guest.place.id}."

        return Change(
            f"Create a guest collection {name!r} of {folder}, which only you can read at first.",
            create,
        )

    def _addition(self, guest: Guest, rule: Rule, reader: Reader, target: str) -> Change:
        def add() -> str:
            assert guest.place is not None  # noqa: S101 - set by an earlier change
            rule_id = self._sharing.add_rule(guest.place.id, rule)
            self._ledger.add_rule(guest.place.id, rule_id)
            return ""

        return Change(f"Let {reader.name} read {target} ({rule.path}).", add)

    def _removal(self, guest: Guest, rule: Rule, target: str) -> Change:
        def remove() -> str:
            assert guest.place is not None and rule.id is not None  # noqa: S101 - Globus listed it
            self._sharing.remove_rule(guest.place.id, rule.id)
            self._ledger.remove_rule(guest.place.id, rule.id)
            return ""

        text = (
            f"Stop letting {_reader_name(rule)} read {target}: remove the rule that setup created."
        )
        return Change(text, remove)


def _reader_name(rule: Rule) -> str:
    if rule.kind in PUBLIC_KINDS:
        return PUBLIC_NAMES[rule.kind]
    return f"the {rule.kind} {rule.principal}"


def _same_path(path: str, other: str) -> bool:
    return posixpath.normpath(path) == posixpath.normpath(other)
