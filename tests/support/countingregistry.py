"""A Singularity Registry Server with any number of images, which counts what it is asked."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .webserver import Answerer, Asked, Reply, WebServer

SECRETS = ("a-push-secret", "an-upload-id", "a-download-secret")


class CountingRegistry:
    """The server, as a context manager: ``lab/tool0:1``, ``lab/tool1:1`` and so on.

    Each is a native push of which the server knows the digest. Its listings hold secrets.
    """

    def __init__(self, count: int, *, prefix: str = "tool", size_bytes: int = 1000) -> None:
        self.names = [f"{prefix}{number}" for number in range(count)]
        self.size_bytes = size_bytes
        self.collection = "lab"
        self.digests: dict[str, str] = {}
        # A test may put another in its place.
        self.answer: Answerer = self._answer

    def __enter__(self) -> CountingRegistry:
        self._server = WebServer(lambda asked: self.answer(asked)).__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.__exit__(*args)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def requests(self) -> list[Asked]:
        """Each request so far, with its headers."""
        return self._server.asked

    @property
    def asked(self) -> list[str]:
        """Each request so far."""
        return [str(asked) for asked in self._server.asked]

    def entry(self, **more: Any) -> dict[str, Any]:
        """Return an entry of the setting ``registries``."""
        return {"name": "shub", "kind": "sregistry", "url": self.url, **more}

    def digest(self, name: str) -> str:
        """Return the SHA-256 of an image, as hexadecimal digits."""
        return self.digests.get(name) or hashlib.sha256(name.encode()).hexdigest()

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == "/api/collections/":
            rows = [{"name": name, "tag": "1"} for name in self.names]
            return _page([{"name": self.collection, "containers": rows}])
        if asked.path == "/api/containers/":
            hidden = self._row("hidden", collection="private")
            return _page([hidden, *map(self._row, self.names)])
        if asked.path.startswith("/api/container/search/collection/lab/name/"):
            name = asked.path.rpartition("/")[2]
            return Reply(200, [self._row(name)] if name in self.names else [])
        return Reply(404, {})

    def _row(self, name: str, collection: str | None = None) -> dict[str, Any]:
        push, upload, download = SECRETS
        is_library = name.endswith("7")
        marks = {"pushSecret": push, "upload_id": upload} if is_library else {}
        return {
            "id": 1,
            "name": name,
            "tag": "1",
            "collection": collection or self.collection,
            "version": f"sha256.{self.digest(name)}",
            "metadata": {"upload_filesize": self.size_bytes, **marks},
            "image": f"http://registry.invalid/containers/1/download/{download}",
        }


def _page(rows: list[Any]) -> Reply:
    body = json.dumps({"count": len(rows), "next": None, "previous": None, "results": rows})
    return Reply(200, body, {"Content-Type": "application/json"})
