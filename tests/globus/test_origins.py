"""Origins of pages: what is not read alike everywhere is refused."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.globus.origins import Origin, read_origin


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://localhost:8888/lab?x=1#\\y", Origin("http", "localhost", 8888)),
        ("HTTP://LocalHost:80", Origin("http", "localhost", None)),
        ("https://hub.example:443/user/ada/lab", Origin("https", "hub.example", None)),
        ("https://hub.example:8443?x", Origin("https", "hub.example", 8443)),
        ("http://[::1]:8888/lab", Origin("http", "::1", 8888)),
        ("http://[0:0::1]/lab", Origin("http", "::1", None)),
    ],
)
def test_an_origin_is_read_and_written_anew(address: str, origin: Origin) -> None:
    assert read_origin(address) == origin
    assert read_origin(str(origin)) == origin


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example\\@localhost:8888/",
        "http://localhost\\@other.example/",
        "http://localhost:8888\\.other.example/",
        "http:\\\\localhost/",
        "http:/localhost/",
        "//localhost/",
        "http://user:word@localhost/",
        "http://local host/",
        "http://localhost\n/",
        "\thttp://localhost/",
        "http://localhost%2f.other.example/",
        "http://[localhost]/",
        "http://[::1/",
        "http://localhost:-1/",
        "http://localhost:99999/",
        "http://l\u00f6calhost/",
        "javascript://localhost/%0aalert(1)",
    ],
)
def test_what_browsers_may_read_otherwise_is_no_origin(address: str) -> None:
    with pytest.raises(ValueError):
        read_origin(address)
