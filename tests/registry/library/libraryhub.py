"""A small server of Sylabs's Library API on loopback, with its own storage."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import unquote

from ...support.webserver import Asked, Reply, WebServer, ranged

TOKEN = "a-librarians-token"


class LibraryHub(WebServer):
    """The library, as a context manager."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.images: dict[tuple[str, str, str], bytes] = {}
        self.private: set[str] = set()
        self.is_sized = True

    def push(self, path: str, tag: str, content: bytes, arch: str = "amd64") -> str:
        """Push an image. Return its digest."""
        self.images[path, tag, arch] = content
        return f"sha256:{hashlib.sha256(content).hexdigest()}"

    def _answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/storage/"):
            return self._bytes(asked)
        _, _, kind, rest = unquote(asked.path).split("/", 3)
        is_known = asked.headers.get("authorization") == f"BEARER {TOKEN}"
        paths = sorted({path for path, _, _ in self.images})
        ids = {f"id-{number}": path for number, path in enumerate(paths)}
        if not is_known and rest.partition(":")[0] in self.private:
            return Reply(403, {"error": {"code": 403, "message": "no"}})
        if kind == "entities":
            collections = sorted(
                {path.rpartition("/")[0] for path in paths if path.startswith(rest + "/")}
            )
            return self._reply({"collections": collections} if collections else None)
        if kind == "collections":
            containers = [name for name, path in ids.items() if path.rpartition("/")[0] == rest]
            return self._reply({"containers": containers} if containers else None)
        if kind == "containers":
            return self._reply(self._container(ids.get(rest, rest)))
        path, _, tag = rest.partition(":")
        arch = asked.query.get("arch", "amd64")
        content = self.images.get((path, tag, arch))
        if content is None:
            return self._reply(None)
        if kind == "imagefile":
            place = f"/storage/{path}:{tag}:{arch}?X-Amz-Signature=1"
            return Reply(302, headers={"Location": place})
        return self._reply(
            {
                "hash": f"sha256.{hashlib.sha256(content).hexdigest()}",
                "size": len(content) if self.is_sized else None,
                "arch": arch,
                "uploaded": bool(content),
                "createdAt": "2024-05-01T12:00:00.123456789Z",
                "containerName": path.rpartition("/")[2],
                "customData": "",
            }
        )

    def _container(self, path: str) -> dict[str, Any] | None:
        arch_tags: dict[str, dict[str, str]] = {}
        for place, tag, arch in self.images:
            if place == path:
                arch_tags.setdefault(arch, {})[tag] = "image-id"
        if not arch_tags:
            return None
        entity, collection, name = path.split("/")
        return {
            "entityName": entity,
            "collectionName": collection,
            "name": name,
            "archTags": arch_tags,
            "imageTags": arch_tags.get("amd64", {}),
        }

    def _reply(self, data: dict[str, Any] | None) -> Reply:
        if data is None:
            return Reply(404, {"error": {"code": 404, "message": "Not found"}})
        return Reply(body={"data": data})

    def _bytes(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, "<Error><Code>InvalidArgument</Code></Error>")
        path, tag, arch = unquote(asked.path).removeprefix("/storage/").split(":")
        return ranged(self.images[path, tag, arch], asked)
