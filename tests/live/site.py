"""The clients of one account, and the one folder that the facts may touch."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import globus_sdk
import httpx

PREFIX = "sregistry-globus-live-"
TASK_DEADLINE_S = 300
_POLL_S = 0.3


def https_scope(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/https"


def data_access_scope(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/data_access"


@dataclass
class Site:
    """Where facts are observed.

    :param endpoint_id: a collection that the account can write to.
    :param folder: a folder on it that was made for this run, with a slash at the end.
    :param tokens: token documents by resource server, with refresh tokens.
    :param unconsented: a mapped collection without a data_access consent for this app, or None.
    :param expired: a collection whose session rules this login does not meet, or None.
    """

    transfer: globus_sdk.TransferClient
    auth: globus_sdk.NativeAppAuthClient
    endpoint_id: str
    folder: str
    tokens: dict[str, dict[str, Any]]
    https_server: str | None
    is_mapped: bool
    unconsented: str | None = None
    expired: str | None = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def options(self) -> set[str]:
        """Return the names of what this site has, for facts that need it."""
        have = {"unconsented": self.unconsented, "expired": self.expired}
        have |= {"https": self.https_server, "mapped": self.is_mapped or None}
        return {name for name, value in have.items() if value}

    def path(self, name: str) -> str:
        return f"{self.folder}{name}"

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        content: Any = None,
    ) -> httpx.Response:
        """Ask the collection over HTTPS.

        :param token: None for the collection's own; "" for none.
        """
        secret = self.tokens[self.endpoint_id]["access_token"] if token is None else token
        sent = {"Authorization": f"Bearer {secret}"} if secret else {}
        address = f"{self.https_server}{quote(path)}"
        return self.http.request(
            method, address, headers={**sent, **(headers or {})}, content=content
        )

    def put(self, name: str, content: bytes) -> str:
        """Write a file of this run, and return its path."""
        path = self.path(name)
        self.request("PUT", path, content=content).raise_for_status()
        return path

    def submit(self, source: str, destination: str, **item: Any) -> str:
        """Submit a copy within the folder, and return the task's id."""
        data = globus_sdk.TransferData(
            self.endpoint_id, self.endpoint_id, label="sregistry-globus live test"
        )
        data.add_item(source, destination, **item)
        return str(self.transfer.submit_transfer(data)["task_id"])

    def wait(self, task_id: str) -> dict[str, Any]:
        """Return a task once it is done or has met an error; one with errors is canceled."""
        until = time.monotonic() + TASK_DEADLINE_S
        while time.monotonic() < until:
            task = dict(self.transfer.get_task(task_id).data)
            if task["status"] not in ("ACTIVE", "INACTIVE"):
                return task
            if task["faults"]:
                self.transfer.cancel_task(task_id)
                return task
            time.sleep(_POLL_S)
        self.transfer.cancel_task(task_id)
        return task


@contextmanager
def own_folder(transfer: globus_sdk.TransferClient, endpoint_id: str, parent: str) -> Iterator[str]:
    """Make a folder with a random name, and remove it, and nothing else, at the end."""
    folder = f"{parent.rstrip('/')}/{PREFIX}{uuid.uuid4().hex[:12]}/"
    transfer.operation_mkdir(endpoint_id, folder)
    try:
        yield folder
    finally:
        data = globus_sdk.DeleteData(
            endpoint_id, recursive=True, label="sregistry-globus live test: remove its folder"
        )
        data.add_item(folder)
        task_id = str(transfer.submit_delete(data)["task_id"])
        if not transfer.task_wait(task_id, timeout=TASK_DEADLINE_S, polling_interval=1):
            print(f"Its folder is still there: {folder}. Task: {task_id}")
