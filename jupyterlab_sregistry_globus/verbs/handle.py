"""A transfer, as an object in a notebook."""

from __future__ import annotations

import html
import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import TransferFailed
from ..models.transfers import GlobusTask, Transfer
from ..services import Services
from ..transfers.running.progress import is_finished
from ..units import human_bytes

if TYPE_CHECKING:
    from .receipts import ReceiptSheet

MIME_TYPE = "application/vnd.sregistry-globus.transfer+json"


class TransferHandle:
    """A transfer that was asked for. It draws itself as it stands; in JupyterLab as a live card.

    :param transfer: the transfer as it was written down.
    """

    def __init__(self, services: Services, transfer: Transfer) -> None:
        self._services = services
        self._transfer = transfer

    @property
    def id(self) -> str:
        """The transfer's id."""
        return self._transfer.id

    @property
    def data(self) -> Transfer:
        """The transfer as it was known last, for programs."""
        return self._transfer

    @property
    def transfer(self) -> Transfer:
        """The transfer as the outbox knows it now."""
        self._transfer = self._services.outbox.get(self._transfer.id)
        return self._transfer

    @property
    def tasks(self) -> tuple[GlobusTask, ...]:
        """Its tasks at Globus, one for each source endpoint."""
        return self.transfer.tasks

    @property
    def status(self) -> str:
        """``written``, ``active``, ``succeeded``, ``failed`` or ``canceled``."""
        return self.transfer.state

    @property
    def receipt(self) -> ReceiptSheet:
        """What arrived, and the proof; ``.receipt.save(FILE)`` keeps it."""
        from .receipts import ReceiptSheet

        return ReceiptSheet(self._services.receipt(self.id))

    def wait(
        self, timeout_s: float | None = None, *, show_progress: bool = False
    ) -> TransferHandle:
        """Wait for the end, asking Globus now and then. What keeps it from moving is printed.

        :param timeout_s: seconds after which to stop waiting; the transfer goes on. None waits on.
        :param show_progress: print a line that says how far it is, too.
        :raises TransferFailed: it ended without arriving.
        :raises TimeoutError: it has not ended in time.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        pause_s = self._services.settings.poll_min_s
        bar = _Bar(is_quiet=not show_progress)
        while True:
            self._services.follower.look(self.transfer)
            transfer = self.transfer
            bar.show(transfer)
            if is_finished(transfer):
                break
            if until is not None and time.monotonic() + pause_s > until:
                raise TimeoutError(
                    f"{transfer.label} has not arrived after {timeout_s} s; it goes on."
                )
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.2, self._services.settings.poll_max_s)
        self._services.puller.note_ended(transfer.id)
        if transfer.state != "succeeded":
            raise TransferFailed(f"{transfer.label}: {_outcome(transfer)}")
        return self

    def cancel(self) -> TransferHandle:
        """Ask Globus to stop; files that arrived stay.

        :raises TransferFinished: it has ended.
        """
        self._transfer = self._services.submitter.cancel(self.id)
        return self

    def again(self) -> TransferHandle:
        """Send again what did not arrive, or all if all arrived.

        :raises ImageChanged: an image is no longer what was sent.
        """
        return TransferHandle(self._services, self._services.submitter.retry(self.id))

    def __repr__(self) -> str:
        return _text(self._transfer)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        transfer = self._transfer
        return {
            "text/plain": _text(transfer),
            "text/html": f"<pre>{html.escape(_text(transfer))}</pre>",
            MIME_TYPE: {"transfer": msgspec.to_builtins(transfer)},
        }


class _Bar:
    """One line that is written over and over; what keeps a transfer from moving gets lines of its own.

    :param is_quiet: show nothing but those lines, on standard error.
    """

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._told: set[str] = set()

    def show(self, transfer: Transfer) -> None:
        for reason in _reasons(transfer):
            if reason not in self._told and not is_finished(transfer):
                self._told.add(reason)
                end = "" if self._is_quiet else "\n"
                text = f"{end}{transfer.label}: {reason} Still waiting; cancel it, or cure that."
                print(text, file=sys.stderr if self._is_quiet else None, flush=True)
        if self._is_quiet:
            return
        is_staging = any(task.state == "staging" for task in transfer.tasks)
        done = sum(
            task.bytes_staged if task.state == "staging" else task.bytes_transferred
            for task in transfer.tasks
        )
        totals = [task.bytes_total for task in transfer.tasks]
        whole = sum(t for t in totals if t is not None) if None not in totals else None
        share = f"{min(100, 100 * done // whole)} %" if whole else human_bytes(done)
        end = "\n" if is_finished(transfer) else ""
        state = "downloading to this machine" if is_staging else transfer.state
        print(f"\r{transfer.label}: {state} {share}   ", end=end, flush=True)  # noqa: T201


def _text(transfer: Transfer) -> str:
    lines = [
        f"{transfer.label} → {transfer.destination_name}:{transfer.destination.path} — {_outcome(transfer)}"
    ]
    for task in transfer.tasks:
        lines.append(f"  {_stand(task)}")
        arrived = {one.destination_path: one for one in task.arrivals}
        for image in task.images:
            digest = None
            if image.destination_path in arrived:
                digest = arrived[image.destination_path].digest
            mark = digest or image.digest or ""
            name = image.source.reference or image.source.path
            lines.append(f"  {name} → {image.destination_path} {mark}".rstrip())
    return "\n".join("".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines)


def _stand(task: GlobusTask) -> str:
    if task.state == "staging":
        done = human_bytes(task.bytes_staged)
        return (
            f"downloaded to this machine first, {done} so far; goes on while JupyterLab runs, "
            "or with --wait"
        )
    return f"task {task.task_id or 'not yet accepted by Globus'}"


def _reasons(transfer: Transfer) -> list[str]:
    """Why it does not move, or did not arrive, each once."""
    return list(dict.fromkeys(_sentence(task.reason) for task in transfer.tasks if task.reason))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _outcome(transfer: Transfer) -> str:
    reasons = _reasons(transfer)
    words = {
        "written": "written down, waiting for Globus",
        "active": "under way",
        "succeeded": "arrived",
        "failed": "failed",
        "canceled": "canceled",
    }[transfer.state]
    return f"{words}: {' '.join(reasons)}" if reasons else words
