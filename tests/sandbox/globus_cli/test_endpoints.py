"""The globus CLI finds, lists, bookmarks and creates endpoints of the sandbox."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..globus_program import GlobusProgram
from .tasks import CLOUD


def test_endpoint_search_and_show(globus: GlobusProgram) -> None:
    assert "Stanford Oak storage" in globus.run("endpoint", "search", "stanford", "--limit", "3")
    mine = globus.json("endpoint", "search", "--filter-scope", "my-endpoints")
    assert names.MY_COMPUTER in [row["id"] for row in mine["DATA"]]
    globus.run("endpoint", "search", code=2)
    assert "My computer (demo)" in globus.run("endpoint", "show", names.MY_COMPUTER)
    assert "Stanford" in globus.run("endpoint", "show", names.STANFORD_SHERLOCK_ENDPOINT)
    globus.run("endpoint", "show", "00000000-0000-4000-8000-000000000000", code=1)
    said = globus.run(
        "endpoint", "show", names.DELETED_PROJECT, "--map-http-status", "404=50", code=50
    )
    assert "EndpointDeleted" in said


def test_ls(globus: GlobusProgram, source: Path) -> None:
    (source / "lst" / "deep").mkdir(parents=True)
    (source / "lst" / "a.sif").touch()
    (source / "lst" / ".hidden").touch()
    (source / "lst" / "deep" / "b.txt").touch()
    place = f"{CLOUD}:/lst/"
    assert globus.run("ls", place).split() == ["deep/", "a.sif"]
    assert ".hidden" in globus.run("ls", "-a", place)
    assert "deep/b.txt" in globus.run("ls", "-r", place)
    assert globus.run("ls", place, "--filter", "~*.sif").split() == ["a.sif"]
    assert "Permissions" in globus.run("ls", "-l", place, "--orderby", "name:DESC")
    globus.run("ls", f"{CLOUD}:/nothing/", code=1)
    globus.run("ls", names.ADAS_LAPTOP_OFFLINE, code=1)


def test_mkdir_stat_rename(globus: GlobusProgram, source: Path) -> None:
    assert "created successfully" in globus.run("mkdir", f"{CLOUD}:/made here/")
    assert (source / "made here").is_dir()
    globus.run("mkdir", f"{CLOUD}:/made here/", code=1)
    globus.run("mkdir", f"{names.REGISTRY}:/x/", code=1)
    assert globus.json("stat", f"{CLOUD}:/made here/")["type"] == "dir"
    assert "Nothing found" in globus.run("stat", f"{CLOUD}:/nothing")
    globus.run("rename", CLOUD, "/made here/", "/renamed/")
    assert (source / "renamed").is_dir()


def test_bookmarks(globus: GlobusProgram) -> None:
    made = globus.json("bookmark", "create", f"{CLOUD}:/images/", "cloud images")["id"]
    globus.run("bookmark", "create", f"{CLOUD}:/images/", "cloud images", code=1)
    assert "Research Cloud project space" in globus.run("bookmark", "list")
    assert globus.run("bookmark", "show", "cloud images") == f"{CLOUD}:/images/\n"
    globus.run("bookmark", "rename", "cloud images", "my images")
    assert globus.json("bookmark", "show", made)["name"] == "my images"
    assert "deleted successfully" in globus.run("bookmark", "delete", "my images")
    globus.run("bookmark", "show", made, code=1)


def test_creating_and_sharing_an_endpoint(globus: GlobusProgram) -> None:
    made = globus.json("gcp", "create", "mapped", "Registry host")
    assert made["globus_connect_setup_key"]
    share = ("gcp", "create", "guest", "Shared", f"{names.MY_COMPUTER}:/~/")
    assert "subscription" in globus.run(*share, code=1)
    rule = ("--permissions", "r", "--identity", "carol@uni.example")
    place = f"{names.ADAS_RESULTS}:/images/"
    rule_id = globus.json("endpoint", "permission", "create", *rule, place)["access_id"]
    assert "carol@uni.example" in globus.run("endpoint", "permission", "list", names.ADAS_RESULTS)
    globus.run("endpoint", "permission", "delete", names.ADAS_RESULTS, rule_id)
    assert "administrator" in globus.run("endpoint", "role", "list", names.MY_COMPUTER)
    globus.run("endpoint", "delete", made["id"])
