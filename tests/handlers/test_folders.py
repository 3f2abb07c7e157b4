"""Folders on endpoints: listed, created, and refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from .helpers import refused, scratch


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


async def test_the_servers_own_default_folder_is_where_browsing_and_sending_begin(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    endpoint_id = names.STANFORD_SHERLOCK_SCRATCH
    sandbox.change_endpoint(endpoint_id, default_directory="/{server_default}/", home="/images")
    endpoint = await api.get("endpoints", endpoint_id)
    assert endpoint["default_directory"] is None
    assert (await api.get("endpoints", endpoint_id, "folder"))["path"] == "/images/"
    body = {
        "sources": [{"kind": "image", "reference": "demo/hello:latest"}],
        "destination": {"endpoint_id": endpoint_id, "path": endpoint["default_directory"]},
    }
    plan = await api.post("plans", body=body)
    assert plan["destination"]["path"] == "/images/"
    assert plan["images"][0]["destination_path"].startswith("/images/hello")


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
