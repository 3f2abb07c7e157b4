"""A small OCI registry on loopback: manifests, blobs with ranges, and both kinds of login."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote

from ...support.webserver import Asked, Reply, WebServer, ranged

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
SIF = "application/vnd.sylabs.sif.layer.v1.sif"
TITLE = "org.opencontainers.image.title"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class OciHub(WebServer):
    """The registry, as a context manager.

    :param login: ``basic`` or ``token``. None allows anonymous requests.
    :param page: how many tags an answer has.
    """

    def __init__(self, *, login: str | None = None, page: int = 1000) -> None:
        super().__init__(self._answer)
        self.login = login
        self.page = page
        self.has_ranges = True
        self.tags: dict[str, dict[str, str]] = {}
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.tokens: set[str] = set()
        self.storage: str | None = None

    def push(
        self, repository: str, tag: str, content: bytes, media_type: str = SIF, title: str = ""
    ) -> str:
        """Push an image, as Apptainer does. Return its digest."""
        digest = digest_of(content)
        self.blobs[digest] = content
        layer = {"mediaType": media_type, "digest": digest, "size": len(content)}
        if title:
            layer["annotations"] = {TITLE: title}
        config = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest_of(b"{}")}
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config | {"size": 2},
            "layers": [layer],
            "annotations": {"org.opencontainers.image.created": "2024-05-01T12:00:00.123456789Z"},
        }
        self.put(repository, tag, MANIFEST, manifest)
        return digest

    def put(self, repository: str, tag: str, media_type: str, manifest: Any) -> str:
        """Push a manifest. Return its digest."""
        body = json.dumps(manifest).encode()
        digest = digest_of(body)
        self.manifests[digest] = (media_type, body)
        self.tags.setdefault(repository, {})[tag] = digest
        return digest

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return self._token(asked)
        if asked.path.startswith("/storage/"):
            assert "authorization" not in asked.headers
            return self._blob(asked, asked.path.rpartition("/")[2])
        parts = asked.path.removeprefix("/v2/").split("/")
        *repository, resource, name = parts
        refusal = self._refusal(asked, "/".join(repository))
        if refusal is not None:
            return refusal
        if resource == "tags":
            return self._tag_list(asked, "/".join(repository))
        if resource == "manifests":
            return self._manifest("/".join(repository), name)
        if self.storage:
            return Reply(307, headers={"Location": f"{self.storage}/storage/{name}"})
        return self._blob(asked, name)

    def _refusal(self, asked: Asked, repository: str) -> Reply | None:
        sent = asked.headers.get("authorization", "")
        if self.login == "basic" and sent != basic("ada", "secret"):
            return Reply(401, headers={"WWW-Authenticate": 'Basic realm="hub"'})
        if self.login == "token" and sent not in {f"Bearer {token}" for token in self.tokens} & {
            f"Bearer good-for-{repository.replace('/', '-')}"
        }:
            scope = f"repository:{repository}:pull"
            return Reply(
                401,
                headers={
                    "WWW-Authenticate": f'Bearer realm="{self.url}/token",service="hub",'
                    f'scope="{scope}"'
                },
            )
        return None

    def _token(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") not in (None, basic("ada", "secret")):
            return Reply(401)
        repository = asked.query["scope"].split(":")[1]
        token = f"good-for-{repository.replace('/', '-')}"
        self.tokens.add(token)
        return Reply(200, {"token": token})

    def _tag_list(self, asked: Asked, repository: str) -> Reply:
        if repository not in self.tags:
            return Reply(404, {"errors": [{"code": "NAME_UNKNOWN"}]})
        after = asked.query.get("last", "")
        left = [tag for tag in sorted(self.tags[repository]) if tag > after]
        page = left[: self.page]
        headers = {}
        if len(left) > len(page):
            place = f"/v2/{repository}/tags/list?n={self.page}&last={quote(page[-1])}"
            headers["Link"] = f'<{place}>; rel="next"'
        return Reply(200, {"name": repository, "tags": page}, headers)

    def _manifest(self, repository: str, name: str) -> Reply:
        digest = name if ":" in name else self.tags.get(repository, {}).get(name, "")
        if digest not in self.manifests:
            return Reply(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})
        media_type, body = self.manifests[digest]
        return Reply(200, body, {"Content-Type": media_type, "Docker-Content-Digest": digest})

    def _blob(self, asked: Asked, digest: str) -> Reply:
        content = self.blobs.get(digest)
        if content is None:
            return Reply(404)
        return ranged(content, asked) if self.has_ranges else Reply(200, content)


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
