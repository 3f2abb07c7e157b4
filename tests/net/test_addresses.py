"""Where a server may send us, by what kind of place its own address is."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.net.addresses import may_lead, place_of


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("127.0.0.1", "loopback"),
        ("127.9.9.9", "loopback"),
        ("::1", "loopback"),
        ("[::1]", "loopback"),
        ("0.0.0.0", "loopback"),
        ("::", "loopback"),
        ("localhost", "loopback"),
        ("LOCALHOST.", "loopback"),
        ("minio.localhost", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("10.0.0.1", "private"),
        ("172.16.3.4", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("224.0.0.1", "private"),
        ("8.8.8.8", "public"),
        ("2001:4860:4860::8888", "public"),
        ("registry.example.org", None),
        ("127.0.0.1.example.org", None),
        ("2130706433", "loopback"),
        ("0x7f.1", "loopback"),
    ],
)
def test_the_place_of_an_address(host: str, place: str | None) -> None:
    assert place_of(host) == place


@pytest.mark.parametrize(
    ("origin", "reach"),
    [
        ("public", {"public", None}),
        (None, {"public", None}),
        ("private", {"public", "private", None}),
        ("loopback", {"public", "private", "loopback", None}),
        ("link-local", {"public", "link-local", None}),
    ],
)
def test_a_server_leads_no_further_in_than_it_is_itself(origin, reach) -> None:
    places = ("public", "private", "loopback", "link-local", None)
    assert {place for place in places if may_lead(origin, place)} == reach
