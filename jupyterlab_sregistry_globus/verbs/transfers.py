"""Sending, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..errors import BadRequest, TransferNotFound
from ..models.plans import PlanRequest, PullRequest, Source, TransferOptions
from ..models.transfers import Transfer, TransferPage
from ..services import Services
from .endpoints import location
from .handle import TransferHandle
from .tables import Table
from .words import read_source

DEFAULT_OPTIONS = TransferOptions()


def send(
    here: Services,
    sources: Sequence[str],
    target: str,
    *,
    origin: str,
    options: TransferOptions = DEFAULT_OPTIONS,
) -> TransferHandle:
    """Send images to one folder.

    :param sources: references, or paths that begin as one.
    :param target: ``EP:PATH``.
    """
    if not sources:
        raise BadRequest("Name one or more images, and then ENDPOINT:PATH.")
    request = PlanRequest(tuple(map(read_source, sources)), location(here, target), options)
    return TransferHandle(here, here.submitter.send(request, origin=origin))


def check_many(here: Services, pairs: Iterable[tuple[str, str]]) -> list[PlanRequest]:
    """What is to be sent to several folders, a request each; all of it is checked, none sent."""
    by_target: dict[str, list[Source]] = {}
    for source, target in pairs:
        by_target.setdefault(target, []).append(read_source(source))
    requests = [
        PlanRequest(tuple(sources), location(here, target)) for target, sources in by_target.items()
    ]
    for request in requests:
        here.submitter.check(request)
    return requests


def pull(
    here: Services,
    words: Sequence[str],
    *,
    origin: str,
    registry: str | None = None,
) -> TransferHandle:
    """Get images from endpoints into a folder registry of this host.

    :param words: each ``EP:PATH``; the last may be a collection instead, ending in ``/``.
    :param registry: its name; None takes the first that can be written to.
    """
    files = list(words)
    is_last_collection = bool(files) and files[-1].endswith("/") and ":" not in files[-1]
    collection = files.pop() if is_last_collection else ""
    if not files:
        raise BadRequest("Name one or more ENDPOINT:PATH of image files.")
    places = [location(here, text) for text in files]
    sources = tuple(Source(endpoint_id=one.endpoint_id, path=one.path) for one in places)
    request = PullRequest(sources, collection, registry)
    return TransferHandle(here, here.submitter.send(here.puller.request(request), origin=origin))


def tasks(here: Services) -> Table:
    """Every transfer, newest first."""
    transfers = here.outbox.all()
    return Table(
        ("Images", "Destination", "State", "Asked", "ID"),
        [_row(one) for one in transfers],
        empty="Nothing was sent yet.",
        data=TransferPage(tuple(transfers)),
    )


def task(here: Services, text: str) -> TransferHandle:
    """One transfer, asked for anew at Globus."""
    found = by_id(here, text)
    here.follower.look(found)
    return TransferHandle(here, here.outbox.get(found.id))


def cancel(here: Services, text: str) -> TransferHandle:
    """Ask Globus to stop a transfer."""
    return TransferHandle(here, by_id(here, text)).cancel()


def again(here: Services, text: str) -> TransferHandle:
    """Send again what did not arrive, or all if all arrived; only if it is what it was."""
    return TransferHandle(here, here.submitter.retry(by_id(here, text).id))


def _row(one: Transfer) -> tuple[str, ...]:
    asked = datetime.fromtimestamp(one.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
    place = f"{one.destination_name}:{one.destination.path}"
    return (one.label, place, one.state, asked, one.id[:12])


def by_id(here: Services, text: str) -> Transfer:
    """A transfer by its id or the beginning of it, or by the id of one of its tasks."""
    fitting = [
        one for one in here.outbox.all() if one.id.startswith(text) or text in _task_ids(one)
    ]
    if len(fitting) != 1 or not text:
        problem = "several transfers begin so" if fitting else "there is none"
        raise TransferNotFound(f"No transfer is meant by {text!r}: {problem}.")
    return fitting[0]


def _task_ids(one: Transfer) -> set[str | None]:
    ids = {task.task_id for task in one.tasks}
    return ids | {attempt.task_id for task in one.tasks for attempt in task.attempts}
