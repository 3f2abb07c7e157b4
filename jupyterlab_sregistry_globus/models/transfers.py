"""Sends, their tasks, and the proof of arrival."""

from __future__ import annotations

from typing import Literal

import msgspec

from .actions import LoginAction
from .plans import Location, PlannedImage, TransferOptions

TaskState = Literal["staging", "written", "active", "succeeded", "failed", "canceled"]


class Arrival(msgspec.Struct, frozen=True):
    """One file that is at the destination.

    :param digest: what Globus computed there; None where it reported none.
    :param is_verified: the digest equals the one asked for; None where there was none to compare.
    :param note: such as that an identical file was already there.
    """

    destination_path: str
    digest: str | None = None
    size_bytes: int | None = None
    is_verified: bool | None = None
    note: str = ""


class Attempt(msgspec.Struct, frozen=True):
    """A task at Globus that did not do, and that another one has taken the place of.

    :param reason: why another one was needed.
    """

    submission_id: str
    task_id: str | None
    reason: str
    completed_at: float | None = None


class GlobusTask(msgspec.Struct, frozen=True):
    """The part of a transfer that one Globus task does: one source endpoint, one destination.

    :param submission_id: fetched and stored before submitting; submitting it twice runs it once.
    :param state: ``staging``: being downloaded to this host; ``written``: on disk, not yet accepted by
        Globus; ``active``: Globus works on it.
    :param bytes_staged: of the images that reach their destination by way of this host.
    :param task_id: None until Globus accepted the task.
    :param reason: why it does not move, or why it failed, in Globus's words; empty while all is well.
    :param login: what to log in with, so that it goes on; None where no login would help.
    :param bytes_per_second: mean rate since the task began, as Globus reports it.
    :param view_url: the task's page in the Globus web app.
    :param attempts: earlier tasks at Globus in whose place this one is, oldest first.
    :param gives_digests: whether Globus is told which digest each image must have; False once an
        endpoint has shown that it cannot compute such.
    :param is_to_be_replaced: it is being ended, and another attempt follows.
    """

    submission_id: str
    source_endpoint_id: str
    source_endpoint_name: str
    images: tuple[PlannedImage, ...]
    state: TaskState = "written"
    task_id: str | None = None
    reason: str = ""
    is_stuck: bool = False
    login: LoginAction | None = None
    bytes_transferred: int = 0
    bytes_total: int | None = None
    bytes_staged: int = 0
    bytes_per_second: float | None = None
    files_transferred: int = 0
    files_skipped: int = 0
    faults: int = 0
    requested_at: float | None = None
    completed_at: float | None = None
    view_url: str | None = None
    arrivals: tuple[Arrival, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    gives_digests: bool = True
    is_to_be_replaced: bool = False


TransferState = Literal["written", "active", "succeeded", "failed", "canceled"]


class Transfer(msgspec.Struct, frozen=True):
    """What a person asked for.

    :param state: ``written``: on disk, not yet accepted by Globus; then as its tasks: ``active``
        while one is, ``failed`` if one failed, ``canceled`` if one was, else ``succeeded``.
    :param origin: where it was asked for: ``panel``, ``magic`` or ``cli``.
    :param is_cancel_asked: the person asked to cancel and Globus has not confirmed it yet.
    :param retry_of: id of the transfer that this one repeats.
    :param software: versions of what sent it.
    """

    id: str
    label: str
    created_at: float
    state: TransferState
    destination: Location
    destination_name: str
    tasks: tuple[GlobusTask, ...]
    options: TransferOptions = TransferOptions()
    origin: str = "panel"
    is_cancel_asked: bool = False
    retry_of: str | None = None
    software: dict[str, str] = {}


class TransferPage(msgspec.Struct, frozen=True):
    """A person's transfers, newest first."""

    transfers: tuple[Transfer, ...]
