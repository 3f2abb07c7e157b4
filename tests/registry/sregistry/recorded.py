"""A Singularity Registry Server that replays a real one's answers, and its storage."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ...support.webserver import Asked, Reply, WebServer, ranged

DATA = Path(__file__).parent / "data"
TOKENS = {"bob": "bobs-token", "carol": "carols-token", "dave": "daves-token"}
READERS = ("bob", "carol")

# The recorded sha256 and the size of each file in the storage.
NATIVE = "2ff1c7d9de46e73f8445620b226b8d43e14497dcb8b04aec0b5794d2fd7c516c"
PRIVATE = "eb311481251e6c70244e7f3a0417281320db9e4964b681a7599ecfed66028fc9"
LIBRARY = "b83387f0498a3b9831e066a50c6e8bf8c72f85a06815980076207339bb99e97f"
_SIZES = {NATIVE: 1_600_123, PRIVATE: 123_456, LIBRARY: 4_000_000}
CONTENT = {
    recorded: hashlib.shake_256(recorded.encode()).digest(size) for recorded, size in _SIZES.items()
}
# The bytes were not recorded. Other bytes and their digests replace them.
DIGEST = {recorded: hashlib.sha256(content).hexdigest() for recorded, content in CONTENT.items()}
# Answers to an invalid token and over a limit. Tests choose these.
_NOT_REPLAYED = ("a03i", "e01")
SEARCH = "/api/container/search/"
_PAGE = {"Content-Type": "text/html; charset=utf-8"}


def recording(name: str) -> Any:
    """Return one recording."""
    (file,) = DATA.glob(f"{name}_*.json") if "_" not in name else [DATA / f"{name}.json"]
    return json.loads(file.read_text(encoding="utf-8"))


def limited(name: str) -> Reply:
    """Return the recorded answer beyond a limit, from ``e_limit_<name>``."""
    answers = recording(f"e_limit_{name}")["first_seen"]
    status = "429" if "429" in answers else "403"
    _, wait, kind, body = answers[status]
    headers = {"Content-Type": kind, **({"Retry-After": wait} if wait else {})}
    return Reply(int(status), body if isinstance(body, str) else "x" * body, headers)


class RecordedRegistry:
    """Registry and storage, as a context manager.

    :param requires_token: whether it rejects every request without a token.
    """

    def __init__(self, *, requires_token: bool = False) -> None:
        self._by_request: dict[tuple[str, str], Any] = {}
        for file in sorted(DATA.glob("*.json")):
            record = json.loads(file.read_text(encoding="utf-8"))
            method, _, path = record.get("request", "").partition(" ")
            is_ours = file.name.startswith("f_") == requires_token
            if method == "GET" and is_ours and not file.name.startswith(_NOT_REPLAYED):
                path = path.partition("?")[0] if "limit=" in path else path
                self._by_request.setdefault((unquote(path), record["auth"]), record)
        self.requires_token = requires_token
        self.replies: dict[str, Reply] = {}
        self.clock_off = timedelta(0)
        self._stack = ExitStack()

    def __enter__(self) -> RecordedRegistry:
        self.registry = self._stack.enter_context(WebServer(self._answer))
        self.storage = self._stack.enter_context(WebServer(self._from_storage))
        return self

    def __exit__(self, *args: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return self.registry.url

    def reply(self, path: str, reply: Reply) -> None:
        """Give this answer to every path that starts so, from now on."""
        self.replies[path] = reply

    def limit(self, path: str, name: str) -> None:
        """Pretend that the limit of this path is reached."""
        self.reply(path, limited(name))

    def _answer(self, asked: Asked) -> Reply:
        path = unquote(asked.path)
        for beginning, reply in self.replies.items():
            if path.startswith(beginning):
                return reply
        credentials = asked.headers.get("authorization", "none").partition(" ")
        if self.requires_token and credentials[0] != "Token" and path != "/api/collections/":
            return self._replay(recording("f_requireauth_container"))
        if credentials[0] == "SREGISTRY-HMAC-SHA256":
            return self._signed(path, credentials[2])
        if credentials[0] in ("Token", "BEARER") and credentials[2] not in TOKENS.values():
            return self._replay(recording("a03i"))
        if path.startswith("/containers/"):
            return self._file(path)
        # For the server, no tag means latest.
        for place in (path, path + "/", path.removesuffix(":latest")):
            for auth in (credentials[0], "none"):
                if (place, auth) in self._by_request:
                    return self._replay(self._by_request[place, auth])
        beginning, _, name = path.strip("/").rpartition("/")
        if beginning == "api/collection":
            return self._of_listing("a03e", lambda row: row["name"] == name)
        if path.startswith(SEARCH):
            return self._search(path.removeprefix(SEARCH).strip("/"))
        if path.startswith("/api/container/"):
            uri = path.removeprefix("/api/container/")
            return self._of_listing(
                "a05", lambda row: "{collection}/{name}:{tag}".format(**row) == uri
            )
        return self._replay(recording("b11i" if path.startswith("/v1/") else "a20d"))

    def _search(self, wanted: str) -> Reply:
        """Return what the search finds: exact lower-case names, private images too, no files."""
        parts = re.fullmatch(r"(?:collection/(.+?)/)?name/(.+?)(?:/tag/([^/]+))?", wanted)
        assert parts is not None
        asked = dict(zip(("collection", "name", "tag"), parts.groups(), strict=True))
        asked["name"] = asked["name"].lower()
        rows = [
            row
            for row in self._rows()
            if all(value in (None, row[key]) for key, value in asked.items())
        ]
        return self._replay({**recording("a11"), "body": rows})

    def _rows(self) -> list[Any]:
        """Return all recorded images, as the search describes them."""
        rows = {}
        for record in self._by_request.values():
            body = record["body"]
            listed = body.get("results", [body]) if isinstance(body, dict) else body
            for row in listed if isinstance(listed, list) else []:
                if isinstance(row, dict) and "version" in row and "collection" in row:
                    row = {key: value for key, value in row.items() if key != "image"}
                    rows.setdefault((row["collection"], row["name"], row["tag"]), row)
        return [*rows.values()]

    def _of_listing(self, name: str, matches: Callable[[Any], bool]) -> Reply:
        """Return a detail from a recorded listing, which has no paths of files."""
        listing = recording(name)
        for row in listing["body"]["results"]:
            if matches(row):
                return self._replay({**listing, "body": row})
        return self._replay(recording("a09h" if name == "a05" else "a07d"))

    def _signed(self, path: str, credentials: str) -> Reply:
        """Check name, hour and signature as the server does."""
        credential, _, signature = credentials.partition(",Signature=")
        event, name, stamp = credential.removeprefix("Credential=").split("/")
        user = base64.b64decode(name).decode()
        now = datetime.now(timezone.utc) + self.clock_off
        place, _, tag = path.removeprefix("/api/container/").partition(":")
        collection, _, container = place.partition("/")
        payload = f"{event}|{collection}|{stamp}|{container}|{tag}|"
        expected = hmac.new(TOKENS.get(user, "?").encode(), payload.encode(), hashlib.sha256)
        if stamp != now.strftime("%Y%m%dT%HZ") or signature != expected.hexdigest():
            reply = self._replay(recording("a10g"))
            date = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return Reply(reply.status, reply.body, {**reply.headers, "Date": date})
        if user not in READERS:
            return self._replay(recording("a10f"))
        record = self._by_request.get((path, "SREGISTRY-HMAC-SHA256"))
        is_found = record is not None and record["status"] == 200
        return self._replay(record if is_found else recording("a09h"))

    def _replay(self, record: Any) -> Reply:
        body = record["body"]
        text = json.dumps(body)
        if isinstance(body, str):
            text = body.partition("] ")[2] if body.startswith("[") else body
        headers = {
            name: self._localized(value)
            for name, value in record["headers"].items()
            if name.lower() not in ("content-length", "vary")
        }
        if record["content_type"]:
            headers["Content-Type"] = record["content_type"]
        return Reply(record["status"], self._localized(text), headers)

    def _localized(self, text: str) -> str:
        """Return a recorded text with the addresses and digests of this server."""
        for recorded, digest in DIGEST.items():
            text = text.replace(recorded, digest)
        # The real server writes a host name of its own, which clients can't reach.
        text = text.replace("http://127.0.0.1:28000", "http://registry.invalid")
        return text.replace("http://127.0.0.1:28900", self.storage.url)

    def _file(self, path: str) -> Reply:
        """Return the file of a native push by its secret. Library pushes have none there."""
        for record in self._by_request.values():
            body = record["body"]
            if not isinstance(body, dict) or not str(body.get("image", "")).endswith(path):
                continue
            content = CONTENT.get(str(body["version"]).removeprefix("sha256."))
            if content is not None and not body["metadata"]:
                return Reply(200, content, {"Content-Type": "application/img"})
        return Reply(404, "Beep Boop, Not Found!", _PAGE)

    def _from_storage(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, "<Error><Code>InvalidArgument</Code></Error>")
        key = unquote(asked.path)
        if key.endswith(f"/containers-lib/gatk:sha256.{DIGEST[LIBRARY]}"):
            return ranged(CONTENT[LIBRARY], asked)
        if "/secret-lab/libvault:" in key:
            return ranged(CONTENT[PRIVATE], asked)
        return Reply(404, "<Error><Code>NoSuchKey</Code></Error>")
