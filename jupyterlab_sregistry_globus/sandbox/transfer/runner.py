"""Running one task, on its own thread."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ..world import World
from . import account, copier, lifecycle, worklist
from .model import Item, Task
from .paths import Place
from .sync import is_current
from .trouble import Stopped, Trouble, check_task, of_os_error, reach

RETRY_S = 0.2
RETRY_MOST_S = 1.0
SAVE_EVERY_S = 0.3


class Runner:
    """Works on a task until it ends or the sandbox closes.

    :param throttle: bytes per second; None for no limit.
    """

    def __init__(
        self, world: World, task: Task, stopping: threading.Event, throttle: int | None
    ) -> None:
        self._world = world
        self._task = task
        self._stopping = stopping
        self._pace = copier.Pace(throttle, self._wait)
        self._saved = 0.0

    def run(self) -> None:
        delay = RETRY_S
        try:
            while True:
                delay = RETRY_S if self._round() else min(RETRY_MOST_S, delay * 1.5)
                self._finish_if_done()
                self._wait(delay)
        except Stopped:
            self._save()

    def _round(self) -> bool:
        """Try each remaining item once; return False if all of them failed."""
        task, went_well = self._task, False
        with self._world.change():
            self._alive()
            if lifecycle.pause(self._world, task):
                return False
        if task.items is None and not self._attempt(self._make_list, None):
            return False
        for item in list(task.items or []):
            if item.state == "pending":
                went_well = self._attempt(lambda: self._work(item), item) or went_well  # noqa: B023
        self._save()
        return went_well

    def _attempt(self, work: Callable[[], None], item: Item | None) -> bool:
        """Do one thing; return False if it failed, which the task then shows."""
        world, task = self._world, self._task
        try:
            with world.change():
                self._alive()
                if lifecycle.pause(world, task):
                    return False
                check_task(world, task, item)
            work()
        except Trouble as met:
            with world.change():
                self._alive()
                if item is not None and met.is_source and task.request.get("skip_source_errors"):
                    item.state = "skipped_error"
                    item.error_code, item.error_details = met.code, met.details
                    return True
                lifecycle.trouble(world, task, met)
            return False
        with world.change():
            self._alive()
            lifecycle.recovered(task)
        self._save(least_s=SAVE_EVERY_S)
        return True

    def _make_list(self) -> None:
        items = worklist.make(self._world, self._task)
        with self._world.change():
            self._task.items = items
            self._task.files = sum(not item.is_directory for item in items)
            self._task.directories = sum(item.is_directory for item in items)
            if self._task.type == "DELETE":
                self._task.files = len(items)

    def _work(self, item: Item) -> None:
        if self._task.type == "DELETE":
            self._delete(item)
        else:
            self._transfer(item)

    def _transfer(self, item: Item) -> None:
        world, task = self._world, self._task
        with world.change():
            source = reach(world, task, worklist.source_of(task), item.source_path, "r")
            destination = reach(
                world, task, worklist.destination_of(task), item.destination_path, "w"
            )
        if item.is_directory:
            _make_folder(destination)
            self._done(item, "done")
            return
        with account.rights(source, destination):
            is_there = is_current(source, destination, task.request.get("sync_level"))
        if is_there:
            self._done(item, "skipped")
            return
        algorithm = item.checksum_algorithm or "SHA256"
        for place in (source, destination):
            supported = place.endpoint.checksum_algorithms
            if item.checksum_algorithm and algorithm not in supported:
                raise Trouble(
                    "ENDPOINT_ERROR",
                    f"{place.endpoint.display_name} can't compute {algorithm} checksums",
                )
        self._copy(item, source, destination, algorithm)
        self._done(item, "done")

    def _copy(self, item: Item, source: Place, destination: Place, algorithm: str) -> None:
        world, task = self._world, self._task
        before = task.bytes_transferred
        verify = bool(task.request.get("verify_checksum", True))

        def publish(appear: Callable[[], None], digest: str) -> None:
            expected = (item.external_checksum or "").lower()
            if expected and expected != digest:
                raise Trouble(
                    "EXTERNAL_CHECKSUM_MISMATCH",
                    f"{item.source_path}: {algorithm} is {digest}, not {expected}",
                    is_fatal=True,
                )
            with world.change():
                self._alive()
                appear()

        try:
            with account.rights(source, destination):
                size, digest = copier.copy(
                    source,
                    destination,
                    token=task.task_id[:8],
                    algorithm=algorithm,
                    verify=verify,
                    preserve_timestamp=bool(task.request.get("preserve_timestamp")),
                    pace=self._pace,
                    progress=self._progress,
                    publish=publish,
                )
            if destination.local.exists():
                account.own(destination)
        except Trouble:
            # Bytes of a failed attempt do not count.
            with world.change():
                task.bytes_transferred = before
            raise
        with world.change():
            item.size = size
            if item.checksum_algorithm is not None:
                item.checksum = digest
            if verify:
                task.bytes_checksummed += size

    def _delete(self, item: Item) -> None:
        world, task = self._world, self._task
        with world.change():
            place = reach(world, task, str(task.request["endpoint"]), item.source_path, "w")
        if place.path == "/":
            raise Trouble("PERMISSION_DENIED", "The root can't be deleted", is_fatal=True)
        if not place.exists:
            if not task.request.get("ignore_missing"):
                raise Trouble("FILE_NOT_FOUND", f"{item.source_path}: not found")
            self._done(item, "skipped")
            return
        is_folder = place.local.is_dir() and not place.local.is_symlink()
        if is_folder and not task.request.get("recursive"):
            raise Trouble("IS_A_DIRECTORY", f"{item.source_path}: is a folder", is_fatal=True)
        try:
            with account.rights(place):
                if is_folder:
                    shutil.rmtree(place.local)
                else:
                    place.local.unlink()
        except OSError as error:
            raise of_os_error(error, item.source_path, is_source=False) from None
        self._done(item, "done")

    def _done(self, item: Item, state: str) -> None:
        task = self._task
        with self._world.change():
            self._alive()
            item.state = state
            if item.is_directory:
                return
            if state == "skipped":
                task.files_skipped += 1
            else:
                task.files_transferred += 1
            if task.files <= 50 and task.type == "TRANSFER":
                details = f"{item.destination_path}: {item.size} bytes, {state}"
                lifecycle.note(self._world, task, "PROGRESS", "progress", details)

    def _finish_if_done(self) -> None:
        task = self._task
        if task.items is None or any(item.state == "pending" for item in task.items):
            return
        mirrors = bool(task.request.get("delete_destination_extra"))
        if mirrors and not self._attempt(self._delete_extra, None):
            return
        with self._world.change():
            self._alive()
            lifecycle.succeed(self._world, task)
        raise Stopped

    def _delete_extra(self) -> None:
        """Remove what the copied folders have and their sources lack."""
        items = self._task.items or []
        kept = {item.destination_path.rstrip("/") for item in items}
        for folder in [item for item in items if item.is_directory]:
            path = folder.destination_path.rstrip("/")
            with self._world.change():
                place = reach(
                    self._world, self._task, worklist.destination_of(self._task), path, "w"
                )
            for entry in list(place.local.iterdir()):
                if f"{path}/{entry.name}" in kept:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()

    def _progress(self, amount: int) -> None:
        with self._world.change():
            self._alive()
            self._task.bytes_transferred += amount
            lifecycle.recovered(self._task)
        self._save(least_s=SAVE_EVERY_S)

    def _save(self, least_s: float = 0.0) -> None:
        """Write the task to the disk, unless it was just written."""
        if time.monotonic() - self._saved < least_s:
            return
        self._saved = time.monotonic()
        with self._world.change():
            if self._task.task_id in self._world.tasks:
                self._world.tasks.put(self._task.task_id, self._task)

    def _alive(self) -> None:
        """Check that the task should continue.

        :raises Stopped: it should not.
        """
        is_deleted = self._world.tasks.get(self._task.task_id) is not self._task
        if self._stopping.is_set() or is_deleted or self._task.completion_time is not None:
            raise Stopped

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._stopping.wait(min(left, 0.05)):
                raise Stopped
            if self._task.completion_time is not None:
                raise Stopped


def _make_folder(destination: Place) -> None:
    path: Path = destination.local
    try:
        is_new = not path.exists()
        with account.rights(destination):
            path.mkdir(parents=True, exist_ok=True)
        if is_new:
            account.own(destination)
    except OSError as error:
        raise of_os_error(error, destination.path, is_source=False) from None
