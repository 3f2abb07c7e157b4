"""A server on loopback that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request; ``path`` is as it was sent, without the query."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]

    def __str__(self) -> str:
        return self.path + "".join(f" {name}={value}" for name, value in self.query.items())


@dataclass(frozen=True)
class Reply:
    """What is answered.

    :param cut_after: close the connection after so many bytes of the body.
    :param pause_s: wait so long before the answer, or until the server ends.
    :param trickle_s: wait so long before each byte of the body.
    :param has_endless_headers: never end a header, until the server ends.
    :param stall_after: after so many bytes, wait until ``go_on`` is called.
    """

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    pause_s: float = 0.0
    trickle_s: float = 0.0
    stall_after: int | None = None
    has_endless_headers: bool = False

    def raw(self) -> bytes:
        """The body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


DROP = Reply(cut_after=-1)
Answerer = Callable[[Asked], Reply]


def ranged(content: bytes, asked: Asked) -> Reply:
    """A file, served as S3 does: with ranges."""
    wanted = asked.headers.get("range", "")
    start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
    if not wanted:
        return Reply(200, content)
    if start >= len(content):
        return Reply(416)
    end = wanted.partition("-")[2]
    stop = min(len(content), int(end) + 1) if end else len(content)
    place = f"bytes {start}-{stop - 1}/{len(content)}"
    return Reply(206, content[start:stop], {"Content-Range": place})


class WebServer:
    """The server; use it in a ``with``."""

    def __init__(self, answer: Answerer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._is_over = threading.Event()
        self._hung_up = threading.Event()
        self._may_go_on = threading.Event()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                place = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(place.path, dict(parse_qsl(place.query)), headers)
                owner.asked.append(asked)
                with suppress(OSError):
                    self.give(owner.answer(asked))

            def give(self, reply: Reply) -> None:
                if reply.pause_s:
                    owner._wait(reply.pause_s)
                is_cut = reply.cut_after is not None or owner._is_over.is_set()
                self.close_connection = is_cut
                if reply.cut_after is not None and reply.cut_after < 0:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = reply.raw()
                self.send_response_only(reply.status)
                for name, value in {"Content-Length": str(len(body)), **reply.headers}.items():
                    self.send_header(name, value)
                if reply.has_endless_headers:
                    self.flush_headers()
                    self.wfile.write(b"X: ")
                    while not owner._wait(0.05):
                        self.wfile.write(b"x")
                    self.close_connection = True
                    return
                self.end_headers()
                body = body if reply.cut_after is None else body[: reply.cut_after]
                if reply.stall_after is not None:
                    self.wfile.write(body[: reply.stall_after])
                    owner._may_go_on.wait()
                    body = body[reply.stall_after :]
                if not reply.trickle_s:
                    self.wfile.write(body)
                    return
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    if owner._wait(reply.trickle_s):
                        self.close_connection = True
                        return

            def log_message(self, *args: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass  # whoever asked went away

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> WebServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def hang_up(self) -> None:
        """End every answer that takes long."""
        ended, self._hung_up = self._hung_up, threading.Event()
        ended.set()

    def _wait(self, seconds: float) -> bool:
        """Wait; return whether the answer must end now."""
        return self._hung_up.wait(seconds) or self._is_over.is_set()

    def go_on(self) -> None:
        """Let what has stalled, or will, go on."""
        self._may_go_on.set()

    def __exit__(self, *args: object) -> None:
        self._is_over.set()
        self.hang_up()
        self.go_on()
        self._server.shutdown()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [str(asked) for asked in self.asked]


def unused_url() -> str:
    """An address of this machine at which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


@contextmanager
def taking_less_than(seconds: float) -> Iterator[None]:
    """Fails if what is inside takes longer: for what would otherwise never end."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
