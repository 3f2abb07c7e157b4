"""The errors of tasks, in Globus's event codes."""

from __future__ import annotations

import errno

from ..world import World
from . import access, account
from .documents import touched
from .model import Endpoint, Item, Task, TaskFault
from .paths import Outside, Place, normalise, place

_DESCRIPTIONS = {
    "AUTH": "authentication failed",
    "CONNECT_FAILED": "connection failed",
    "CONNECTION_BROKEN": "connection broken",
    "ENDPOINT_ERROR": "endpoint error",
    "ENDPOINT_TOO_BUSY": "endpoint too busy",
    "EXTERNAL_CHECKSUM_MISMATCH": "external checksum mismatch",
    "FILE_NOT_FOUND": "file not found",
    "FILE_SIZE_CHANGED": "file size changed",
    "GC_NOT_CONNECTED": "Globus Connect is not connected",
    "GC_PAUSED": "Globus Connect is paused",
    "IS_A_DIRECTORY": "is a directory",
    "LIMIT_EXCEEDED": "limit exceeded",
    "NO_SPACE_LEFT": "no space left",
    "NOT_A_DIRECTORY": "not a directory",
    "PAUSED": "paused",
    "PERMISSION_DENIED": "permission denied",
    "QUOTA_EXCEEDED": "quota exceeded",
    "TIMEOUT": "timeout",
    "VERIFY_CHECKSUM": "checksum verification failed",
}

_OF_ERRNO = {
    errno.ENOSPC: "NO_SPACE_LEFT",
    errno.EDQUOT: "QUOTA_EXCEEDED",
    errno.EACCES: "PERMISSION_DENIED",
    errno.EPERM: "PERMISSION_DENIED",
    errno.EROFS: "PERMISSION_DENIED",
    errno.ENOENT: "FILE_NOT_FOUND",
    errno.ENOTDIR: "NOT_A_DIRECTORY",
    errno.EISDIR: "IS_A_DIRECTORY",
    errno.EEXIST: "NOT_A_DIRECTORY",
}


class Trouble(Exception):
    """A failed attempt.

    :param code: event code.
    :param is_fatal: the task fails instead of retrying.
    :param is_source: caused by the source, which skip_source_errors forgives.
    :param inactive: the task waits for its owner to log in.
    """

    def __init__(
        self,
        code: str,
        details: str,
        *,
        is_fatal: bool = False,
        is_source: bool = False,
        inactive: bool = False,
    ) -> None:
        super().__init__(details)
        self.code = code
        self.description = describe(code)
        self.details = details
        self.is_fatal = is_fatal
        self.is_source = is_source
        self.inactive = inactive


class Stopped(Exception):
    """The task has ended, or the sandbox is closing: leave everything as it is."""


def describe(code: str) -> str:
    return _DESCRIPTIONS.get(code, code.replace("_", " ").lower())


def of_os_error(error: OSError, path: str, *, is_source: bool) -> Trouble:
    """Return an error from the disk as an event."""
    code = _OF_ERRNO.get(error.errno or 0, "ENDPOINT_ERROR")
    return Trouble(code, f"{path}: {error.strerror or error}", is_source=is_source)


def check_task(world: World, task: Task, item: Item | None) -> None:
    """Raise the requested faults, or the errors of the endpoints.

    :param item: the file about to be copied; None before the work list exists.
    :raises Trouble: there is such a fault or error.
    """
    ordered(world, task, item)
    for endpoint_id in touched(task.request):
        endpoint = world.endpoints.get(endpoint_id)
        if endpoint is None or endpoint.deleted:
            raise Trouble("ENDPOINT_ERROR", f"Endpoint {endpoint_id} does not exist", is_fatal=True)
        if endpoint.unreachable:
            raise Trouble("CONNECT_FAILED", f"{endpoint.display_name} does not answer")
        host = endpoint
        if endpoint.is_personal and endpoint.host_endpoint_id:
            host = world.endpoints.get(endpoint.host_endpoint_id) or endpoint
        if host.gcp_connected is False:
            raise Trouble("GC_NOT_CONNECTED", f"{endpoint.display_name} is not connected")
        if host.gcp_paused:
            raise Trouble("GC_PAUSED", f"{endpoint.display_name} is paused")


def pause_messages(world: World, task: Task) -> list[Endpoint]:
    """Return the messages of the task's endpoints that an administrator has paused."""
    rows = [world.endpoints.get(endpoint_id) for endpoint_id in touched(task.request)]
    return [row for row in rows if row is not None and row.pause_message is not None]


def ordered(world: World, task: Task, item: Item | None) -> None:
    """Raise a fault that was set for such tasks, and count it down."""
    for fault in world.task_faults.values():
        if not _hits(fault, task, item):
            continue
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                world.task_faults.delete(fault.id)
            else:
                world.task_faults.put(fault.id, fault)
        raise Trouble(
            fault.code,
            fault.description or describe(fault.code),
            is_fatal=fault.is_fatal,
            inactive=fault.inactive,
        )


def reach(world: World, task: Task, endpoint_id: str, path: str, want: str) -> Place:
    """Return the place of a task's path, if the task's owner may use it.

    :param want: "r" or "w".
    :raises Trouble: PERMISSION_DENIED.
    """
    is_source = want == "r"
    endpoint = world.endpoints.get(endpoint_id)
    if endpoint is None:
        raise Trouble("ENDPOINT_ERROR", f"Endpoint {endpoint_id} does not exist", is_fatal=True)
    owner = world.identities.get(task.owner_id)
    primary = owner.account if owner else task.owner_id
    identities = tuple(
        identity.id for identity in world.identities.values() if identity.account == primary
    ) or (task.owner_id,)
    refused = Trouble("PERMISSION_DENIED", f"{path}: Path not allowed", is_source=is_source)
    if want not in access.permission(world, endpoint, identities, normalise(endpoint, path)):
        raise refused
    try:
        target = place(world, endpoint, path)
    except Outside:
        raise refused from None
    if (want == "w" and not target.is_writable) or not account.may_use(target, want):
        raise refused
    return target


def _hits(fault: TaskFault, task: Task, item: Item | None) -> bool:
    if fault.endpoint_id is not None and fault.endpoint_id not in touched(task.request):
        return False
    if fault.path is None:
        return True
    if item is None:
        return False
    return item.source_path.endswith(fault.path) or item.destination_path.endswith(fault.path)
