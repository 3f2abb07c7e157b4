"""Step 4: let other users read the registry, collection by collection."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import AnswerMissing, BadRequest, EndpointNotUsable, NotConnected
from ...globus.sharing import Place, Sharing
from ..audience import (
    EVERYTHING,
    Audience,
    check_nesting,
    find_readers,
    folder_of,
    parse_private,
    public_reader,
)
from ..changes import StepPlan
from ..checks.registries import LISTING_TIMEOUT_S
from ..guest import GuestCollection
from ..ledger import RuleLedger
from ..registry_entry import EntrySettings, choose_entry
from ..report import StepReport
from ..run import Run
from .host import registry_folder


def share(run: Run, step: StepReport) -> None:
    """Let others read the registry, each collection its own readers."""
    answers, services = run.answers, run.services
    if answers.shares is None:
        has_readers = bool(answers.public or answers.private or answers.guest_name)
        answers.shares = run.talk.confirm(
            "May other users send from this registry? That requires a guest collection",
            default=has_readers,
        )
    if not answers.shares:
        run.skip(step, "No other users send from this registry.", answer="shares")
        return
    entry = choose_entry(services.settings.registries, answers.registry)
    if run.talk.is_interactive:
        _ask_readers(run, entry)
    if not services.account.current().identity:
        if not run.is_dry:
            raise NotConnected(
                "Not connected to Globus, so setup cannot share anything. Connect first."
            )
        _show_readers(run)
        return
    run.carry_out(step, _plan(run, entry))


def _plan(run: Run, entry: EntrySettings) -> StepPlan:
    answers, settings = run.answers, run.services.settings
    sharing = Sharing(run.services.parts.clients)
    ledger = RuleLedger(Path(settings.store_dir), settings.namespace)
    guests = GuestCollection(sharing, ledger)
    served = None if answers.endpoint_id is None else sharing.place(answers.endpoint_id)
    if served is not None and not served.is_personal:
        run.guest.place = _checked_guest(served)
        plan = StepPlan([f"{served.name!r} ({served.id}) is a guest collection."])
        audiences = _audiences(run, sharing, None, answers.endpoint_path or "/")
        guests.plan_rules(plan, run.guest, audiences)
        return plan
    folder = registry_folder(run)
    if run.host.place is None:
        run.host.place = served or _own_place(run, sharing)
    plan, run.guest = guests.plan(
        lambda: run.host.place,
        folder,
        _audiences(run, sharing, folder, "/"),
        name=answers.own_guest_name(str(entry["name"])),
    )
    return plan


def _own_place(run: Run, sharing: Sharing) -> Place | None:
    endpoint_id = run.services.parts.local.endpoint_id()
    if endpoint_id is not None:
        return sharing.place(endpoint_id)
    if run.is_dry:
        return None
    raise AnswerMissing(
        "No endpoint serves the folder yet, so setup cannot share it. Let this machine serve it, "
        "or name another endpoint.",
        answer="endpoint_id",
    )


def _checked_guest(place: Place) -> Place:
    if not place.is_guest:
        raise EndpointNotUsable(
            f"{place.name!r} is a {place.entity_type}, which has no access rules. Ask its "
            "administrator to create a guest collection for the folder, and use that as the "
            "endpoint."
        )
    return place


def _ask_readers(run: Run, entry: EntrySettings) -> None:
    answers, talk = run.answers, run.talk
    catalog = run.services.catalog.settle(LISTING_TIMEOUT_S)
    names = [
        collection.name
        for collection in catalog.collections
        if collection.registry == entry["name"]
    ]
    talk.say(f"  Collections: {', '.join(names) or 'none yet'}")
    if answers.public is None:
        answers.public = talk.ask(
            "Collections that everyone may read (separated by commas; * for all)", _parse_names
        )
    if answers.private is None:
        private: list[str] = []
        while text := talk.ask(
            "A private collection and its readers, as COLLECTION=READER,READER (empty to continue)",
            _parse_private,
        ):
            private.append(text)
        answers.private = tuple(private)


def _parse_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        folder_of(name)
    return names


def _parse_private(text: str) -> str:
    if text:
        folder_of(parse_private(text)[0])
    return text


def _audiences(run: Run, sharing: Sharing, folder: Path | None, root: str) -> Sequence[Audience]:
    """Return who may read what, with every name looked up at Globus and every folder on disk.

    :param folder: the registry's folder on this machine; None if it is elsewhere.
    :param root: the registry's path on the guest collection.
    """
    answers = run.answers
    private = [parse_private(text) for text in answers.private or ()]
    named = [*(answers.public or ()), *(collection for collection, _ in private)]
    if len(set(named)) != len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise BadRequest(f"{twice!r} is listed twice. List its readers only once.")
    if folder is not None:
        for name in named:
            _check_folder(folder, name)
    readers = find_readers(sharing, [name for _, names in private for name in names])
    public = (public_reader(answers.public_kind),)
    audiences = [Audience(name, folder_of(name), public) for name in answers.public or ()]
    audiences += [
        Audience(collection, folder_of(collection), tuple(readers[name] for name in names))
        for collection, names in private
    ]
    check_nesting(audiences)
    return [replace(audience, path=_below(root, audience.path)) for audience in audiences]


def _check_folder(folder: Path, collection: str) -> None:
    if not (folder / folder_of(collection).strip("/")).is_dir():
        raise BadRequest(
            f"{folder} has no folder {collection!r}. Access rules apply to folders, so images "
            f"outside any folder can be shared only together with all others ({EVERYTHING})."
        )


def _show_readers(run: Run) -> None:
    run.talk.plan("Find or create the guest collection, on the endpoint of the previous step.")
    for name in run.answers.public or ():
        run.talk.plan(f"Let {public_reader(run.answers.public_kind).name} read {name!r}.")
    for text in run.answers.private or ():
        collection, names = parse_private(text)
        run.talk.plan(f"Let {', '.join(names)} read {collection!r}.")


def _below(root: str, path: str) -> str:
    return posixpath.join(root, path.lstrip("/")) if root != "/" else path
