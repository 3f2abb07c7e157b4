"""Receipts: what was sent where, and how that is known, as documents of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from .tasks import Attempt, Proof, TaskState
from .transfers import Place, TransferState


class ReceiptImage(msgspec.Struct, frozen=True):
    """One image.

    :param source: its full reference, or the path of a file.
    :param task_key: of the receipt's task that moved it.
    :param task_id: of the task at Globus that moved it; None if this host did.
    :param digest_asked: the digest it was expected to have; None if it was not known beforehand.
    :param digest_computed: the digest of the file at the destination; None if it was not computed.
    :param has_arrived: whether it is known to be at the destination.
    :param is_verified: whether the two digests are equal; None if one of them is missing.
    :param proof: how the arrival is known; None if it has not arrived.
    :param uuid: the SIF's id; None if its header was not read.
    """

    source: str
    name: str
    route: str
    source_endpoint_id: str
    source_endpoint_name: str
    source_path: str
    destination_path: str
    task_key: str
    task_id: str | None
    has_arrived: bool
    digest_asked: str | None = None
    digest_computed: str | None = None
    is_verified: bool | None = None
    proof: Proof | None = None
    size_bytes: int | None = None
    arch: str | None = None
    uuid: str | None = None
    note: str = ""


class ReceiptTask(msgspec.Struct, frozen=True):
    """One task at Globus, one upload, or one download; what only Globus has is empty otherwise.

    :param key: its submission_id, or the id of the upload or download.
    :param attempts: earlier tasks at Globus that this one replaced, oldest first.
    """

    kind: Literal["globus", "upload", "download"]
    key: str
    state: TaskState
    task_id: str | None = None
    submission_id: str | None = None
    source_endpoint_id: str = ""
    source_endpoint_name: str = ""
    requested_at: datetime | None = None
    completed_at: datetime | None = None
    bytes_transferred: int = 0
    faults: int = 0
    reason: str = ""
    view_url: str | None = None
    attempts: tuple[Attempt, ...] = ()


class Receipt(msgspec.Struct, frozen=True):
    """A transfer, to be kept.

    :param state: the receipt of an unfinished transfer shows its state so far.
    :param person: the identity that sent it, as Globus knows it.
    :param software: versions of the software that sent it.
    """

    id: str
    label: str
    state: TransferState
    person: str
    asked_at: datetime
    destination: Place
    destination_name: str
    images: tuple[ReceiptImage, ...]
    tasks: tuple[ReceiptTask, ...]
    software: dict[str, str]
    completed_at: datetime | None = None
