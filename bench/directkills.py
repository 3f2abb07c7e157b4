"""Kill a server again and again while it uploads and pulls over HTTPS.

    python bench/directkills.py [--kills 200] [--servers 1] [--seconds 3000] [--seed 1] [--json]

As ``bench/kills.py``, with transfers that pass through this host: each life uploads a file to a
collection, or pulls one from it, over a link that is slow enough to be killed in the middle of. At
the end, every file must be whole and there once, and no temporary file may be left.

Needs what the tests need: ``pip install -e '.[test]'``.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.killrecords import digest
from bench.kills import Kills, main
from jupyterlab_sregistry_globus.sandbox.seed import names

_SCOPE = f"https://auth.globus.org/scopes/{names.ALDER_CLUSTER}"
SCOPES = (
    f"{_SCOPE}/https",
    f"{_SCOPE}/data_access",
    f"urn:globus:auth:scope:transfer.api.globus.org:all[*{_SCOPE}/data_access]",
)
BYTES_PER_SECOND = 2_500_000
FILE_BYTES = 2_500_000
KINDS = ("upload", "pull")


class DirectKills(Kills):
    """One run; see ``Kills``."""

    scopes = SCOPES

    def _settings(self) -> dict[str, Any]:
        mine = {"name": "mine", "kind": "folder", "path": str(self._mine)}
        settings = super()._settings()
        return {**settings, "registries": [mine, *settings["registries"]]}

    @property
    def _mine(self) -> Path:
        """The registry that images are pulled into."""
        folder = self.folder / "mine"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def _cluster(self) -> Path:
        """What the collection serves as /scratch/ada."""
        folder = self.sandbox.state / "endpoints" / "alder-cluster" / "ada"
        folder.mkdir(exist_ok=True)
        return folder

    def _connect(self) -> None:
        # An image with more data behind it is still one.
        image = (self.contents / "hello.sif").read_bytes()
        (self._cluster / "source").mkdir()
        for file in (self.contents / "near.sif", self._cluster / "source" / "far.sif"):
            file.write_bytes(image + self.dice.randbytes(FILE_BYTES - len(image)))
        super()._connect()

    def _trouble(self) -> None:
        slow = {"bytes_per_second": BYTES_PER_SECOND}
        chance = self.dice.random()
        if chance < 0.2:
            cut = {"drop": True, "at_bytes": self.dice.randrange(FILE_BYTES), "count": 1}
            self.sandbox.set_faults(
                {"route": "PUT /https/*", **cut},
                {"route": "GET /https/*", **cut},
            )
        elif chance < 0.4:
            rename = "POST /v0.10/operation/endpoint/*/rename"
            self.sandbox.set_faults(
                {"route": rename, "drop": True, "after": True, "count": 1},
                {"route": "PUT /https/*", **slow},
                {"route": "GET /https/*", **slow},
            )
        else:
            self.sandbox.set_faults(
                {"route": "PUT /https/*", **slow}, {"route": "GET /https/*", **slow}
            )

    def _ask(self, client: httpx.Client, label: str) -> None:
        options = {"label": label, "route": "direct", "create_folders": True}
        cluster = names.ALDER_CLUSTER
        self.asked[label] = 1
        if self.dice.choice(KINDS) == "upload":
            place = {"endpoint_id": cluster, "path": f"/scratch/ada/{label}/"}
            source = {"kind": "file", "path": "near.sif"}
            route = "transfers"
            body = {"sources": [source], "destination": place, "options": options}
        else:
            far = {
                "kind": "endpoint",
                "endpoint_id": cluster,
                "path": "/scratch/ada/source/far.sif",
            }
            route = "pulls"
            body = {"sources": [far], "collection": label, "registry": "mine", "options": options}
        # A kill closes the client, maybe before it has asked.
        with contextlib.suppress(httpx.TransportError, RuntimeError):
            answer = client.post(route, json=body)
            answer.raise_for_status()
            self.answered[label] = answer.json()["id"]

    def _end(self, began: float) -> dict[str, Any]:
        killed_for_s = time.monotonic() - began
        has_ended = self._let_live(240.0)
        # What was left is removed at the next start.
        self._let_live(30.0)
        transfers = self.records.transfers()
        broken = [label for label, transfer in transfers.items() if not self._is_right(transfer)]
        kinds = Counter(transfer["tasks"][0]["kind"] for transfer in transfers.values())
        logs = [log.read_text(errors="replace") for log in self.folder.glob("jupyter-*/log")]
        return {
            "transfers": len(transfers),
            "uploads": kinds["upload"],
            "pulls": kinds["download"],
            "asked, never written down": len(set(self.asked) - set(transfers)),
            "states": dict(Counter(transfer["state"] for transfer in transfers.values())),
            "attempts": dict(sorted(Counter(map(_attempts, transfers.values())).items())),
            "killed while": dict(sorted(self.records.moments.items())),
            "lost": [label for label in self.answered if label not in transfers],
            "twice": [
                label for label, transfer in transfers.items() if len(_arrivals(transfer)) > 1
            ],
            "broken": broken,
            "left behind": self._left_behind(),
            "not ended": not has_ended,
            "tracebacks in the log": sum(log.count("Traceback") for log in logs),
            "seconds": round(killed_for_s),
        }

    def _is_right(self, transfer: dict[str, Any]) -> bool:
        """Tell whether a transfer's folder holds what its state says, and nothing else."""
        label = transfer["label"]
        is_upload = transfer["tasks"][0]["kind"] == "upload"
        folder = (self._cluster if is_upload else self._mine) / label
        source = self.contents / "near.sif" if is_upload else self._cluster / "source" / "far.sif"
        files = [file for file in folder.rglob("*") if file.is_file()] if folder.exists() else []
        if transfer["state"] != "succeeded":
            return all(digest(file) == digest(source) for file in files)
        return [(file.name, digest(file)) for file in files] == [(source.name, digest(source))]

    def _left_behind(self) -> list[str]:
        places = (self._cluster, self._mine)
        return [str(path) for place in places for path in place.rglob(".*")]


def _arrivals(transfer: dict[str, Any]) -> list[Any]:
    return [arrival for task in transfer["tasks"] for arrival in task["arrivals"]]


def _attempts(transfer: dict[str, Any]) -> int:
    image = transfer["tasks"][0]["images"][0]
    return len(image["attempts"]) if "attempts" in image else image["failures"] + 1


if __name__ == "__main__":
    main(DirectKills, __doc__)
