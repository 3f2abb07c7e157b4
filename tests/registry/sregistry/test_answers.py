"""A listing is read within bounds of memory."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import RegistryUnavailable
from jupyterlab_sregistry_globus.registry.sregistry import answers
from jupyterlab_sregistry_globus.registry.sregistry.answers import read_page
from jupyterlab_sregistry_globus.registry.web.answers import Answer
from jupyterlab_sregistry_globus.registry.web.server import Server


def answer(body: bytes) -> Answer:
    return Answer(Server("lab", "https://registry.example.org"), 200, {}, body)


def test_a_listing_of_too_many_objects_is_not_read(monkeypatch):
    body = b'{"count": 1, "results": [{"containers": [{}, {}, {}]}]}'
    assert len(read_page(answer(body)).results[0].containers) == 3
    monkeypatch.setattr(answers, "MAX_LISTED_OBJECTS", 4)
    with pytest.raises(RegistryUnavailable, match="lists more than 4"):
        read_page(answer(body))
