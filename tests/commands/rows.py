"""What each command is tried with, by its name in the tree: at least one row for each option."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jupyterlab_sregistry_globus.sandbox.seed import names

IMAGE = "demo/hello:latest"
SCRATCH = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"


@dataclass(frozen=True)
class Row:
    """One line, and what becomes of it on every face.

    :param words: after the command's name. ``{sent}`` is a transfer that has completed,
        ``{failed}`` one that has failed, ``{active}`` one in progress, ``{tmp}`` an empty folder.
    :param shows: what the text for people contains.
    :param data: what the data for programs contains, by a path of names and indexes.
    """

    words: str
    shows: str
    data: dict[str, Any] = field(default_factory=dict)


SENT = {"tasks.0.images.0.source.reference": f"images://{IMAGE}"}

ROWS: dict[str, tuple[Row, ...]] = {
    "login": (
        Row("--browser", "ada@uni.example", {"state": "connected"}),
        Row("--no-browser", "ada@uni.example", {"identity.username": "ada@uni.example"}),
    ),
    "logout": (
        Row("", "Disconnected.", {"is_revoked": True}),
        Row("--uploads cancel", "Disconnected.", {"is_revoked": True}),
    ),
    "whoami": (Row("", "Ada Researcher", {"identity.username": "ada@uni.example"}),),
    "search": (
        Row("stanford sherlock", "Stanford Sherlock scratch"),
        Row("--scope mine", "My computer (demo)"),
    ),
    "ls": (Row(SCRATCH, "images", {"path": "/"}),),
    "mkdir": (
        Row(f"{SCRATCH}made/", "Created /made/", {"path": "/made/"}),
        Row(f"{SCRATCH}images/ --parents", "Created /images/", {"path": "/images/"}),
        Row(f"-p {SCRATCH}new/a/b", "Created /new/a/b/", {"path": "/new/a/b/"}),
    ),
    "images collections": (Row("", "tacos", {"registries.0.name": "images"}),),
    "images ls": (Row("tacos", "tacos/avocados:latest", {"images.0.collection": "tacos"}),),
    "images search": (Row("avocado", "tacos/avocados:latest"),),
    "images inspect": (Row(IMAGE, "Architecture", {"image.reference": f"images://{IMAGE}"}),),
    "images refresh": (Row("", "tacos", {"registries.0.name": "images"}),),
    "send": (
        Row(f"{IMAGE} {SCRATCH}", IMAGE, {"options.sync": "checksum"}),
        Row(f"{IMAGE} {SCRATCH} --wait", "Completed", {"state": "succeeded"}),
        Row(f"{IMAGE} {SCRATCH} --label 'My label'", "My label", {"label": "My label"}),
        Row(f"{IMAGE} {SCRATCH} --when-exists exists", IMAGE, {"options.sync": "exists"}),
        Row(f"{IMAGE} {SCRATCH} --route local", IMAGE, {"options.route": "local"}),
        Row(f"{IMAGE} {SCRATCH}new/a --parents --wait", "Completed", {"state": "succeeded"}),
        Row(f"{IMAGE} {SCRATCH}new/b -p", IMAGE, {"options.create_folders": True}),
        Row(f"{IMAGE} {SCRATCH} --encrypt", IMAGE, {"options.encrypt_data": True}),
        Row(f"{IMAGE} {SCRATCH} --notify", IMAGE, {"options.notify": True}),
    ),
    "pull": (
        Row(f"{SCRATCH}images/mole_2.sif", "mole_2.sif", {"origin": ("cli", "magic")}),
        Row(f"{SCRATCH}images/mole_2.sif tacos/ --wait", "Completed", {"state": "succeeded"}),
        Row(f"{SCRATCH}images/mole_2.sif --registry mine", "/my images/mole_2.sif"),
        Row(f"{SCRATCH}images/mole_2.sif --when-exists size", "", {"options.sync": "size"}),
        Row(f"{SCRATCH}images/mole_2.sif --route local", "", {"options.route": None}),
    ),
    "transfers": (Row("", "Completed", {"transfers.0.state": "failed"}),),
    "show": (Row("{sent}", "Completed", {"state": "succeeded"}),),
    "wait": (Row("{sent}", "Completed", {"state": "succeeded"}),),
    "cancel": (Row("{active}", IMAGE, {"is_cancel_asked": True}),),
    "clean": (Row("{sent}", IMAGE, {"state": "succeeded"}),),
    "retry": (
        Row("{failed}", IMAGE, SENT),
        Row("{failed} --wait", "Completed", {"state": "succeeded"}),
    ),
    "receipt": (
        Row("{sent}", "by Globus", {"state": "succeeded"}),
        Row("{sent} --format ro-crate", "@graph"),
        Row("{sent} --format json", '"state": "succeeded"'),
        Row("{sent} -o {tmp}/receipt.json", "Wrote {tmp}/receipt.json"),
        Row("{sent} --output {tmp}/receipt.zip --format ro-crate", "receipt.zip"),
    ),
}
