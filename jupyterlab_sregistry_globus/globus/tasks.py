"""Globus tasks: submit, poll and cancel them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import GlobusRefused, TransferNotFound
from ..models.actions import LoginAction
from ..models.plans import TransferOptions
from .clients import Clients
from .demands import demanded_login
from .refusals import translated

CHECKSUM_ALGORITHM = "SHA256"


@dataclass(frozen=True)
class Item:
    """A file of a task: its source, its destination, and its SHA-256 (hex) if known."""

    source_path: str
    destination_path: str
    sha256: str | None = None


@dataclass(frozen=True)
class Fault:
    """An error of a task: Globus's code, and the endpoint's message."""

    code: str
    message: str


@dataclass(frozen=True)
class TaskNow:
    """The current state of a task.

    :param status: Globus's: ACTIVE, INACTIVE, SUCCEEDED or FAILED.
    :param reason: why it has stopped or failed; empty if it is well.
    :param requires_login: whether it waits for the user to log in.
    :param failure_code: Globus's code for why the task failed; empty if it did not.
    """

    status: str
    reason: str
    is_stuck: bool
    is_paused: bool
    requires_login: bool
    is_canceled: bool
    failure_code: str
    bytes_transferred: int
    bytes_per_second: float | None
    files_transferred: int
    files_skipped: int
    faults: int
    requested_at: float | None
    completed_at: float | None


@dataclass(frozen=True)
class Arrived:
    """A file that a finished task copied; ``sha256`` is hex, None for any other algorithm."""

    destination_path: str
    sha256: str | None
    size_bytes: int | None


class Tasks:
    """The connected user's tasks at Globus."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def new_submission_id(self) -> str:
        """Return an id with which a submission runs once, even if it is sent repeatedly."""
        with translated():
            return str(self._clients.transfer().get_submission_id()["value"])

    def submit(
        self,
        *,
        submission_id: str,
        source_endpoint_id: str,
        destination_endpoint_id: str,
        items: Sequence[Item],
        label: str,
        options: TransferOptions,
        has_sha256: bool = True,
    ) -> str:
        """Submit a task. Safe to repeat with the same submission id after a lost answer.

        :param has_sha256: False leaves the checksum algorithm to the endpoints, and sends no
            checksum to compare with.
        :returns: the task's id.
        :raises TransferConflict: another task with the same paths is in progress.
        """
        from globus_sdk import MISSING, TransferData

        with translated(is_submission=True):
            data = TransferData(
                source_endpoint_id,
                destination_endpoint_id,
                submission_id=submission_id,
                label=label,
                verify_checksum=True,
                preserve_timestamp=options.preserve_timestamp,
                encrypt_data=options.encrypt_data,
                fail_on_quota_errors=True,
                notify_on_succeeded=options.notify,
                notify_on_failed=options.notify,
                notify_on_inactive=options.notify,
                sync_level=MISSING if options.sync == "always" else options.sync,
            )
            for item in items:
                data.add_item(
                    item.source_path,
                    item.destination_path,
                    checksum_algorithm=CHECKSUM_ALGORITHM if has_sha256 else MISSING,
                    external_checksum=(item.sha256 if has_sha256 else None) or MISSING,
                )
            answer = self._clients.transfer().submit_transfer(data)
            code, task_id = str(answer["code"]), str(answer["task_id"])
        if code not in ("Accepted", "Duplicate"):
            raise GlobusRefused(f"Globus did not accept the task: {code}.")
        return task_id

    def ask(self, task_id: str) -> TaskNow:
        """Return the current state of a task.

        :raises TransferNotFound: Globus does not know the task, or no longer.
        """
        with translated(not_found=TransferNotFound):
            return _task_now(self._clients.transfer().get_task(task_id).data)

    def cancel(self, task_id: str) -> None:
        """Ask Globus to cancel a task. A task that has ended is unchanged."""
        with translated(not_found=TransferNotFound):
            self._clients.transfer().cancel_task(task_id)

    def arrived(self, task_id: str) -> list[Arrived]:
        """Return the files that a finished task copied, without those that it skipped."""
        with translated(not_found=TransferNotFound):
            pages = self._clients.transfer().paginated.task_successful_transfers(task_id)
            return [_arrived(document) for page in pages for document in page["DATA"]]

    def last_fault(self, task_id: str) -> Fault | None:
        """Return the last error of a task, or None."""
        with translated(not_found=TransferNotFound):
            events = self._clients.transfer().task_event_list(
                task_id, limit=1, query_params={"filter": "is_error:1"}
            )
            for event in events["DATA"]:
                message = str(event.get("details") or event.get("description") or "").strip()
                return Fault(str(event.get("code") or ""), message)
        return None

    def pause_message(self, task_id: str) -> str:
        """Return the message of the administrators who paused a task; empty if they left none."""
        with translated(not_found=TransferNotFound):
            rules = self._clients.transfer().task_pause_info(task_id)["pause_rules"]
            return " ".join(str(rule.get("message") or "").strip() for rule in rules).strip()

    def demanded_login(self, *endpoint_ids: str) -> LoginAction:
        """Return the login that lets a task between these endpoints continue."""
        return demanded_login(self._clients, endpoint_ids)

    def view_url(self, task_id: str) -> str:
        """Return the address of the task's page in the Globus web app."""
        from globus_sdk.config import get_webapp_url

        return f"{get_webapp_url()}activity/{task_id}/overview"


def _task_now(document: Mapping[str, Any]) -> TaskNow:
    status = str(document["status"])
    fatal = document.get("fatal_error") or {}
    nice = document.get("nice_status")
    is_stuck = status in ("ACTIVE", "INACTIVE") and nice not in (None, "OK", "Queued")
    reason = ""
    if status == "FAILED":
        reason = str(fatal.get("description") or fatal.get("code") or "")
    elif is_stuck or document.get("is_paused"):
        details = document.get("nice_status_short_description") or document.get(
            "nice_status_details"
        )
        reason = str(details or nice)
    elif nice == "Queued":
        reason = "Queued at Globus."
    return TaskNow(
        status=status,
        reason=reason,
        is_stuck=is_stuck or bool(document.get("is_paused")),
        is_paused=bool(document.get("is_paused")),
        requires_login=status == "INACTIVE" or (status == "ACTIVE" and nice == "AUTH"),
        is_canceled=status == "FAILED" and fatal.get("code") == "CANCELED",
        failure_code=str(fatal.get("code") or "") if status == "FAILED" else "",
        bytes_transferred=int(document.get("bytes_transferred") or 0),
        bytes_per_second=document.get("effective_bytes_per_second"),
        files_transferred=int(document.get("files_transferred") or 0),
        files_skipped=int(document.get("files_skipped") or 0),
        faults=int(document.get("faults") or 0),
        requested_at=_seconds(document.get("request_time")),
        completed_at=_seconds(document.get("completion_time")),
    )


def _arrived(document: Mapping[str, Any]) -> Arrived:
    is_sha256 = str(document.get("checksum_algorithm") or "").upper() == CHECKSUM_ALGORITHM
    size = document.get("size")
    return Arrived(
        destination_path=str(document["destination_path"]),
        sha256=str(document["checksum"]).lower()
        if is_sha256 and document.get("checksum")
        else None,
        size_bytes=None if size is None else int(size),
    )


def _seconds(text: Any) -> float | None:
    if not text:
        return None
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
