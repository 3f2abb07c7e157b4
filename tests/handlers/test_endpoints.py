"""Endpoints: their readiness, and the search for them."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api
from .helpers import data_access, refused, search

READINESS = {
    "MY_COMPUTER": "ready",
    "ADAS_LAPTOP_OFFLINE": "offline",
    "LAB_WORKSTATION_PAUSED": "paused",
    "STANFORD_OAK": "needs_consent",
    "NATIONAL_CENTER": "needs_consent",
    "STANFORD_SHERLOCK_SCRATCH": "probably_ready",
    "REGISTRY": "probably_ready",
    # Only listing a folder tells what these want.
    "CLINICAL_IMAGING": "probably_ready",
    "POLICY_CONSORTIUM": "probably_ready",
    "HOSPITAL_PATHOLOGY": "probably_ready",
    "STANFORD_SHERLOCK_ENDPOINT": "not_usable",
    "OLD_CLUSTER_V4": "not_usable",
}


async def test_each_kind_of_endpoint_shows_whether_it_can_be_used(api: Api, connected: Any) -> None:
    found = {}
    for name in READINESS:
        one = await api.get("endpoints", getattr(names, name))
        found[name] = one["readiness"]["state"]
        needs_nothing = found[name] in ("ready", "probably_ready")
        assert bool(one["readiness"]["next_step"]) != needs_nothing
        wanted = [data_access(one["id"])] if found[name] == "needs_consent" else []
        assert one["required_scopes"] == wanted
    assert found == READINESS


async def test_a_guest_of_a_personal_endpoint_is_usable(api: Api, connected: Any) -> None:
    # Its document says nothing of its computer, or says that it is on.
    one = await api.get("endpoints", names.BOBS_SHARE)
    assert one["readiness"]["state"] in ("ready", "probably_ready")
    assert (await api.get("endpoints", names.BOBS_SHARE, "folder"))["path"] == "/"


@pytest.mark.parametrize(
    "endpoint_id",
    [names.DELETED_PROJECT, "00000000-0000-4000-8000-000000000000", "x", "<b>", "../../x"],
)
async def test_an_endpoint_that_is_gone_or_never_was_is_not_found(
    api: Api, connected: Any, endpoint_id: str
) -> None:
    for path in (("endpoints", endpoint_id), ("endpoints", endpoint_id, "folder")):
        error = await refused(api, *path)
        assert (error.status, error.code) == (404, "endpoint_not_found")
        assert error.body["action"] == {"kind": "choose_endpoint"}


async def test_what_is_mine_and_shared_with_me_needs_no_text(api: Api, connected: Any) -> None:
    mine = await api.get("endpoints", scope="mine")
    assert {one["display_name"] for one in mine["endpoints"]} == {
        "Ada's laptop",
        "Ada's shared results",
        "Lab workstation",
        "My computer (demo)",
    }
    assert all(one["is_mine"] for one in mine["endpoints"])
    shared = await api.get("endpoints", scope="shared-with-me")
    assert "Bob's shared folder" in {one["display_name"] for one in shared["endpoints"]}
    assert not any(one["is_mine"] for one in shared["endpoints"])


async def test_a_search_finds_by_name_and_says_who_owns_what(api: Api, connected: Any) -> None:
    page = await api.get("endpoints", q="  stanford   sherlock ")
    found = {one["display_name"]: one for one in page["endpoints"]}
    assert {"Stanford Sherlock scratch", "Stanford Sherlock"} <= set(found)
    scratch = found["Stanford Sherlock scratch"]
    assert scratch["owner"] == "carol@uni.example"
    assert scratch["organization"] == "Stanford University"
    assert scratch["id"] == names.STANFORD_SHERLOCK_SCRATCH


async def test_recent_endpoints_are_those_of_recent_tasks(api: Api, connected: Any) -> None:
    assert (await search(api, scope="recent"))[0] == "Stanford Sherlock scratch"


async def test_a_text_narrows_each_scope(api: Api, connected: Any) -> None:
    assert await search(api, q="laptop", scope="mine") == ["Ada's laptop"]
    assert await search(api, q="no such thing at all") == []


async def test_an_empty_search_among_all_says_what_to_do(api: Api, connected: Any) -> None:
    for text in ("", "   "):
        error = await refused(api, "endpoints", q=text)
        assert (error.status, error.code) == (400, "bad_request")
        assert "word" in error.message


@pytest.mark.parametrize("text", ["#", "100%", "a&b=c", "<b>", "'\"", "x\ny", "\u00e4\u4e2d", "\\"])
async def test_any_text_can_be_searched_for(
    api: Api, connected: Any, sandbox: Sandbox, text: str
) -> None:
    await api.get("endpoints", q=text)
    asked = [one.query for one in sandbox.requests() if one.path.endswith("endpoint_search")]
    assert [one["filter_fulltext"] for one in asked] == [[" ".join(text.split())]]


async def test_pages_follow_each_other_without_gap_or_overlap(api: Api, connected: Any) -> None:
    whole = await search(api, q="e", limit=100)
    assert len(whole) > 7
    read: list[str] = []
    offset, has_next = 0, True
    while has_next:
        page = await api.get("endpoints", q="e", limit=3, offset=offset)
        assert page["offset"] == offset
        read += [one["display_name"] for one in page["endpoints"]]
        has_next, offset = page["has_next_page"], offset + 3
    assert read == whole


async def test_consents_are_asked_for_once_a_login(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    for _ in range(3):
        await api.get("endpoints", q="stanford")
    assert sum("consents" in one.path for one in sandbox.requests()) == 1


async def test_a_search_works_while_consents_cannot_be_asked_for(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": "GET /v2/api/identities/*", "status": 403})
    found = await search(api, q="stanford")
    assert "Stanford Oak storage" in found
