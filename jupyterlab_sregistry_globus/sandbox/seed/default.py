"""The world of a new sandbox."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ..auth.scopes import TRANSFER_ALL
from ..transfer.documents import username
from ..transfer.model import AccessRule, Bookmark, Endpoint, Item, Task
from ..world import World
from . import cluster, names, people, places

# Access to guest collections: read (r), or read and write (rw). "*" is every logged-in user.
_RULES = (
    (names.REGISTRY, "*", "r"),
    (names.STANFORD_SHERLOCK_SCRATCH, names.ADA, "rw"),
    (names.STANFORD_SRCC_GUEST, names.ADA, "rw"),
    (names.RESEARCH_CLOUD, names.ADA, "rw"),
    (names.ADAS_RESULTS, names.BOB, "r"),
    (names.BOBS_SHARE, names.ADA, "rw"),
    (names.DEPARTMENT_NAS, names.ADA, "rw"),
    (names.STANFORD_GENOMICS_ARCHIVE, "*", "r"),
    (names.GENOME_MIRROR, "*", "r"),
    (names.SKY_SURVEY, "*", "r"),
    (names.POLICY_CONSORTIUM, "*", "rw"),
    (names.HOSPITAL_PATHOLOGY, "*", "rw"),
    (names.PAUSED_BY_ADMINISTRATOR, names.ADA, "rw"),
    (names.ALDER_SHARE, "*", "rw"),
)
_FOLDERS = ("images", "projects/tomography", "projects/sequencing", "data")
_DAY_S = 86_400


def fill(world: World, *, registry_root: Path | None, local_root: Path | None) -> None:
    """Write the default world into an empty one, and its folders to the disk.

    :param registry_root: None for a small folder of the sandbox's own.
    :param local_root: the folder that this host's Connect Personal serves; None for a folder of its
        own.
    """
    base = world.folder / "endpoints"
    if registry_root is None:
        registry_root = base / "registry-images"
        _registry_files(registry_root)
    if local_root is None:
        local_root = base / "my-computer"
        _folders(local_root, "/")
    local_root = local_root.resolve()
    config_folder = connect_personal_dir(world.folder)
    _connect_personal(config_folder, local_root)
    people.add(world)
    usual = places.endpoints(registry_root.resolve(), config_folder, local_root)
    for endpoint in [*usual, *cluster.endpoints()]:
        _storage(base, endpoint)
        endpoint.created = world.clock.now()
        world.endpoints.put(endpoint.id, endpoint)
    for number, (endpoint_id, principal, permissions) in enumerate(_RULES, 1):
        everybody = principal == "*"
        rule = AccessRule(
            id=f"4a1e0000-0000-4000-8000-{number:012d}",
            endpoint_id=endpoint_id,
            path="/",
            permissions=permissions,
            principal_type="all_authenticated_users" if everybody else "identity",
            principal="" if everybody else principal,
            create_time=world.clock.now(),
        )
        world.rules.put(rule.id, rule)
    bookmark = Bookmark(
        id="b0040000-0000-4000-8000-000000000001",
        account=names.ADA,
        name="sherlock images",
        endpoint_id=names.STANFORD_SHERLOCK_SCRATCH,
        path="/images/",
    )
    world.bookmarks.put(bookmark.id, bookmark)
    _history(world)


def connect_personal_dir(folder: Path) -> Path:
    """Return the `lta` folder of this host's Connect Personal."""
    return folder / "globusonline" / "lta"


def _connect_personal(config_folder: Path, local_root: Path) -> None:
    config_folder.mkdir(parents=True, exist_ok=True)
    (config_folder / "client-id.txt").write_text(f"{names.MY_COMPUTER}\n")
    (config_folder / "config-paths").write_text(f"{local_root}/,1,1\n")
    subject = f"/C=US/O=Globus Consortium/OU=Globus Connect User/CN={username(names.ADA)}"
    (config_folder / "gridmap").write_text(f'"{subject}" ada\n')


def _storage(base: Path, endpoint: Endpoint) -> None:
    """Give an endpoint its own folder, unless it uses another one as storage."""
    elsewhere = endpoint.root or endpoint.config_folder or endpoint.deleted
    if elsewhere or endpoint.entity_type in ("GCSv5_endpoint", "GCSv4_host"):
        return
    if endpoint.is_guest and (endpoint.host_endpoint_id or endpoint.host_path):
        return
    root = base / slug(endpoint.display_name)
    _folders(root, endpoint.home.removeprefix(endpoint.served_at))
    if endpoint.id == names.ALDER_CLUSTER:
        _folders(root, "/lab/shared")
    if endpoint.id == names.BOBS_LAPTOP:
        _folders(root, "/home/bob/shared")
    for folder in endpoint.virtual:
        (root / folder.lstrip("/")).mkdir(exist_ok=True)
    endpoint.root = str(root.resolve())


def slug(name: str) -> str:
    """Turn `Stanford Sherlock scratch` into `stanford-sherlock-scratch`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def _folders(root: Path, home: str) -> None:
    at = root / home.lstrip("/")
    for folder in _FOLDERS:
        (at / folder).mkdir(parents=True, exist_ok=True)
    note = at / "README.txt"
    if not note.exists():
        note.write_text("This folder is the storage of an endpoint in the Globus sandbox.\n")


def _registry_files(root: Path) -> None:
    for name, size in (("tacos/avocados:latest.sif", 300_000), ("tools/fastqc:0.12.sif", 40_000)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes((name.encode() + b"\n") * (size // (len(name) + 1)))


def wipe(world: World) -> None:
    """Remove the folders that the seed created."""
    shutil.rmtree(world.folder / "endpoints", ignore_errors=True)
    shutil.rmtree(world.folder / "globusonline", ignore_errors=True)


def _history(world: World) -> None:
    """Add two old tasks of Ada's, so that her recent endpoints are not empty."""
    for number, (destination, days) in enumerate(
        ((names.STANFORD_SHERLOCK_SCRATCH, 3), (names.STANFORD_SRCC_GUEST, 12)), 1
    ):
        when = world.clock.now() - days * _DAY_S
        item = Item(
            source_path="/tools/fastqc:0.12.sif",
            destination_path="/images/fastqc_0.12.sif",
            size=40_000,
            state="done",
        )
        task = Task(
            task_id=f"7a530000-0000-4000-8000-{number:012d}",
            type="TRANSFER",
            submission_id=f"5ab00000-0000-4000-8000-{number:012d}",
            owner_id=names.ADA,
            app=names.NATIVE_APP,
            consent_path=[TRANSFER_ALL],
            session="",
            request={
                "DATA_TYPE": "transfer",
                "source_endpoint": names.REGISTRY,
                "destination_endpoint": destination,
                "verify_checksum": True,
                "DATA": [],
            },
            request_time=when,
            deadline=when + _DAY_S,
            label="fastqc 0.12",
            status="SUCCEEDED",
            nice_status=None,
            items=[item],
            is_started=True,
            completion_time=when + 4,
            bytes_transferred=item.size,
            files=1,
            files_transferred=1,
        )
        world.tasks.put(task.task_id, task)
