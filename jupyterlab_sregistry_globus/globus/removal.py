"""Removing a folder that this program made on an endpoint."""

from __future__ import annotations

import time

from .clients import Clients
from .refusals import translated
from .tasks import Tasks

POLL_S = 1.0


class Removal:
    """Removes folders as the connected user, with tasks of Globus."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._tasks = Tasks(clients)

    def remove_folder(self, endpoint_id: str, path: str, timeout_s: float) -> bool:
        """Remove a folder with everything in it, and wait; return whether it is gone.

        :param path: the folder itself. A missing one counts as removed.
        :raises PermissionRefused: the user may not write there.
        """
        from globus_sdk import DeleteData

        with translated(is_submission=True):
            data = DeleteData(
                endpoint=endpoint_id,
                label="Remove the folder of a check",
                recursive=True,
                ignore_missing=True,
                notify_on_succeeded=False,
                notify_on_failed=False,
                notify_on_inactive=False,
            )
            data.add_item(path)
            task_id = str(self._clients.transfer().submit_delete(data)["task_id"])
        until = time.monotonic() + timeout_s
        while True:
            status = self._tasks.ask(task_id).status
            if status in ("SUCCEEDED", "FAILED"):
                return status == "SUCCEEDED"
            if time.monotonic() > until:
                return False
            time.sleep(POLL_S)
