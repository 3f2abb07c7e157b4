"""What every route says where there is no connection to Globus, or can be none."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.pages import state_of


def everything() -> list[tuple[str, tuple[str, ...], Any]]:
    """A request of each kind that would need Globus."""
    endpoint = names.STANFORD_SHERLOCK_SCRATCH
    plan = {
        "sources": [{"kind": "image", "reference": "tacos/avocados:latest"}],
        "destination": {"endpoint_id": endpoint},
    }
    return [
        ("get", ("endpoints",), None),
        ("get", ("endpoints", endpoint), None),
        ("get", ("endpoints", endpoint, "folder"), None),
        ("post", ("endpoints", endpoint, "folder"), {"path": "/x"}),
        ("get", ("bookmarks",), None),
        ("post", ("bookmarks",), {"name": "x", "endpoint_id": endpoint, "path": "/"}),
        ("delete", ("bookmarks", endpoint), None),
        ("post", ("plans",), plan),
        ("post", ("transfers",), plan),
    ]


async def refusals(api: Api) -> set[str]:
    """The codes with which every such request is refused."""
    codes = set()
    for verb, path, body in everything():
        with pytest.raises(Refused) as caught:
            if verb == "get":
                await api.get(*path, **({"q": "x"} if path == ("endpoints",) else {}))
            elif verb == "post":
                await api.post(*path, body=body)
            else:
                await api.delete(*path)
        codes.add(caught.value.code)
    return codes


async def test_without_a_connection_everything_says_to_connect(api: Api, sandbox: Sandbox) -> None:
    assert await state_of(api) == "disconnected"
    assert await refusals(api) == {"not_connected"}
    assert (await api.get("transfers"))["transfers"] == []
    assert sandbox.requests() == []


class TestWithoutAClientId:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "client_id": ""}

    async def test_everything_says_who_sets_it_and_how(self, api: Api, sandbox: Sandbox) -> None:
        status = await api.get("status")
        assert status["account"]["state"] == "not_configured"
        assert "client_id" in status["setup_help"]
        assert "demo" in status["setup_help"]
        with pytest.raises(Refused) as caught:
            await api.post("logins", body={"page_url": "http://localhost:8888/"})
        assert (caught.value.status, caught.value.code) == (409, "not_configured")
        assert caught.value.body["action"]["kind"] == "configure"
        assert "client_id" in caught.value.body["action"]["setting"]
        assert await refusals(api) == {"not_configured"}
        assert sandbox.requests() == []

    async def test_images_can_be_looked_at_all_the_same(self, api: Api) -> None:
        catalog = await api.get("catalog")
        assert "tacos" in {one["name"] for one in catalog["collections"]}


class TestWhereTheAdministratorSwitchedItOff:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "enabled": False}

    async def test_everything_says_so(self, api: Api, sandbox: Sandbox) -> None:
        assert (await api.get("status"))["account"]["state"] == "disabled"
        with pytest.raises(Refused) as caught:
            await api.post("logins", body={"page_url": "http://localhost:8888/"})
        assert (caught.value.status, caught.value.code) == (403, "globus_disabled")
        assert "administrator" in caught.value.message
        assert await refusals(api) == {"globus_disabled"}
        assert sandbox.requests() == []
