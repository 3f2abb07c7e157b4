"""Listings, stat, folders and names. No path leaves an endpoint's folder."""

from __future__ import annotations

import os
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import folder_of, refused

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


@pytest.fixture
def scratch(sandbox: Sandbox) -> Path:
    return folder_of(sandbox, "stanford-sherlock-scratch")


def rows(listing: globus_sdk.IterableResponse) -> list[str]:
    return [row["name"] for row in listing]


def test_a_listing_has_folders_first(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    listing = ada.operation_ls(SCRATCH)
    assert rows(listing) == ["data", "images", "projects", "README.txt"]
    assert listing["path"] == listing["absolute_path"] == "/"
    assert listing["endpoint"] == SCRATCH
    assert listing["length"] == listing["total"] == 4
    kinds = {row["name"]: (row["type"], row["size"]) for row in listing}
    assert kinds["data"][0] == "dir"
    readme = folder_of(sandbox, "stanford-sherlock-scratch") / "README.txt"
    assert kinds["README.txt"] == ("file", readme.stat().st_size)


def test_home_is_where_the_tilde_leads(ada: globus_sdk.TransferClient, sandbox: Sandbox) -> None:
    local = sandbox.state / "endpoints" / "my-computer"
    for path in ("/~/", "~", "~/", "/~", str(local), f"{local}/images/.."):
        assert ada.operation_ls(names.MY_COMPUTER, path)["absolute_path"] == f"{local}/"
    assert ada.operation_ls(names.MY_COMPUTER, "/~/images/")["path"] == "/~/images/"
    assert ada.operation_ls(names.MY_COMPUTER, "images")["absolute_path"] == f"{local}/images/"


def test_the_macro_for_the_servers_own_folder_works_where_no_path_is_given(
    ada: globus_sdk.TransferClient, sandbox: Sandbox
) -> None:
    assert ada.get_endpoint(names.NATIONAL_CENTER)["default_directory"] == "/{server_default}/"
    sandbox.change_endpoint(SCRATCH, default_directory="/{server_default}/", home="/images")
    assert ada.operation_ls(SCRATCH)["absolute_path"] == "/images/"
    assert refused(lambda: ada.operation_ls(SCRATCH, "/{server_default}/"))[0] == 404


def test_filters_order_and_pages(ada: globus_sdk.TransferClient, scratch: Path) -> None:
    folder = scratch / "many"
    folder.mkdir()
    for number in range(20):
        (folder / f"f{number:02d}.sif").write_bytes(b"x" * number)
    (folder / ".hidden").write_text("")
    (folder / "note.txt").write_text("12345")

    def ls(**options: object) -> list[str]:
        return rows(ada.operation_ls(SCRATCH, "/many", **options))  # type: ignore[arg-type]

    assert len(ls()) == 22
    assert ".hidden" not in ls(show_hidden=False)
    assert ls(filter="name:~*.TXT") == ["note.txt"]
    assert ls(filter="name:f03.sif,note.txt/type:file") == ["f03.sif", "note.txt"]
    assert ls(filter=["name:~f*", "name:!f00.sif", "size:<=2"]) == ["f01.sif", "f02.sif"]
    assert ls(filter={"name": ["~f1*", "!~*5.sif"], "size": ">17"}) == ["f18.sif", "f19.sif"]
    assert ls(filter="last_modified:2001-01-01,2001-01-02") == []
    assert ls(orderby="size DESC", limit=2) == ["f19.sif", "f18.sif"]
    assert ls(orderby=["type", "name DESC"], limit=1) == ["note.txt"]
    page = ada.operation_ls(SCRATCH, "/many", filter="name:~*.sif", limit=5, offset=18)
    assert rows(page) == ["f18.sif", "f19.sif"]
    assert (page["length"], page["total"]) == (2, 20)
    past = ada.operation_ls(SCRATCH, "/many", offset=50)
    assert (past["DATA"], past["total"]) == ([], 0)
    assert refused(lambda: ls(filter="nonsense"))[0] == 400
    assert refused(lambda: ls(filter="size:big"))[0] == 400
    assert refused(lambda: ls(orderby="name UPWARDS"))[0] == 400


def test_odd_names_are_kept(ada: globus_sdk.TransferClient, scratch: Path) -> None:
    odd = ["a b", "qu'o\"te", "100%#?&", "tag:latest@sha256", "new\nline", "<b>", "é 漢"]
    (scratch / "odd").mkdir()
    for name in odd:
        ada.operation_mkdir(SCRATCH, f"/odd/{name}")
        assert ada.operation_stat(SCRATCH, f"/odd/{name}")["name"] == name
    assert set(rows(ada.operation_ls(SCRATCH, "/odd"))) == set(odd)
    raw = os.fsencode(str(scratch / "odd")) + b"/\xff"
    Path(os.fsdecode(raw)).touch()
    assert "\ufffd" in rows(ada.operation_ls(SCRATCH, "/odd"))


def test_a_huge_folder_is_listed_completely(ada: globus_sdk.TransferClient) -> None:
    listing = ada.operation_ls(names.SKY_SURVEY, names.HUGE_FOLDER, limit=3, offset=99_999)
    assert rows(listing) == ["frame-099999.fits"]
    assert listing["total"] == names.HUGE_FOLDER_FILES
    stat = ada.operation_stat(names.SKY_SURVEY, f"{names.HUGE_FOLDER}/frame-000003.fits")
    assert (stat["type"], stat["size"]) == ("file", 11_520)
    assert ada.operation_stat(names.SKY_SURVEY, names.HUGE_FOLDER)["type"] == "dir"
    assert "frames" in rows(ada.operation_ls(names.SKY_SURVEY, "/"))


def test_stat_distinguishes_files_folders_and_links(
    ada: globus_sdk.TransferClient, scratch: Path
) -> None:
    (scratch / "good").symlink_to("README.txt")
    (scratch / "bad").symlink_to("nothing")
    assert ada.operation_stat(SCRATCH, "/images/")["type"] == "dir"
    assert ada.operation_stat(SCRATCH, "/README.txt")["type"] == "file"
    good = ada.operation_stat(SCRATCH, "/good")
    assert (good["type"], good["link_target"]) == ("file", "README.txt")
    assert ada.operation_stat(SCRATCH, "/bad")["type"] == "invalid_symlink"
    assert refused(lambda: ada.operation_stat(SCRATCH, "/nothing")) == (404, "NotFound")


def test_a_missing_folder_and_a_file_cannot_be_listed(ada: globus_sdk.TransferClient) -> None:
    assert refused(lambda: ada.operation_ls(SCRATCH, "/no")) == (404, "ClientError.NotFound")
    assert refused(lambda: ada.operation_ls(SCRATCH, "/README.txt")) == (
        502,
        "ExternalError.DirListingFailed.NotDirectory",
    )


def test_mkdir_creates_one_folder(ada: globus_sdk.TransferClient, scratch: Path) -> None:
    assert ada.operation_mkdir(SCRATCH, "/images/new/")["code"] == "DirectoryCreated"
    assert (scratch / "images" / "new").is_dir()
    assert refused(lambda: ada.operation_mkdir(SCRATCH, "/images/new")) == (
        502,
        "ExternalError.MkdirFailed.Exists",
    )
    status, code = refused(lambda: ada.operation_mkdir(SCRATCH, "/a/b/c"))
    assert (status, code) == (502, "ExternalError.MkdirFailed")
    assert not (scratch / "a").exists()
    assert refused(lambda: ada.operation_mkdir(SCRATCH, ""))[0] == 400


def test_rename_replaces_nothing(ada: globus_sdk.TransferClient, scratch: Path) -> None:
    done = ada.operation_rename(SCRATCH, "/README.txt", "/images/read me.txt")
    assert done["code"] == "FileRenamed"
    assert (scratch / "images" / "read me.txt").is_file()
    assert refused(lambda: ada.operation_rename(SCRATCH, "/README.txt", "/x"))[0] == 404
    (scratch / "other").write_text("kept")
    status, code = refused(lambda: ada.operation_rename(SCRATCH, "/images/read me.txt", "/other"))
    assert (status, code) == (502, "ExternalError.RenameFailed.Exists")
    assert (scratch / "other").read_text() == "kept"


def test_a_rename_replaces_a_file_where_the_storage_does_so(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, scratch: Path
) -> None:
    (scratch / "new").write_text("new")
    (scratch / "old").write_text("old")
    assert refused(lambda: ada.operation_rename(SCRATCH, "/new", "/old")) == (
        502,
        "ExternalError.RenameFailed.Exists",
    )
    sandbox.change_endpoint(SCRATCH, rename_replaces=True)
    ada.operation_rename(SCRATCH, "/new", "/old")
    assert (scratch / "old").read_text() == "new"
    assert not (scratch / "new").exists()
    (scratch / "new").write_text("new")
    assert refused(lambda: ada.operation_rename(SCRATCH, "/new", "/images"))[0] == 502


def test_a_storage_without_rename(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, scratch: Path
) -> None:
    assert ada.operation_ls(SCRATCH)["rename_supported"] is True
    sandbox.change_endpoint(SCRATCH, rename_supported=False)
    assert ada.operation_ls(SCRATCH)["rename_supported"] is False
    (scratch / "new").write_text("new")
    assert refused(lambda: ada.operation_rename(SCRATCH, "/new", "/other")) == (
        502,
        "ExternalError.RenameFailed",
    )
    assert (scratch / "new").exists()


@pytest.mark.parametrize("endpoint", [SCRATCH, names.MY_COMPUTER])
@pytest.mark.parametrize(
    "path",
    ["/leak/", "/leak/passwd", "/~/leak/", "/images/../leak/", "//leak//"],
)
def test_a_link_out_of_the_folder_leads_nowhere(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, endpoint: str, path: str
) -> None:
    slug = "stanford-sherlock-scratch" if endpoint == SCRATCH else "my-computer"
    folder = folder_of(sandbox, slug)
    (folder / "leak").symlink_to("/etc")
    if endpoint == names.MY_COMPUTER and not path.startswith("/~"):
        path = f"{folder}/{path}"
    for action in (
        lambda: ada.operation_ls(endpoint, path),
        lambda: ada.operation_stat(endpoint, path),
        lambda: ada.operation_mkdir(endpoint, f"{path}/made"),
        lambda: ada.operation_rename(endpoint, f"{path}/passwd", f"{path}/x"),
    ):
        assert refused(action) == (403, "EndpointPermissionDenied")


@pytest.mark.parametrize("path", ["/../../../etc", "/images/../../etc", "~/../../etc", "../etc"])
def test_dots_stop_at_the_root(ada: globus_sdk.TransferClient, path: str) -> None:
    assert refused(lambda: ada.operation_ls(SCRATCH, path)) == (404, "ClientError.NotFound")


def test_a_nul_is_refused(ada: globus_sdk.TransferClient) -> None:
    assert refused(lambda: ada.operation_ls(SCRATCH, "/a\0b"))[0] == 400
    assert refused(lambda: ada.operation_mkdir(SCRATCH, "/a\0b"))[0] == 400


@pytest.mark.parametrize("path", ["/", "/etc/", "/~/../", "/tmp/", "{local}-sibling/"])
def test_connect_personal_serves_the_folders_in_config_paths(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, path: str
) -> None:
    local = folder_of(sandbox, "my-computer")
    (local.parent / "my-computer-sibling").mkdir()
    folder = path.format(local=local)
    assert refused(lambda: ada.operation_ls(names.MY_COMPUTER, folder)) == (
        403,
        "EndpointPermissionDenied",
    )


def test_config_paths_is_read_at_each_use(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, tmp_path: Path
) -> None:
    config = sandbox.connect_personal_dir / "config-paths"
    denied = (403, "EndpointPermissionDenied")
    assert refused(lambda: ada.operation_ls(names.MY_COMPUTER, str(tmp_path))) == denied
    config.write_text(f"{config.read_text()}{tmp_path},0,0\n")
    assert ada.operation_ls(names.MY_COMPUTER, str(tmp_path))["total"] == 0
    assert refused(lambda: ada.operation_mkdir(names.MY_COMPUTER, f"{tmp_path}/x")) == denied
    config.write_text(f"{tmp_path},0,1\n")
    ada.operation_mkdir(names.MY_COMPUTER, f"{tmp_path}/x")
    assert refused(lambda: ada.operation_ls(names.MY_COMPUTER, "/~/")) == denied


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearest_folder_of_config_paths_decides_once_links_are_resolved(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, tmp_path: Path, order: int
) -> None:
    disk, link = tmp_path / "a-disk-with-a-long-name", tmp_path / "home"
    (disk / "images").mkdir(parents=True)
    link.symlink_to(disk)
    # As text, the first line is the longer one.
    lines = [f"{disk}/,0,0", f"{link}/images/,0,1"][::order]
    config = sandbox.connect_personal_dir / "config-paths"
    config.write_text("\n".join(lines))
    for folder in (f"{link}/images", f"{disk}/images"):
        ada.operation_mkdir(names.MY_COMPUTER, f"{folder}/{folder.count('home')}")
    denied = (403, "EndpointPermissionDenied")
    for folder in (link, disk):
        assert refused(lambda f=folder: ada.operation_mkdir(names.MY_COMPUTER, f"{f}/x")) == denied


def test_the_sdk_reads_the_connect_personal_folder(sandbox: Sandbox) -> None:
    local = globus_sdk.LocalGlobusConnectPersonal(
        config_dir=str(sandbox.connect_personal_dir.parent)
    )
    assert local.endpoint_id == names.MY_COMPUTER
    owner = local.get_owner_info()
    assert owner is not None
    assert owner.id == names.ADA
