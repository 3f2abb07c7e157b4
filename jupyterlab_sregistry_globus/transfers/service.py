"""Everything that a face can do with transfers, behind one class."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from itertools import compress
from threading import Event

from ..errors import BadRequest, SRegistryGlobusError, StoreUnavailable, TransferNotFound
from ..models.plans import Plan, PlanRequest, PullRequest
from ..models.receipts import Receipt
from ..models.transfers import ClearedTransfers, Transfer, TransferPage
from .outbox import Outbox
from .planning.checks import check_plan, label_of
from .planning.planner import Planner
from .planning.puller import DownloadPlan, Puller
from .planning.retries import downloads_to_retry, retry_request
from .receipts.receipt import receipt
from .running.downloads.downloader import Downloader
from .running.follower import Follower
from .running.submitter import Submitter
from .running.uploads.uploader import Uploader
from .staging.stager import Stager
from .waiting import poll_to_end

PAGE = 200
MAX_PAGE = 1000


class Transfers:
    """Plans, starts, follows and repeats transfers.

    :param username: returns the connected identity's name, for receipts; empty if none is
        connected.
    :param hurry: set to have every transfer polled at the next step.
    :param poll_min_s: seconds between the first two polls of a wait.
    :param poll_max_s: the interval grows up to this.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        planner: Planner,
        puller: Puller,
        submitter: Submitter,
        stager: Stager,
        uploader: Uploader,
        downloader: Downloader,
        follower: Follower,
        username: Callable[[], str],
        hurry: Event,
        poll_min_s: float,
        poll_max_s: float,
    ) -> None:
        self._outbox = outbox
        self._planner = planner
        self._puller = puller
        self._submitter = submitter
        self._stager = stager
        self._uploader = uploader
        self._downloader = downloader
        self._follower = follower
        self._username = username
        self._hurry = hurry
        self._poll_min_s = poll_min_s
        self._poll_max_s = poll_max_s

    def plan(self, request: PlanRequest) -> Plan:
        """Decide how each image will reach the destination, and what might stop it; send nothing.

        :raises ConsentRequired: an endpoint requires a consent; carries the login to offer.
        """
        return self._planner.plan(request)

    def check(self, request: PlanRequest) -> Plan:
        """Return the plan of a request that could be sent as it is; send nothing.

        :raises NotSendable: the plan has a blocking warning.
        :raises ImageChanged: an image is no longer what the request says the user saw.
        :raises LabelMalformed: the label is too long, or not a single line of text.
        """
        plan = self._plan_to_send(request)
        label_of(request.options, plan.images)
        return plan

    def start(self, request: PlanRequest, *, origin: str) -> Transfer:
        """Plan, record and submit a transfer.

        :param origin: ``panel``, ``magic`` or ``cli``.
        :raises NotSendable: the plan has a blocking warning.
        :raises ImageChanged: an image is no longer what the request says the user saw.
        :raises StoreUnavailable: the record cannot be written; nothing was submitted.
        """
        return self._start(request, origin=origin)

    def pull(self, request: PullRequest, *, origin: str) -> Transfer:
        """Pull images from endpoints into a folder registry of this host.

        :param origin: ``panel``, ``magic`` or ``cli``.
        :raises RegistryNotFound: no folder registry has that name, or none is configured.
        :raises PathNotServed: no endpoint of this host can write there, nor can this host itself.
        :raises NotSendable: a file of that name exists, or the plan has a blocking warning.
        """
        plan = self._puller.plan(request)
        if isinstance(plan, DownloadPlan):
            return self._start_downloads(plan, origin=origin)
        return self._start(plan, origin=origin)

    def page(self, offset: int = 0, limit: int = PAGE, since: int | None = None) -> TransferPage:
        """Return the user's transfers, newest first.

        :param limit: at most 1000.
        :param since: a revision from an earlier page; returns every transfer changed after it, and
            the ids of removed ones, whatever ``offset`` and ``limit`` are.
        """
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise BadRequest(f"limit must be 1 to {MAX_PAGE}, and offset must not be negative.")
        if since is not None:
            return self._outbox.changed_since(since)
        return self._outbox.page(offset=offset, limit=limit)

    def get(self, transfer_id: str) -> Transfer:
        """Return the transfer with this id, as recorded.

        :raises TransferNotFound: no transfer has that id.
        """
        return self._outbox.get(transfer_id)

    def find(self, text: str, *, also_cleared: bool = False) -> Transfer:
        """Return the transfer whose id begins with a text, or that has a Globus task with that id.

        :param also_cleared: look among cleared transfers, too.
        :raises TransferNotFound: no transfer matches, or several do.
        """
        recorded = self._outbox.read_all()
        if also_cleared:
            recorded += self._outbox.read_cleared()
        matches = [
            transfer
            for transfer in recorded
            if transfer.id.startswith(text) or any(text in task.task_ids for task in transfer.tasks)
        ]
        if not matches or not text:
            raise TransferNotFound(
                f"No transfer matches {text!r}. List your transfers to see their ids."
            )
        if len(matches) > 1:
            raise TransferNotFound(f"{text!r} matches several transfers. Type more of the id.")
        return matches[0]

    def refresh(self, transfer_id: str) -> Transfer:
        """Ask Globus about a transfer now, and return it.

        :raises TransferNotFound: no transfer has that id.
        """
        self._follower.poll_transfer(self._outbox.get(transfer_id))
        return self._outbox.get(transfer_id)

    def cancel(self, transfer_id: str) -> Transfer:
        """Ask Globus to stop a transfer. Files that arrived stay.

        :raises TransferNotFound: no transfer has that id.
        :raises TransferFinished: it has ended.
        """
        transfer = self._submitter.cancel(transfer_id)
        self._stager.interrupt(transfer_id)
        for work in (self._uploader, self._downloader):
            work.interrupt(transfer_id)
            work.advance(transfer)
        return transfer

    def interrupt(self, transfer_id: str) -> None:
        """End the requests of a transfer's uploads and downloads; they continue later."""
        for work in (self._uploader, self._downloader):
            work.interrupt(transfer_id)

    def clean(self, transfer_id: str) -> Transfer:
        """Remove the temporary files that an ended transfer left at its destination.

        :raises TransferNotFound: no transfer has that id.
        :raises TransferActive: it has not ended.
        :raises SRegistryGlobusError: something could not be removed; the rest was.
        """
        self._uploader.clean(self._outbox.get(transfer_id))
        return self._outbox.get(transfer_id)

    def retry(self, transfer_id: str) -> Transfer:
        """Send what did not arrive once more, or everything if all arrived, as a new transfer.

        :raises TransferNotFound: no transfer has that id.
        :raises TransferActive: it has not ended yet.
        :raises ImageChanged: an image is no longer what was sent.
        """
        transfer = self._outbox.get(transfer_id)
        downloads = downloads_to_retry(transfer)
        if downloads:
            plan = self._puller.download_again(transfer, downloads)
            return self._start_downloads(plan, origin=transfer.origin, retry_of=transfer.id)
        request = retry_request(transfer)
        return self._start(request, origin=transfer.origin, retry_of=transfer.id)

    def wait(
        self,
        transfer_id: str,
        timeout_s: float | None = None,
        on_change: Callable[[Transfer], None] = lambda _: None,
    ) -> Transfer:
        """Wait until a transfer ends, polling Globus, and return it, whether it succeeded or not.

        :param timeout_s: seconds after which to stop waiting; the transfer continues. None waits
            on.
        :param on_change: called with the transfer at first, and whenever it has changed.
        :raises TransferNotFound: no transfer has that id.
        :raises TimeoutError: it has not ended in time.
        """
        transfer = poll_to_end(
            partial(self.refresh, transfer_id),
            timeout_s,
            on_change,
            least_s=self._poll_min_s,
            most_s=self._poll_max_s,
        )
        # A terminal may have no server beside it that would do this.
        with contextlib.suppress(SRegistryGlobusError):
            self._puller.list_again(transfer)
        self._follower.settle(transfer)
        return transfer

    def clear(self, transfer_id: str) -> None:
        """Take a finished transfer off the record. Its receipt stays, and it can be restored.

        :raises TransferNotFound: no transfer has that id.
        :raises TransferActive: it has not ended.
        """
        self._outbox.clear(transfer_id)

    def clear_finished(self) -> ClearedTransfers:
        """Take every finished transfer off the record; return which, to restore them."""
        return ClearedTransfers(self._outbox.clear_finished())

    def restore(self, cleared: ClearedTransfers) -> ClearedTransfers:
        """Put cleared transfers back on the record; return those that there were."""
        return ClearedTransfers(self._outbox.restore(cleared.ids))

    def receipt(self, transfer_id: str) -> Receipt:
        """Return the receipt of a transfer, even if it was cleared.

        :raises TransferNotFound: no transfer has that id.
        """
        return receipt(self._outbox.get_cleared(transfer_id), self._username())

    def step(self) -> int:
        """Do one round of background work; return how many transfers are unfinished."""
        return self._follower.step()

    @property
    def has_record(self) -> bool:
        """Whether anything was ever sent, as far as the last step knows. Opens nothing."""
        return self._follower.has_record

    def hurry(self) -> None:
        """Poll every transfer at the next step: something happened that may let them continue."""
        self._hurry.set()

    @property
    def activities(self) -> tuple[str, ...]:
        """What this program is doing for transfers, which ends if it does."""
        busy = (self._stager.is_busy, self._uploader.is_busy, self._downloader.is_busy)
        return tuple(compress(("staging", "uploads", "downloads"), busy))

    def close(self) -> None:
        """End downloads and uploads soon, and let other programs take over at once."""
        self._stager.close()
        self._uploader.close()
        self._downloader.close()
        # A lease that cannot be given back expires by itself.
        with contextlib.suppress(StoreUnavailable):
            self._outbox.release_all()

    def _plan_to_send(self, request: PlanRequest) -> Plan:
        plan = self._planner.plan_to_send(request)
        check_plan(plan)
        return plan

    def _start_downloads(
        self, plan: DownloadPlan, *, origin: str, retry_of: str | None = None
    ) -> Transfer:
        label = label_of(plan.options, plan.images)
        return self._submitter.start_downloads(plan, label=label, origin=origin, retry_of=retry_of)

    def _start(self, request: PlanRequest, *, origin: str, retry_of: str | None = None) -> Transfer:
        plan = self._plan_to_send(request)
        label = label_of(request.options, plan.images)
        self._planner.create_folder(plan)
        return self._submitter.start(
            plan, label=label, options=request.options, origin=origin, retry_of=retry_of
        )
