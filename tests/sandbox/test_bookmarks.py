"""Bookmarks belong to a user, and have unique names."""

from __future__ import annotations

from collections.abc import Callable

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import refused

PLACE = {"endpoint_id": names.RESEARCH_CLOUD, "path": "/images/"}


def test_a_bookmark_is_created_renamed_and_deleted(
    ada: globus_sdk.TransferClient, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    made = ada.create_bookmark({"name": "cloud", **PLACE})
    assert {name: made[name] for name in ("name", *PLACE)} == {"name": "cloud", **PLACE}
    bookmark_id = made["id"]
    assert ada.get_bookmark(bookmark_id)["name"] == "cloud"
    assert ada.update_bookmark(bookmark_id, {"name": "Cloud"})["name"] == "Cloud"
    assert [row["name"] for row in ada.bookmark_list()] == ["Cloud", "sherlock images"]
    linked = transfer(names.ADA_HOSPITAL)
    assert linked.get_bookmark(bookmark_id)["name"] == "Cloud"
    bob = transfer(names.BOB)
    assert list(bob.bookmark_list()) == []
    assert refused(lambda: bob.get_bookmark(bookmark_id)) == (404, "BookmarkNotFound")
    assert ada.delete_bookmark(bookmark_id)["code"] == "Deleted"
    assert refused(lambda: ada.delete_bookmark(bookmark_id)) == (404, "BookmarkNotFound")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "sherlock images", **PLACE}, 409),
        ({"name": "", **PLACE}, 400),
        ({"name": "x" * 129, **PLACE}, 400),
        ({"name": " x", **PLACE}, 400),
        ({"name": "x", **PLACE, "path": "/file.sif"}, 400),
        ({"name": "x", **PLACE, "endpoint_id": "nobody"}, 404),
        ({"name": "x", **PLACE, "endpoint_id": names.DELETED_PROJECT}, 404),
        ({}, 400),
    ],
)
def test_an_impossible_bookmark_is_refused(
    ada: globus_sdk.TransferClient, body: dict[str, str], status: int
) -> None:
    assert refused(lambda: ada.create_bookmark(body))[0] == status
    assert len(list(ada.bookmark_list())) == 1


def test_a_taken_name_is_refused(ada: globus_sdk.TransferClient) -> None:
    made = ada.create_bookmark({"name": "cloud", **PLACE})
    taken = {"name": "sherlock images"}
    assert refused(lambda: ada.update_bookmark(made["id"], taken)) == (409, "Exists")
    assert ada.update_bookmark(made["id"], {"name": "cloud"})["name"] == "cloud"
