"""Single files on endpoints, through Globus Transfer: look at them, rename and delete them."""

from __future__ import annotations

import posixpath

from ..errors import FolderExists, FolderNotFound
from ..models.endpoints import FolderEntry
from .clients import Clients
from .documents import entry_of
from .refusals import translated


class EndpointFiles:
    """Files on the endpoints that the connected user can use."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def look_at(self, endpoint_id: str, path: str) -> FolderEntry | None:
        """Return what is at a path; None if nothing is.

        :raises PermissionRefused: the user may not read there.
        """
        try:
            with translated(not_found=FolderNotFound):
                return entry_of(self._clients.transfer().operation_stat(endpoint_id, path).data)
        except FolderNotFound:
            return None

    def can_rename(self, endpoint_id: str, folder: str) -> bool:
        """Tell whether the endpoint's storage can rename files."""
        with translated(not_found=FolderNotFound):
            answer = self._clients.transfer().operation_ls(endpoint_id, path=folder, limit=1)
            return answer.get("rename_supported") is not False

    def rename(self, endpoint_id: str, old: str, new: str) -> bool:
        """Rename a file, where nothing has the new name.

        :returns: False if something has it.
        :raises FolderNotFound: the file does not exist.
        """
        try:
            with translated(not_found=FolderNotFound):
                self._clients.transfer().operation_rename(endpoint_id, old, new)
        except FolderExists:
            return False
        return True

    def submit_delete(self, endpoint_id: str, paths: tuple[str, ...]) -> str:
        """Have Globus delete files, with a task; return its id. Missing files are fine."""
        from globus_sdk import DeleteData

        with translated(is_submission=True):
            data = DeleteData(
                endpoint=endpoint_id,
                label="Remove unfinished uploads",
                ignore_missing=True,
                notify_on_succeeded=False,
                notify_on_failed=False,
                notify_on_inactive=False,
            )
            for path in paths:
                data.add_item(path)
            return str(self._clients.transfer().submit_delete(data)["task_id"])

    def writing_task(self, endpoint_id: str, paths: frozenset[str]) -> str | None:
        """Return the id of an active task of the account that writes to one of the paths.

        Globus tells the paths of a task only if it is for one file, so others are not found.
        """
        with translated():
            answer = self._clients.transfer().task_list(
                limit=100, filter={"status": ["ACTIVE", "INACTIVE"], "type": "TRANSFER"}
            )
            for task in answer["DATA"]:
                base = str(task.get("destination_base_path") or "")
                if task.get("destination_endpoint_id") == endpoint_id and base in paths:
                    return str(task["task_id"])
        return None


def folder_of(path: str) -> str:
    """Return the folder of a file, ending in ``/``."""
    return posixpath.dirname(path).rstrip("/") + "/"
