"""A Singularity Registry Server that answers as a real one did, and the storage behind it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
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

# What lay in the storage: the sha256 that was recorded, and how long the file was.
NATIVE = "2ff1c7d9de46e73f8445620b226b8d43e14497dcb8b04aec0b5794d2fd7c516c"
PRIVATE = "eb311481251e6c70244e7f3a0417281320db9e4964b681a7599ecfed66028fc9"
LIBRARY = "b83387f0498a3b9831e066a50c6e8bf8c72f85a06815980076207339bb99e97f"
_SIZES = {NATIVE: 1_600_123, PRIVATE: 123_456, LIBRARY: 4_000_000}
CONTENT = {
    recorded: hashlib.shake_256(recorded.encode()).digest(size) for recorded, size in _SIZES.items()
}
# The bytes themselves were not recorded, so others stand for them, and their digest for that one.
DIGEST = {recorded: hashlib.sha256(content).hexdigest() for recorded, content in CONTENT.items()}
# Answers to a token that is none, and over a limit: given by hand.
_NOT_REPLAYED = ("a03i", "e01")
_PAGE = {"Content-Type": "text/html; charset=utf-8"}


def recording(name: str) -> Any:
    """One recording, as it stands on disk."""
    (file,) = DATA.glob(f"{name}_*.json") if "_" not in name else [DATA / f"{name}.json"]
    return json.loads(file.read_text(encoding="utf-8"))


def limited(name: str) -> Reply:
    """What came once a limit was reached, of ``e_limit_<name>``."""
    seen = recording(f"e_limit_{name}")["first_seen"]
    status = "429" if "429" in seen else "403"
    _, wait, kind, body = seen[status]
    headers = {"Content-Type": kind, **({"Retry-After": wait} if wait else {})}
    return Reply(int(status), body if isinstance(body, str) else "x" * body, headers)


class RecordedRegistry:
    """Registry and storage; use it in a ``with``.

    :param wants_token: whether it lets in nobody without a token.
    """

    def __init__(self, *, wants_token: bool = False) -> None:
        self._by_request: dict[tuple[str, str], Any] = {}
        for file in sorted(DATA.glob("*.json")):
            one = json.loads(file.read_text(encoding="utf-8"))
            method, _, path = one.get("request", "").partition(" ")
            is_ours = file.name.startswith("f_") == wants_token
            if method == "GET" and is_ours and not file.name.startswith(_NOT_REPLAYED):
                path = path.partition("?")[0] if "limit=" in path else path
                self._by_request.setdefault((unquote(path), one["auth"]), one)
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
        """Answer so to whatever begins with this path, from now on."""
        self.replies[path] = reply

    def limit(self, path: str, name: str) -> None:
        """The limit over this path is reached."""
        self.reply(path, limited(name))

    def _answer(self, asked: Asked) -> Reply:
        path = unquote(asked.path)
        for beginning, reply in self.replies.items():
            if path.startswith(beginning):
                return reply
        way = asked.headers.get("authorization", "none").partition(" ")
        if way[0] == "SREGISTRY-HMAC-SHA256":
            return self._signed(path, way[2])
        if way[0] in ("Token", "BEARER") and way[2] not in TOKENS.values():
            return self._replay(recording("a03i"))
        if path.startswith("/containers/"):
            return self._file(path)
        # No tag means latest to it.
        for place in (path, path + "/", path.removesuffix(":latest")):
            for auth in (way[0], "none"):
                if (place, auth) in self._by_request:
                    return self._replay(self._by_request[place, auth])
        beginning, _, name = path.strip("/").rpartition("/")
        if beginning == "api/collection":
            return self._of_listing("a03e", lambda row: row["name"] == name)
        if path.startswith("/api/container/"):
            uri = path.removeprefix("/api/container/")
            return self._of_listing(
                "a05", lambda row: "{collection}/{name}:{tag}".format(**row) == uri
            )
        return self._replay(recording("b11i" if path.startswith("/v1/") else "a20d"))

    def _of_listing(self, name: str, is_it: Callable[[Any], bool]) -> Reply:
        """What was not recorded alone, but in a listing; the way to a file is not in there."""
        listing = recording(name)
        for row in listing["body"]["results"]:
            if is_it(row):
                return self._replay({**listing, "body": row})
        return self._replay(recording("a09h" if name == "a05" else "a07d"))

    def _signed(self, path: str, credentials: str) -> Reply:
        """As the server checks it: the name, the hour and the signature."""
        credential, _, signature = credentials.partition(",Signature=")
        event, name, stamp = credential.removeprefix("Credential=").split("/")
        user = base64.b64decode(name).decode()
        now = datetime.now(timezone.utc) + self.clock_off
        wanted, _, tag = path.removeprefix("/api/container/").partition(":")
        collection, _, container = wanted.partition("/")
        payload = f"{event}|{collection}|{stamp}|{container}|{tag}|"
        right = hmac.new(TOKENS.get(user, "?").encode(), payload.encode(), hashlib.sha256)
        if stamp != now.strftime("%Y%m%dT%HZ") or signature != right.hexdigest():
            reply = self._replay(recording("a10g"))
            date = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return Reply(reply.status, reply.body, {**reply.headers, "Date": date})
        if user not in READERS:
            return self._replay(recording("a10f"))
        one = self._by_request.get((path, "SREGISTRY-HMAC-SHA256"))
        return self._replay(one if one and one["status"] == 200 else recording("a09h"))

    def _replay(self, one: Any) -> Reply:
        body = one["body"]
        text = json.dumps(body)
        if isinstance(body, str):
            text = body.partition("] ")[2] if body.startswith("[") else body
        headers = {
            name: self._here(value)
            for name, value in one["headers"].items()
            if name.lower() not in ("content-length", "vary")
        }
        if one["content_type"]:
            headers["Content-Type"] = one["content_type"]
        return Reply(one["status"], self._here(text), headers)

    def _here(self, text: str) -> str:
        """What a recording says, with the addresses and digests of this server."""
        for recorded, digest in DIGEST.items():
            text = text.replace(recorded, digest)
        # It takes itself for a host that is not the one it is reached by.
        text = text.replace("http://127.0.0.1:28000", "http://registry.invalid")
        return text.replace("http://127.0.0.1:28900", self.storage.url)

    def _file(self, path: str) -> Reply:
        """A native push by its secret; what a library push has is not there."""
        for one in self._by_request.values():
            body = one["body"]
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
