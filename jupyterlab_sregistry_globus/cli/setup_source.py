"""The steps of setup that make the registry's folder something to send from."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import BadRequest, EndpointNotUsable, NotConnected
from ..globus.personal.config_paths import read_only_line
from ..globus.sharing import Place, Sharing
from ..setup.audience import (
    EVERYTHING,
    Audience,
    check_nesting,
    everybody,
    find_readers,
    folder_of,
    read_private,
)
from ..setup.checks.registries import LISTING_TIMEOUT_S
from ..setup.connect_personal import ConnectPersonal
from ..setup.guest import GuestCollection
from ..setup.program import find_program
from ..setup.record import Record
from ..setup.registry_entry import Entry, choose_entry, storage_folder, with_entry
from ..setup.steps import Plan
from .setup_app import write_plan
from .setup_report import Step
from .setup_run import Run

NEW_GUEST = "(the new guest collection)"


def serve(run: Run, step: Step) -> None:
    """Have this machine serve the registry's folder, for reading."""
    answers, here = run.answers, run.here
    if answers.endpoint_id is not None:
        run.leave_out(step, f"the endpoint {answers.endpoint_id} serves the registry already.")
        return
    if answers.serves is None:
        is_wanted = _wants_source(run) or here.local.endpoint_id() is not None
        answers.serves = run.talk.confirm(
            "Shall this machine serve the registry's folder, through Globus Connect Personal?",
            default=is_wanted or run.talk.asks,
        )
    if not answers.serves:
        run.leave_out(step, "this machine is not to serve the registry's folder (--personal).")
        return
    folder = _folder(run)
    name = answers.own_endpoint_name
    if run.talk.asks and here.local.endpoint_id() is None and answers.endpoint_name is None:
        name = answers.endpoint_name = run.talk.ask("Name of the endpoint", str, default=name)
    if not here.account().identity and run.is_dry:
        run.talk.will(f"Find Connect Personal here, or make the endpoint {name!r} and set it up.")
        run.talk.will(f"Write {read_only_line(folder)} into {here.local.config_paths_file}.")
        return
    here.clients.check_usable()
    program_path = find_program(answers.program)
    personal = ConnectPersonal(
        Sharing(here.clients),
        here.local,
        run.program(program_path),
        frozenset(one.id for one in here.credentials.read().identities),
    )
    starts = answers.starts
    if starts is None:
        starts = run.talk.asks and program_path is not None
    plan, host = personal.plan(
        folder, name=name, subscription_id=answers.subscription_id, starts=starts
    )
    run.host = host
    run.carry_out(step, plan)


def share(run: Run, step: Step) -> None:
    """Let others read the registry, each collection its own people."""
    answers, here = run.answers, run.here
    if answers.shares is None:
        has_readers = bool(answers.public or answers.private or answers.guest_name)
        answers.shares = run.talk.confirm(
            "Shall other people send from this registry? That takes a guest collection",
            default=has_readers,
        )
    if not answers.shares:
        run.leave_out(step, "nobody else is to send from this registry (--guest).")
        return
    entry = choose_entry(here.settings.registries, answers.registry)
    if run.talk.asks:
        _ask_readers(run, entry)
    if not here.account().identity:
        if not run.is_dry:
            raise NotConnected("Nobody is connected, so nothing can be shared.")
        _say_readers(run)
        return
    sharing = Sharing(here.clients)
    guests = GuestCollection(
        sharing, Record(Path(here.settings.store_dir).expanduser(), here.settings.namespace)
    )
    served = None if answers.endpoint_id is None else sharing.place(answers.endpoint_id)
    if served is not None and not served.is_personal:
        run.guest.place = _guest(served)
        plan = Plan([f"{served.name!r} ({served.id}) is a guest collection."])
        audiences = _audiences(run, sharing, None, answers.endpoint_path or "/")
        guests.plan_rules(plan, run.guest, audiences)
    else:
        folder = _folder(run)
        if run.host.place is None:
            run.host.place = served or _own_place(run, sharing)
        plan, run.guest = guests.plan(
            lambda: run.host.place,
            folder,
            _audiences(run, sharing, folder, "/"),
            name=answers.own_guest_name(str(entry["name"])),
        )
    run.carry_out(step, plan)


def configure(run: Run, step: Step) -> None:
    """Write down where the registry is, and where Globus sees it."""
    answers, settings = run.answers, run.settings()
    entry = choose_entry(settings.registries, answers.registry)
    served = None
    if run.guest.place is not None:
        served = (run.guest.place.id, answers.endpoint_path or "/")
    elif answers.endpoint_id is not None:
        served = (answers.endpoint_id, answers.endpoint_path or "/")
    elif run.is_dry and answers.shares:
        served = (NEW_GUEST, "/")
    folder = storage_folder(entry, answers.folder) if answers.folder is not None else None
    registries = with_entry(settings.registries, entry, folder, served)
    if registries == list(settings.registries):
        run.carry_out(step, Plan([f"The registry {entry['name']!r} is configured."]))
        return
    run.carry_out(step, write_plan(run, {"registries": registries}))


def _wants_source(run: Run) -> bool:
    answers = run.answers
    return bool(
        answers.folder
        or answers.endpoint_name
        or answers.program
        or answers.shares
        or answers.public
        or answers.private
        or answers.subscription_id
    )


def _folder(run: Run) -> Path:
    answers, talk = run.answers, run.talk
    entry = choose_entry(run.settings().registries, answers.registry)
    if talk.asks and answers.folder is None:

        def read(text: str) -> Path:
            return storage_folder(entry, Path(text) if text else None)

        answers.folder = talk.ask(
            f"Folder with the images of the registry {entry['name']!r}",
            read,
            default=str(entry.get("path", "")),
        )
    return storage_folder(entry, answers.folder)


def _own_place(run: Run, sharing: Sharing) -> Place | None:
    endpoint_id = run.here.local.endpoint_id()
    if endpoint_id is not None:
        return sharing.place(endpoint_id)
    if run.is_dry:
        return None
    raise BadRequest(
        "There is no endpoint yet whose folder could be shared. Have this machine serve it with "
        "--personal, or name another with --endpoint-id."
    )


def _guest(place: Place) -> Place:
    if not place.is_guest:
        raise EndpointNotUsable(
            f"{place.name!r} is a {place.entity_type}, which has no access rules. Have its "
            "administrator make a guest collection of the folder, on its page at Globus, and name "
            "that with --endpoint-id."
        )
    return place


def _ask_readers(run: Run, entry: Entry) -> None:
    answers, talk = run.answers, run.talk
    listed = [
        one.name
        for one in run.here.catalog.settle(LISTING_TIMEOUT_S).collections
        if one.registry == entry["name"]
    ]
    talk.say(f"  Collections: {', '.join(listed) or 'none yet'}")
    if answers.public is None:
        answers.public = talk.ask(
            "Collections that everybody may read (with commas; * for all)", _names, default=""
        )
    if answers.private is None:
        given: list[str] = []
        while text := talk.ask(
            "A private one and its people, as COLLECTION=WHO,WHO (nothing to go on)",
            _private,
            default="",
        ):
            given.append(text)
        answers.private = tuple(given)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(one.strip() for one in text.split(",") if one.strip())
    for name in names:
        folder_of(name)
    return names


def _private(text: str) -> str:
    if text:
        folder_of(read_private(text)[0])
    return text


def _audiences(run: Run, sharing: Sharing, folder: Path | None, root: str) -> Sequence[Audience]:
    """Who is to read what, with every name found at Globus and every folder on this disk.

    :param folder: the registry's on this machine; None where it is elsewhere.
    :param root: where the registry begins on the guest collection.
    """
    answers = run.answers
    private = [read_private(text) for text in answers.private or ()]
    named = [*(answers.public or ()), *(collection for collection, _ in private)]
    if len(set(named)) != len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise BadRequest(f"{twice!r} is named twice. Say once who may read it.")
    if folder is not None:
        for name in named:
            _check_folder(folder, name)
    readers = find_readers(sharing, [one for _, people in private for one in people])
    public = (everybody(answers.public_kind),)
    found = [Audience(name, folder_of(name), public) for name in answers.public or ()]
    found += [
        Audience(name, folder_of(name), tuple(readers[one] for one in people))
        for name, people in private
    ]
    check_nesting(found)
    return [replace(one, path=_below(root, one.path)) for one in found]


def _check_folder(folder: Path, collection: str) -> None:
    if not (folder / folder_of(collection).strip("/")).is_dir():
        raise BadRequest(
            f"{folder} has no folder {collection!r}. Access rules are for folders; images that lie "
            f"in no folder of their own can only be shared with all the others ({EVERYTHING})."
        )


def _say_readers(run: Run) -> None:
    run.talk.will("Find or make the guest collection, on the endpoint of the step before.")
    for name in run.answers.public or ():
        run.talk.will(f"Let {everybody(run.answers.public_kind).name} read {name!r}.")
    for text in run.answers.private or ():
        collection, people = read_private(text)
        run.talk.will(f"Let {', '.join(people)} read {collection!r}.")


def _below(root: str, path: str) -> str:
    return posixpath.join(root, path.lstrip("/")) if root != "/" else path
