"""Keys of an entry that every kind of server shares."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.registry.entry import Entry, InvalidEntry

URL = "https://registry.example.org"


def entry(**values: Any) -> Entry:
    endpoints: Any = None
    return Entry({"name": "lab", "kind": "sregistry", **values}, SRegistryGlobus(), endpoints)


def test_hosts_of_redirects_can_be_written_in_any_way() -> None:
    written = ["Minio.Lab", "store.lab:9000", "https://s3.lab/x", "10.0.0.7", "::1", "[fd00::1]:80"]
    site = entry(redirect_hosts=written).site(URL)
    assert site.redirect_hosts == {"minio.lab", "store.lab", "s3.lab", "10.0.0.7", "::1", "fd00::1"}
    assert entry().site(URL).redirect_hosts == set()


@pytest.mark.parametrize("hosts", ["minio.lab", [7], [""], ["https://"], ["http://["]])
def test_what_is_no_host_is_refused_with_the_key(hosts: Any) -> None:
    with pytest.raises(InvalidEntry, match="'redirect_hosts'"):
        entry(redirect_hosts=hosts).site(URL)
