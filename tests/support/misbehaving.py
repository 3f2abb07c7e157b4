"""A server that never finishes an answer, in seven ways, and a proxy to reach it through."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import select
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# How an answer begins, and what is repeated after it; None ends the connection.
SHAPES: dict[str, tuple[bytes, bytes | None]] = {
    "silence": (b"", b""),
    "slow-headers": (OK + b"X: ", b"x"),
    "endless-1xx": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk-extension": (CHUNKED + b"1;", b"x"),
    "trailers": (CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n"),
    "slow-body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "slow-body-to-the-end": (OK + b"Connection: close\r\n\r\n", b"x"),
    "whole": (OK + b"Content-Length: 2\r\n\r\n[]", b""),
}
PAUSE_S = 0.02


class _Listener:
    """A server with a thread for each connection; use it in a ``with``."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[socket.socket] = []

    def __enter__(self):  # type: ignore[no-untyped-def]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        for sock in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        while not self.is_over.is_set():
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            self.serve(connection)
        with contextlib.suppress(OSError):
            connection.close()

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError


class Misbehaving(_Listener):
    """The server; the path of a request names a shape.

    :param certificate: a file with key and certificate, to speak TLS.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self.scheme = "https" if certificate else "http"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            self.answer(connection)

    def shape_of(self, path: str) -> str:
        return path.strip("/").partition("?")[0]

    def answer(self, connection: socket.socket) -> None:
        while True:
            head = _read_head(connection)
            if not head:
                return
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            shape = self.shape_of(path)
            start, repeated = SHAPES[shape]
            connection.sendall(start)
            if repeated is None:
                return
            if shape == "whole":
                continue
            while not self.is_over.wait(PAUSE_S):
                connection.sendall(repeated)


class Proxy(_Listener):
    """HTTP (absolute addresses and CONNECT) and SOCKS5 on one port, without any login.

    :param places: the ports on loopback that names lead to.
    """

    def __init__(self, places: dict[str, int] | None = None) -> None:
        super().__init__()
        self.places = places or {}
        self.asked: list[str] = []

    def serve(self, connection: socket.socket) -> None:
        first = connection.recv(1, socket.MSG_PEEK)
        if first == b"\x05":
            other, rest = self._socks(connection), b""
        else:
            other, rest = self._http(connection)
        with other:
            other.sendall(rest)
            _pump(connection, other)

    def _http(self, connection: socket.socket) -> tuple[socket.socket, bytes]:
        head = _read_head(connection)
        method, target, rest = head.split(b" ", 2)
        if method == b"CONNECT":
            host, _, port = target.decode().rpartition(":")
            other = self._connected("CONNECT", host, int(port))
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            return other, b""
        place, _, path = target.decode().removeprefix("http://").partition("/")
        host, _, port = place.partition(":")
        other = self._connected("HTTP", host, int(port or 80))
        return other, b" ".join([method, f"/{path}".encode(), rest])

    def _socks(self, connection: socket.socket) -> socket.socket:
        _, count = _exactly(connection, 2)
        _exactly(connection, count)
        connection.sendall(b"\x05\x00")
        kind = _exactly(connection, 4)[3]
        if kind == 3:
            host = _exactly(connection, _exactly(connection, 1)[0]).decode()
        else:
            host = str(ipaddress.ip_address(_exactly(connection, 4 if kind == 1 else 16)))
        (port,) = struct.unpack("!H", _exactly(connection, 2))
        other = self._connected("SOCKS", host, port)
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        return other

    def _connected(self, way: str, host: str, port: int) -> socket.socket:
        self.asked.append(f"{way} {host}")
        return socket.create_connection(("127.0.0.1", self.places.get(host, port)))


def _read_head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise OSError
        data += part
    return data


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        for sock in select.select([one, other], [], [])[0]:
            data = sock.recv(65536)
            if not data:
                return
            (other if sock is one else one).sendall(data)


@contextlib.contextmanager
def hanging_lookups(monkeypatch, name: str) -> Iterator[threading.Event]:  # type: ignore[no-untyped-def]
    """Make lookups of a name hang until the end; the event is set when one has begun."""
    look_up, begun, is_over = socket.getaddrinfo, threading.Event(), threading.Event()

    def hang(host: object, *rest: object, **options: object) -> object:
        if host in (name, name.encode()):
            begun.set()
            is_over.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return look_up(host, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", hang)
        yield begun
        is_over.set()


def write_certificate(file: Path, *hosts: str) -> Path:
    """Write a self-signed certificate and its key into one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
    now = datetime.datetime.now(datetime.timezone.utc)
    names: list[x509.GeneralName] = []
    for host in hosts:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
