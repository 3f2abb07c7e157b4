"""Endpoints: search, readiness, folders and bookmarks, from what Globus answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.person import Person

TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"


def data_access(endpoint_id: str) -> str:
    return f"{TRANSFER}[*https://auth.globus.org/scopes/{endpoint_id}/data_access]"


async def log_in(api: Api, person: Person, action: dict[str, Any]) -> str:
    """Log in for what an error's action demands, and return the authorize address."""
    body = {"page_url": "https://hub.example/", "login": action}
    started = await api.post("logins", body=body)
    url = str(started["authorize_url"])
    body = {"login_id": started["login_id"], "code": person.code(url)}
    assert (await api.post("logins", "code", body=body))["state"] == "connected"
    return url


async def search(api: Api, **query: Any) -> list[str]:
    return [one["display_name"] for one in (await api.get("endpoints", **query))["endpoints"]]


async def refused(api: Api, *path: str, **query: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await api.get(*path, **query)
    return caught.value


# Readiness, as GLOBUS's documents tell it

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


# Search


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


# What stands before a folder


async def test_after_the_consent_the_endpoint_is_ready(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.STANFORD_OAK, "folder")
    assert (error.status, error.code) == (403, "consent_required")
    action = error.body["action"]
    assert action["required_scopes"] == [data_access(names.STANFORD_OAK)]

    await log_in(api, person, action)
    one = await api.get("endpoints", names.STANFORD_OAK)
    assert one["readiness"]["state"] == "probably_ready"
    assert one["required_scopes"] == []
    folder = await api.get("endpoints", names.STANFORD_OAK, "folder")
    assert folder["path"] == "/oak/ada/"
    other = await api.get("endpoints", names.NATIONAL_CENTER)
    assert other["readiness"]["state"] == "needs_consent"


async def test_high_assurance_demands_a_fresh_login(
    api: Api, connected: Any, person: Person, sandbox: Sandbox
) -> None:
    sandbox.advance_clock(3600)
    error = await refused(api, "endpoints", names.CLINICAL_IMAGING, "folder")
    assert (error.status, error.code) == (403, "login_required")
    action = error.body["action"]
    assert action["prompt"] == "login"
    assert action["session_required_identities"] == [names.ADA]
    assert action["required_scopes"] == []

    url = await log_in(api, person, action)
    assert parse_qs(urlsplit(url).query)["prompt"] == ["login"]
    folder = await api.get("endpoints", names.CLINICAL_IMAGING, "folder")
    assert folder["path"] == "/home/ada/"


async def test_a_policy_demands_a_login_that_satisfies_it(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.POLICY_CONSORTIUM, "folder")
    assert error.code == "login_required"
    assert error.body["action"]["session_required_policies"] == [names.HOSPITAL_POLICY]
    await log_in(api, person, error.body["action"])
    assert (await api.get("endpoints", names.POLICY_CONSORTIUM, "folder"))["path"] == "/"


async def test_a_domain_demands_a_login_from_there(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.HOSPITAL_PATHOLOGY, "folder")
    assert error.code == "login_required"
    assert error.body["action"]["session_required_single_domain"] == ["hospital.example"]
    await log_in(api, person, error.body["action"])
    assert (await api.get("endpoints", names.HOSPITAL_PATHOLOGY, "folder"))["path"] == "/"


@pytest.mark.parametrize(
    ("name", "status", "code", "word"),
    [
        ("ADAS_LAPTOP_OFFLINE", 409, "endpoint_offline", "offline"),
        ("LAB_WORKSTATION_PAUSED", 409, "endpoint_offline", "paused"),
        ("BOBS_LAPTOP", 403, "permission_refused", "Permission denied"),
    ],
)
async def test_a_folder_that_cannot_be_listed_says_why(
    api: Api, connected: Any, name: str, status: int, code: str, word: str
) -> None:
    endpoint_id = getattr(names, name)
    listed = await refused(api, "endpoints", endpoint_id, "folder", path="/home/x")
    assert (listed.status, listed.code) == (status, code)
    assert word in listed.message
    with pytest.raises(Refused) as made:
        await api.post("endpoints", endpoint_id, "folder", body={"path": "/home/x/new"})
    assert (made.value.status, made.value.code) == (status, code)


async def test_a_refused_permission_names_the_place_and_the_way(api: Api, connected: Any) -> None:
    private = await refused(api, "endpoints", names.BOBS_LAPTOP, "folder", path="/home/x")
    # Its name is as private as its files.
    assert private.message == f"Permission denied reading /home/x on {names.BOBS_LAPTOP}."
    with pytest.raises(Refused) as created:
        await api.post("endpoints", names.GENOME_MIRROR, "folder", body={"path": "/new"})
    assert created.value.message == (
        "Permission denied writing to /new on Genome reference mirror. "
        "Ask its owner for write access."
    )


@pytest.mark.parametrize("name", ["STANFORD_SHERLOCK_ENDPOINT", "OLD_CLUSTER_V4"])
async def test_what_holds_no_files_has_no_folders(api: Api, connected: Any, name: str) -> None:
    error = await refused(api, "endpoints", getattr(names, name), "folder")
    assert error.status in (409, 502)
    assert "collections" in error.message or "does not work" in error.message


# Folders


def scratch(sandbox: Sandbox) -> Path:
    return sandbox.state / "endpoints" / "stanford-sherlock-scratch"


async def test_folders_come_before_files(api: Api, connected: Any, sandbox: Sandbox) -> None:
    (scratch(sandbox) / "a file").write_bytes(b"x" * 7)
    folder = await api.get("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder")
    assert [(one["name"], one["type"]) for one in folder["entries"]] == [
        ("data", "dir"),
        ("images", "dir"),
        ("projects", "dir"),
        ("README.txt", "file"),
        ("a file", "file"),
    ]
    by_name = {one["name"]: one for one in folder["entries"]}
    assert by_name["a file"]["size_bytes"] == 7
    assert by_name["data"]["size_bytes"] is None
    assert (folder["total"], folder["is_truncated"]) == (5, False)


async def test_hidden_files_are_shown_on_request(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    (scratch(sandbox) / "images" / ".hidden").write_bytes(b"")
    path = ("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder")
    assert (await api.get(*path, path="/images"))["entries"] == []
    shown = await api.get(*path, path="/images", show_hidden="true")
    assert [one["name"] for one in shown["entries"]] == [".hidden"]


async def test_a_huge_folder_is_cut_and_says_so(api: Api, connected: Any) -> None:
    begun = time.monotonic()
    folder = await api.get("endpoints", names.SKY_SURVEY, "folder", path=names.HUGE_FOLDER)
    assert len(folder["entries"]) == 1000
    assert folder["total"] == names.HUGE_FOLDER_FILES
    assert folder["is_truncated"] is True
    assert time.monotonic() - begun < 10


HOSTILE = [
    "with a blank",
    'it\'s "quoted"',
    "#hash",
    "100%",
    "%41",
    "a:b",
    "a@b",
    "a+b&c=d",
    "a,b",
    "new\nline",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "back\\slash",
    "~",
    "-rf",
    "\u00e4\u4e2d\U0001f951",
]


async def test_a_folder_of_any_name_can_be_made_and_entered(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    path = ("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder")
    for name in HOSTILE:
        made = await api.post(*path, body={"path": f"/images/{name}"})
        assert made["path"] == f"/images/{name}/"
        assert (await api.get(*path, path=made["path"]))["path"] == made["path"]
    listed = await api.get(*path, path="/images")
    assert {one["name"] for one in listed["entries"]} == set(HOSTILE)
    assert {one.name for one in (scratch(sandbox) / "images").iterdir()} == set(HOSTILE)


async def test_a_new_folder_needs_a_name(api: Api, connected: Any, sandbox: Sandbox) -> None:
    path = ("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder")
    for odd in ("", "/", "//", "/images/.", "/images/..", "/images/../", "a\0b"):
        with pytest.raises(Refused) as caught:
            await api.post(*path, body={"path": odd})
        assert caught.value.code == "bad_request"
    assert not any("mkdir" in one.path for one in sandbox.requests())


async def test_a_folder_that_exists_is_not_made_again(api: Api, connected: Any) -> None:
    with pytest.raises(Refused) as caught:
        await api.post(
            "endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder", body={"path": "/images"}
        )
    assert (caught.value.status, caught.value.code) == (409, "folder_exists")


async def test_a_folder_below_a_missing_one_is_refused_in_words(api: Api, connected: Any) -> None:
    with pytest.raises(Refused) as caught:
        await api.post(
            "endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder", body={"path": "/no/where"}
        )
    assert "No such file or directory" in caught.value.message
    assert "GridFTP" not in caught.value.message


@pytest.mark.parametrize(
    ("endpoint", "path", "absolute"),
    [
        ("STANFORD_SHERLOCK_SCRATCH", "/no/where/yet", "/no/where/yet/"),
        ("STANFORD_SHERLOCK_SCRATCH", "/images/a/b/", "/images/a/b/"),
        ("STANFORD_SHERLOCK_SCRATCH", "/images/", "/images/"),
        ("STANFORD_SHERLOCK_SCRATCH", "/data", "/data/"),
        ("MY_COMPUTER", "/~/images/x/y", "{contents}/images/x/y/"),
        ("MY_COMPUTER", "x/y", "{contents}/x/y/"),
    ],
)
async def test_a_folder_is_created_with_its_parents_on_request(
    api: Api, connected: Any, contents: Path, endpoint: str, path: str, absolute: str
) -> None:
    body = {"path": path, "parents": True}
    for _ in range(2):
        made = await api.post("endpoints", getattr(names, endpoint), "folder", body=body)
        assert made["path"] == absolute.format(contents=contents)
        assert made["entries"] == []


async def test_parents_are_not_created_below_a_file_or_without_end(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    for path in ("/README.txt/a/b", "/README.txt", "/x" * 100):
        with pytest.raises(Refused):
            body = {"path": path, "parents": True}
            await api.post("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder", body=body)
    assert not (scratch(sandbox) / "x").exists()


@pytest.mark.parametrize("name", ["REGISTRY", "STANFORD_GENOMICS_ARCHIVE"])
async def test_no_folder_is_created_in_a_read_only_place(
    api: Api, connected: Any, name: str
) -> None:
    with pytest.raises(Refused) as caught:
        await api.post("endpoints", getattr(names, name), "folder", body={"path": "/new"})
    assert (caught.value.status, caught.value.code) == (403, "permission_refused")
    assert caught.value.body["action"] == {"kind": "choose_folder"}


async def test_a_missing_folder_is_reported(api: Api, connected: Any) -> None:
    error = await refused(
        api, "endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder", path="/no/where"
    )
    assert (error.status, error.code) == (404, "folder_not_found")
    assert error.message == "The endpoint has no such folder. Check the path."


async def test_a_file_is_not_listed_as_a_folder(api: Api, connected: Any) -> None:
    error = await refused(
        api, "endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder", path="/README.txt"
    )
    assert (error.status, error.code) == (404, "folder_not_found")
    assert "file" in error.message


async def test_a_path_cannot_leave_what_an_endpoint_serves(
    api: Api, connected: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    (scratch(sandbox) / "out").symlink_to(tmp_path)
    path = ("endpoints", names.STANFORD_SHERLOCK_SCRATCH, "folder")
    above = await api.get(*path, path="/../../..")
    assert "images" in {one["name"] for one in above["entries"]}
    error = await refused(api, *path, path="/out")
    assert error.code == "permission_refused"


# Bookmarks


async def test_a_bookmark_is_kept_by_globus(api: Api, connected: Any) -> None:
    seeded = (await api.get("bookmarks"))["bookmarks"]
    assert [one["name"] for one in seeded] == ["sherlock images"]
    new = {"name": "  my <place>  ", "endpoint_id": names.RESEARCH_CLOUD, "path": "/data/"}
    made = await api.post("bookmarks", body=new)
    assert made == {**new, "name": "my <place>", "id": made["id"]}
    assert made in (await api.get("bookmarks"))["bookmarks"]
    assert await api.delete("bookmarks", made["id"]) is None
    assert (await api.get("bookmarks"))["bookmarks"] == seeded


@pytest.mark.parametrize("path", ["/home/ada", "/", "/a b/ü"])
async def test_a_bookmark_is_of_the_folder_with_or_without_a_last_slash(
    api: Api, connected: Any, path: str
) -> None:
    new = {"name": f"mine {path}", "endpoint_id": names.DEPARTMENT_NAS, "path": path}
    made = await api.post("bookmarks", body=new)
    assert made["path"] == f"{path.rstrip('/')}/"
    assert made in (await api.get("bookmarks"))["bookmarks"]


@pytest.mark.parametrize("path", ["", "home", "../x"])
async def test_a_bookmark_of_a_relative_path_is_refused(
    api: Api, connected: Any, path: str
) -> None:
    new = {"name": "mine", "endpoint_id": names.DEPARTMENT_NAS, "path": path}
    with pytest.raises(Refused) as caught:
        await api.post("bookmarks", body=new)
    assert (caught.value.status, caught.value.code) == (400, "bad_request")


async def test_a_bookmark_needs_a_name(api: Api, connected: Any) -> None:
    new = {"name": "  ", "endpoint_id": names.RESEARCH_CLOUD, "path": "/"}
    with pytest.raises(Refused) as caught:
        await api.post("bookmarks", body=new)
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize("bookmark_id", ["x", "00000000-0000-4000-8000-000000000000"])
async def test_a_bookmark_that_is_gone_is_not_found(
    api: Api, connected: Any, bookmark_id: str
) -> None:
    with pytest.raises(Refused) as caught:
        await api.delete("bookmarks", bookmark_id)
    assert (caught.value.status, caught.value.code) == (404, "bookmark_not_found")


# Globus in trouble


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        ({"status": 503, "headers": {"Retry-After": "7"}}, 503, "globus_unavailable"),
        ({"status": 429, "headers": {"Retry-After": "7"}}, 503, "globus_busy"),
        ({"status": 500}, 503, "globus_unavailable"),
        ({"drop": True}, 503, "globus_unavailable"),
        ({"half_body": True}, 503, "globus_unavailable"),
        ({"broken_json": True}, 503, "globus_unavailable"),
        ({"body": {}}, 503, "globus_unavailable"),
        ({"body": []}, 503, "globus_unavailable"),
        (
            {"body": {"DATA": [{"no": "endpoint"}], "has_next_page": False}},
            503,
            "globus_unavailable",
        ),
        ({"status": 400, "message": "That makes no sense"}, 502, "globus_refused"),
        ({"status": 401}, 403, "not_connected"),
    ],
)
async def test_errors_of_globus_are_translated(
    api: Api,
    connected: Any,
    sandbox: Sandbox,
    trouble: dict[str, Any],
    status: int,
    code: str,
) -> None:
    sandbox.set_faults({"route": "GET /v0.10/endpoint_search", **trouble})
    error = await refused(api, "endpoints", q="stanford")
    assert error.status == status
    assert error.code == code
    assert error.body["retryable"] is (status == 503)
    if "headers" in trouble:
        assert error.body["action"] == {"kind": "retry", "after_s": 7.0}
    sandbox.set_faults()
    assert await search(api, q="stanford")


async def test_a_temporary_error_is_retried_silently(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "status": 503, "count": 1})
    assert await search(api, q="stanford")


class TestWithAShortPatience:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "upstream_timeout_s": 0.3, "upstream_retries": 0}

    async def test_a_globus_that_does_not_answer_times_out(
        self, api: Api, connected: Any, sandbox: Sandbox
    ) -> None:
        sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "delay_s": 3})
        begun = time.monotonic()
        error = await refused(api, "endpoints", q="stanford")
        assert (error.status, error.code) == (503, "globus_unavailable")
        assert "in time" in error.message
        assert time.monotonic() - begun < 2.5
