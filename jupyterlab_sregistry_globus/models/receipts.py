"""What was sent, whereto, and the proof, as a document of its own."""

from __future__ import annotations

from datetime import datetime

import msgspec

from .plans import Location
from .transfers import Attempt, TaskState, TransferState


class ReceiptImage(msgspec.Struct, frozen=True):
    """One image.

    :param source: its full reference, or the path of a local file.
    :param task_id: of the task at Globus that moved it.
    :param digest_asked: what it had to be; None where nobody knew it beforehand.
    :param digest_computed: what Globus computed at the destination; None where it told none.
    :param has_arrived: whether it is known to be at the destination.
    :param is_verified: the two digests are equal; None where one of them is missing.
    :param uuid: the SIF's id; None where it was not read.
    """

    source: str
    name: str
    route: str
    source_endpoint_id: str
    source_endpoint_name: str
    source_path: str
    destination_path: str
    task_id: str | None
    has_arrived: bool
    digest_asked: str | None = None
    digest_computed: str | None = None
    is_verified: bool | None = None
    size_bytes: int | None = None
    arch: str | None = None
    uuid: str | None = None
    note: str = ""


class ReceiptTask(msgspec.Struct, frozen=True):
    """One task at Globus; ``attempts`` are earlier ones that it took the place of."""

    task_id: str | None
    submission_id: str
    state: TaskState
    source_endpoint_id: str
    source_endpoint_name: str
    requested_at: datetime | None = None
    completed_at: datetime | None = None
    bytes_transferred: int = 0
    faults: int = 0
    reason: str = ""
    view_url: str | None = None
    attempts: tuple[Attempt, ...] = ()


class Receipt(msgspec.Struct, frozen=True):
    """A transfer, to be kept.

    :param state: a receipt of what has not ended says how it stands.
    :param person: who sent it, as Globus knows them.
    :param software: versions of what sent it.
    """

    id: str
    label: str
    state: TransferState
    person: str
    asked_at: datetime
    destination: Location
    destination_name: str
    images: tuple[ReceiptImage, ...]
    tasks: tuple[ReceiptTask, ...]
    software: dict[str, str]
    completed_at: datetime | None = None
