"""The guest collection through which others read the registry, and its access rules."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..globus.sharing import Place, Rule, Sharing
from .audience import PUBLIC_KINDS, PUBLIC_WORDS, Audience, Reader, covers
from .changes import Change, StepPlan
from .ledger import RuleLedger


@dataclass
class Guest:
    """The guest collection while it is being set up.

    :param place: None until it is known, or made.
    """

    place: Place | None = None


class GuestCollection:
    """Plans the guest collection of one folder, and who reads what in it."""

    def __init__(self, sharing: Sharing, ledger: RuleLedger) -> None:
        self._sharing = sharing
        self._ledger = ledger

    def plan(
        self,
        host: Callable[[], Place | None],
        folder: Path,
        audiences: Sequence[Audience],
        *,
        name: str,
    ) -> tuple[StepPlan, Guest]:
        """What is to be done; Globus is asked what there is, and nothing is changed.

        :param host: gives the endpoint it lies on, once that is known.
        :param folder: what it shares; links in it are resolved.
        :param name: of the guest collection, if one is to be made.
        :raises PermissionRefused: its rules are somebody else's to make.
        """
        plan, guest = StepPlan(), Guest()
        known = host()
        real = folder.resolve()
        if known is not None:
            guest.place = self._find(known, real)
        if guest.place is not None:
            plan.facts.append(
                f"The guest collection {guest.place.name!r} ({guest.place.id}) shares {folder}."
            )
        else:
            plan.changes.append(self._making(host, guest, real, name))
            if known is not None and known.subscription_id is None:
                plan.warnings.append(
                    f"{known.name!r} is under no Globus subscription, which guest collections on "
                    "Connect Personal need. Globus will probably refuse."
                )
        self.plan_rules(plan, guest, audiences)
        return plan, guest

    def plan_rules(self, plan: StepPlan, guest: Guest, audiences: Sequence[Audience]) -> None:
        """Add what makes these, and of our own rules these only, the readers.

        :raises PermissionRefused: the rules are somebody else's to make.
        """
        rules: list[Rule] = []
        made: frozenset[str] = frozenset()
        if guest.place is not None:
            rules = self._sharing.rules(guest.place.id)
            made = self._ledger.rules(guest.place.id)
        for audience in audiences:
            self._plan_audience(plan, guest, audience, rules, made)
        if not audiences and not rules:
            plan.warnings.append("No collection is shared with anybody yet.")

    def _plan_audience(
        self,
        plan: StepPlan,
        guest: Guest,
        audience: Audience,
        rules: Sequence[Rule],
        made: frozenset[str],
    ) -> None:
        what = "everything" if audience.path == "/" else repr(audience.collection)
        here = [rule for rule in rules if _same_path(rule.path, audience.path)]
        wanted = {(one.kind, one.id) for one in audience.readers}
        for reader in audience.readers:
            same = [one for one in here if (one.kind, one.principal) == (reader.kind, reader.id)]
            if same:
                may = "read and write" if "w" in same[0].permissions else "read"
                plan.facts.append(f"{reader.name} may {may} {what}.")
            else:
                rule = Rule(reader.kind, reader.id, audience.path)
                plan.changes.append(self._adding(guest, rule, reader, what))
        for rule in rules:
            if not covers(rule.path, audience.path) or (rule.kind, rule.principal) in wanted:
                continue
            if rule.id in made and _same_path(rule.path, audience.path):
                plan.changes.append(self._removing(guest, rule, what))
            elif not audience.is_public:
                who = _who(rule)
                plan.warnings.append(
                    f"{who} may read {what} too, by a rule on {rule.path} that was not made here. "
                    "If that is wrong, remove it on the guest collection's page at Globus."
                )

    def _find(self, host: Place, folder: Path) -> Place | None:
        for place in self._sharing.guests(host.id):
            path = place.host_path or ""
            if path.startswith("/~/"):
                path = posixpath.join(Path.home(), path[3:])
            if path and Path(posixpath.normpath(path)) == folder:
                return place
        return None

    def _making(
        self, host: Callable[[], Place | None], guest: Guest, folder: Path, name: str
    ) -> Change:
        def make() -> str:
            known = host()
            assert known is not None  # noqa: S101 - the step before this one has made it
            guest.place = self._sharing.create_guest(known, str(folder), name)
            return f"It is {guest.place.id}."

        return Change(
            f"Make a guest collection {name!r} of {folder}, which nobody but you can read yet.",
            make,
        )

    def _adding(self, guest: Guest, rule: Rule, reader: Reader, what: str) -> Change:
        def add() -> str:
            assert guest.place is not None  # noqa: S101 - an earlier change has set it
            rule_id = self._sharing.add_rule(guest.place.id, rule)
            self._ledger.add_rule(guest.place.id, rule_id)
            return ""

        return Change(f"Let {reader.name} read {what} ({rule.path}).", add)

    def _removing(self, guest: Guest, rule: Rule, what: str) -> Change:
        def remove() -> str:
            assert guest.place is not None and rule.id is not None  # noqa: S101 - it is listed
            self._sharing.remove_rule(guest.place.id, rule.id)
            self._ledger.drop_rule(guest.place.id, rule.id)
            return ""

        return Change(f"No longer let {_who(rule)} read {what}: take back our own rule.", remove)


def _who(rule: Rule) -> str:
    if rule.kind in PUBLIC_KINDS:
        return PUBLIC_WORDS[rule.kind]
    return f"the {rule.kind} {rule.principal}"


def _same_path(one: str, other: str) -> bool:
    return posixpath.normpath(one) == posixpath.normpath(other)
