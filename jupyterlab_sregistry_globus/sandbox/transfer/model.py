"""The state of Globus Transfer."""

from __future__ import annotations

from typing import Any

import msgspec

# As default_directory, a macro for the folder that the server chooses. That Globus resolves it only
# if no path is given is a guess, with which a client works either way.
SERVER_DEFAULT = "/{server_default}/"


class Endpoint(msgspec.Struct):
    """An endpoint.

    :param root: folder on this disk that is its storage, or None.
    :param config_folder: a Connect Personal's `lta` folder, whose config-paths names the served
        folders by the absolute paths of this host.
    :param home: where `/~/` leads, as a path on the endpoint.
    :param virtual: folders that exist only as a number of made-up files.
    :param members: identities that may use a mapped collection; None for all.
    :param domains: the session must have one of these domains; None for any.
    :param checksum_algorithms: those that its storage can compute.
    :param pause_message: why an administrator paused it; None if it is not paused.
    :param admins: identities with the administrator role, besides the owner.
    :param https: whether its files can be used over HTTPS.
    :param served_at: where `root` is on the endpoint, such as "/scratch". Nothing else is there.
    :param unreachable: its server does not answer, neither over HTTPS nor to Transfer.
    :param rename_supported: whether Transfer can rename its files.
    :param rename_replaces: whether a rename replaces an existing file. What Globus does is not
        known, and may depend on the storage.
    :param acts_as: another account of its host, as which it reads and writes; None for this one.
        See `transfer.account`.
    """

    id: str
    display_name: str
    entity_type: str
    owner_id: str
    description: str = ""
    keywords: str = ""
    organization: str = ""
    department: str = ""
    contact_email: str = ""
    info_link: str | None = None
    user_message: str | None = None
    public: bool = True
    default_directory: str | None = "/~/"
    subscription_id: str | None = None
    force_encryption: bool = False
    disable_verify: bool = False
    high_assurance: bool = False
    authentication_timeout_mins: int | None = None
    authentication_policy_id: str | None = None
    domains: list[str] | None = None
    non_functional: bool = False
    non_functional_endpoint_id: str | None = None
    gcp_connected: bool | None = None
    gcp_paused: bool | None = None
    setup_key: str | None = None
    host_endpoint_id: str | None = None
    host_path: str | None = None
    mapped_collection_id: str | None = None
    deleted: bool = False
    created: float = 0.0
    root: str | None = None
    config_folder: str | None = None
    home: str = "/"
    read_only: bool = False
    virtual: dict[str, int] = {}
    members: list[str] | None = None
    checksum_algorithms: list[str] = msgspec.field(
        default_factory=lambda: ["MD5", "SHA1", "SHA256", "SHA512"]
    )
    pause_message: str | None = None
    admins: list[str] = []
    https: bool = False
    served_at: str = "/"
    unreachable: bool = False
    rename_supported: bool = True
    rename_replaces: bool = False
    acts_as: str | None = None

    @property
    def is_personal(self) -> bool:
        return self.entity_type.startswith("GCP_")

    @property
    def is_guest(self) -> bool:
        return self.entity_type.endswith("_guest_collection")

    @property
    def wants_data_access(self) -> bool:
        return self.entity_type == "GCSv5_mapped_collection" and not self.high_assurance


class AccessRule(msgspec.Struct):
    """Access to read or write below a path of a guest collection."""

    id: str
    endpoint_id: str
    path: str
    permissions: str
    principal_type: str
    principal: str
    create_time: float
    expires: float | None = None


class Bookmark(msgspec.Struct):
    id: str
    account: str
    name: str
    endpoint_id: str
    path: str


class Item(msgspec.Struct):
    """One file of a task, and its outcome.

    :param state: pending, done, skipped, skipped_error, failed.
    :param external_checksum: the digest that it must have, or None.
    """

    source_path: str
    destination_path: str
    size: int = 0
    state: str = "pending"
    is_directory: bool = False
    external_checksum: str | None = None
    checksum_algorithm: str | None = None
    checksum: str | None = None
    error_code: str | None = None
    error_details: str | None = None


class Event(msgspec.Struct):
    code: str
    description: str
    details: str
    is_error: bool
    time: float


class Task(msgspec.Struct):
    """A transfer or a delete.

    :param owner_id: identity that submitted it.
    :param app: the app at the root of its consents.
    :param consent_path: scopes from that root to Transfer, including Transfer's own.
    :param session: the login that submitted it.
    :param request: the submitted document.
    :param items: None until the work list exists.
    :param cancel_at: when an accepted cancel takes effect, or None.
    """

    task_id: str
    type: str
    submission_id: str
    owner_id: str
    app: str
    consent_path: list[str]
    session: str
    request: dict[str, Any]
    request_time: float
    deadline: float
    label: str | None = None
    status: str = "ACTIVE"
    nice_status: str | None = "Queued"
    nice_details: str | None = None
    items: list[Item] | None = None
    events: list[Event] = []
    is_started: bool = False
    is_paused: bool = False
    completion_time: float | None = None
    fatal_code: str | None = None
    fatal_description: str | None = None
    faults: int = 0
    bytes_transferred: int = 0
    bytes_checksummed: int = 0
    files: int = 0
    directories: int = 0
    files_skipped: int = 0
    files_transferred: int = 0
    symlinks: int = 0
    cancel_at: float | None = None


class TaskFault(msgspec.Struct, forbid_unknown_fields=True):
    """A fault of tasks.

    :param code: event code, such as NO_SPACE_LEFT.
    :param id: set by the sandbox.
    :param endpoint_id: only tasks with this endpoint; None for all.
    :param path: only items whose source or destination path ends like this; None for all.
    :param count: how many attempts fail; None until it is cleared.
    :param is_fatal: the first attempt fails the whole task.
    :param inactive: the task becomes INACTIVE, as after a login has expired.
    :param until_login: it ends when the task's owner logs in again.
    """

    code: str
    id: str = ""
    endpoint_id: str | None = None
    path: str | None = None
    count: int | None = None
    is_fatal: bool = False
    inactive: bool = False
    until_login: bool = False
    description: str | None = None
