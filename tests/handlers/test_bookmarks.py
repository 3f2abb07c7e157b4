"""Bookmarks of folders, kept by Globus."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused


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
