"""The parts of a transfer: tasks at Globus, and uploads and downloads over HTTPS."""

from __future__ import annotations

from typing import Literal

import msgspec

from .actions import LoginAction
from .plans import PlannedImage

TaskState = Literal["staging", "written", "active", "succeeded", "failed", "canceled"]
Proof = Literal["globus", "read_back", "received", "size", "name"]


class Arrival(msgspec.Struct, frozen=True):
    """One file that is at the destination.

    :param digest: of the file at the destination; None if it was not computed there.
    :param is_verified: whether the digest equals the expected one; None without one to compare.
    :param note: a remark, such as that an identical file already existed.
    :param proof: how the facts are known: ``globus``: Globus compared checksums; ``read_back``:
        read back over HTTPS and hashed; ``received``: hashed by this host while it was received, or
        compared with such a file; ``size``: by its size only; ``name``: a file of that name was
        there, and was not compared.
    """

    destination_path: str
    digest: str | None = None
    size_bytes: int | None = None
    is_verified: bool | None = None
    note: str = ""
    proof: Proof = "globus"


class Attempt(msgspec.Struct, frozen=True):
    """An earlier task at Globus that was replaced by another one.

    :param reason: why it was replaced.
    """

    submission_id: str
    task_id: str | None
    reason: str
    completed_at: float | None = None


class _Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a task at Globus, an upload and a download have in common.

    :param state: ``staging``: being downloaded to this host; ``written``: recorded, not started
        yet; ``active``: bytes are moving, or Globus has accepted the task.
    :param reason: why the task does not progress, or why it failed; empty while all is well.
    :param login: the login that would let it continue; None if no login would help.
    :param bytes_per_second: mean rate since the task began.
    """

    state: TaskState = "written"
    reason: str = ""
    is_stuck: bool = False
    login: LoginAction | None = None
    bytes_transferred: int = 0
    bytes_total: int | None = None
    bytes_per_second: float | None = None
    requested_at: float | None = None
    completed_at: float | None = None
    arrivals: tuple[Arrival, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the task."""
        return self.state in ("succeeded", "failed", "canceled")

    def arrival_of(self, image: PlannedImage) -> Arrival | None:
        """Return the arrival of one of the task's images; None if it has not arrived."""
        for arrival in self.arrivals:
            if arrival.destination_path == image.destination_path:
                return arrival
        return None


class GlobusTask(_Task, frozen=True, kw_only=True, tag="globus", tag_field="kind"):
    """The part of a transfer that one Globus task does: one source endpoint, one destination.

    :param submission_id: fetched and stored before submitting; submitting it twice runs it once.
    :param staging_failures: how often its download failed in a row.
    :param retry_at: when a failed download is tried again, in seconds since 1970.
    :param bytes_staged: downloaded to this host so far, for images that take the staged route.
    :param task_id: None until Globus has accepted the task.
    :param view_url: the task's page in the Globus web app.
    :param attempts: earlier tasks that this one replaces, oldest first.
    :param gives_digests: whether Globus is given the digest each image must have; False once an
        endpoint has turned out not to compute SHA-256.
    :param is_to_be_replaced: whether the task is being ended so that another attempt can follow.
    """

    submission_id: str
    source_endpoint_id: str
    source_endpoint_name: str
    images: tuple[PlannedImage, ...]
    task_id: str | None = None
    bytes_staged: int = 0
    staging_failures: int = 0
    retry_at: float | None = None
    files_transferred: int = 0
    files_skipped: int = 0
    faults: int = 0
    view_url: str | None = None
    attempts: tuple[Attempt, ...] = ()
    gives_digests: bool = True
    is_to_be_replaced: bool = False

    @property
    def key(self) -> str:
        """What tells the task from the transfer's other tasks."""
        return self.submission_id

    @property
    def task_ids(self) -> frozenset[str]:
        """Every id under which Globus knows the task or an earlier attempt."""
        ids = (self.task_id, *(attempt.task_id for attempt in self.attempts))
        return frozenset(task_id for task_id in ids if task_id is not None)


class UploadAttempt(msgspec.Struct, frozen=True):
    """One PUT of one image, recorded before it starts.

    :param temporary_path: where the bytes go at the destination; never written to twice.
    :param reason: why the attempt ended without success; empty while it runs or if it succeeded.
    :param is_leftover: whether its temporary file may still be at the destination.
    :param digest: of the bytes that were sent; None until the server has taken all of them.
    """

    temporary_path: str
    started_at: float
    completed_at: float | None = None
    bytes_transferred: int = 0
    reason: str = ""
    is_leftover: bool = True
    digest: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the server has taken all bytes."""
        return self.digest is not None and not self.reason


class UploadedImage(PlannedImage, frozen=True):
    """One image of an upload, with its own progress.

    :param state: as of a task; ``reason`` is still the reason for the route.
    :param problem: why the image does not progress, or why it failed.
    :param attempts: its PUTs, oldest first; the last one is current.
    :param copy_submission_id: of the Globus task that copies the temporary file to its final name;
        None if the file is renamed instead.
    :param copy_task_id: of the same task, once Globus has accepted it.
    :param proof: how the temporary file was checked; None until it was.
    :param is_committing: whether the file may have got its final name already.
    :param downloads: how often the image was downloaded from its registry.
    :param retry_at: when the upload is tried again, in seconds since 1970; None if it is not.
    """

    state: TaskState = "written"
    problem: str = ""
    bytes_transferred: int = 0
    bytes_per_second: float | None = None
    attempts: tuple[UploadAttempt, ...] = ()
    copy_submission_id: str | None = None
    copy_task_id: str | None = None
    proof: Proof | None = None
    is_committing: bool = False
    downloads: int = 0
    retry_at: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the image."""
        return self.state in ("succeeded", "failed", "canceled")

    @property
    def leftovers(self) -> tuple[UploadAttempt, ...]:
        """Attempts whose temporary file may still be at the destination."""
        return tuple(attempt for attempt in self.attempts if attempt.is_leftover)


class Upload(_Task, frozen=True, kw_only=True, tag="upload", tag_field="kind"):
    """The part of a transfer that this host uploads over HTTPS to one destination endpoint.

    :param upload_id: made by this host.
    :param destination_endpoint_id: the endpoint that receives the images.
    :param host: this host's name: another one may lack the files.
    """

    upload_id: str
    destination_endpoint_id: str
    images: tuple[UploadedImage, ...]
    host: str = ""

    @property
    def key(self) -> str:
        """What tells the upload from the transfer's other tasks."""
        return self.upload_id

    @property
    def task_ids(self) -> frozenset[str]:
        """Every id under which Globus knows a part of the upload."""
        ids = (image.copy_task_id for image in self.images)
        return frozenset(task_id for task_id in ids if task_id is not None)


class DownloadedImage(PlannedImage, frozen=True):
    """One image of a download, with its own progress.

    :param state: as of a task; ``reason`` is still the reason for the route.
    :param problem: why the image does not progress, or why it failed.
    :param modified: when the source was modified, as its endpoint writes it; bytes that are here
        count only as long as this and the size stay the same.
    :param failures: how often its download broke off in a row without a new byte.
    :param retry_at: when it is tried again, in seconds since 1970; None if it is not.
    """

    state: TaskState = "written"
    problem: str = ""
    bytes_transferred: int = 0
    bytes_per_second: float | None = None
    modified: str | None = None
    failures: int = 0
    retry_at: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the image."""
        return self.state in ("succeeded", "failed", "canceled")


class Download(_Task, frozen=True, kw_only=True, tag="download", tag_field="kind"):
    """The part of a transfer that this host downloads over HTTPS from one source endpoint.

    :param download_id: made by this host.
    :param folder: absolute; holds the unfinished files, and nothing else.
    :param host: this host's name: another one may not have the folder.
    """

    download_id: str
    source_endpoint_id: str
    source_endpoint_name: str
    folder: str
    images: tuple[DownloadedImage, ...]
    host: str = ""

    @property
    def key(self) -> str:
        """What tells the download from the transfer's other tasks."""
        return self.download_id

    @property
    def task_ids(self) -> frozenset[str]:
        """Globus knows nothing of a download."""
        return frozenset()


Task = GlobusTask | Upload | Download
