"""Folders in settings: made absolute, whatever their form; a mistake is named."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus import folders
from jupyterlab_sregistry_globus.errors import SettingWrong
from jupyterlab_sregistry_globus.folders import expand_folder, home_folder, with_home

ROOT_HOME = pwd.getpwuid(0).pw_dir


@pytest.fixture(autouse=True)
def variables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRATCH", "/scratch/ada")
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("MISSING", raising=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a/b", "/a/b"),
        ("~", "{home}"),
        ("~/x", "{home}/x"),
        ("~root/x", f"{ROOT_HOME}/x"),
        ("x", "{home}/x"),
        ("./x/../y/", "{home}/y"),
        ("$SCRATCH", "/scratch/ada"),
        ("$SCRATCH/x", "/scratch/ada/x"),
        ("${SCRATCH}x", "/scratch/adax"),
        ("/a$$b", "/a$b"),
        ("  /a b ", "/a b"),
        ("/a~", "/a~"),
        ("/a/../..", "/"),
    ],
)
def test_every_form_becomes_absolute(text: str, expected: str, home: Path) -> None:
    assert str(expand_folder(text, "store_dir")) == expected.format(home=home)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("$MISSING/x", "MISSING"),
        ("${MISSING}", "MISSING"),
        ("$EMPTY/x", "EMPTY"),
        ("/a/$", "$"),
        ("${}", "${}"),
        ("~nobody-has-this-name/x", "nobody-has-this-name"),
        ("~\udcff/x", "udcff"),
        ("", "store_dir"),
        ("  ", "store_dir"),
        ("/a\0b", "store_dir"),
    ],
)
def test_what_cannot_be_expanded_is_named(text: str, named: str) -> None:
    with pytest.raises(SettingWrong) as caught:
        expand_folder(text, "store_dir")
    assert named in caught.value.message and "store_dir" in caught.value.message


@pytest.mark.parametrize("text", [None, "", "relative", "."])
def test_without_a_usable_home_the_accounts_own_is_used(
    text: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", text)
    assert str(home_folder()) == pwd.getpwuid(os.getuid()).pw_dir


def test_an_account_without_a_home_is_told_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 987654321)
    with pytest.raises(SettingWrong, match="HOME"):
        home_folder()


def test_the_working_folder_never_matters(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert expand_folder("x", "store_dir") == home / "x"


def test_the_home_of_an_unknown_user_is_a_path_that_does_not_exist(home: Path) -> None:
    assert with_home(Path("~/x")) == home / "x"
    assert with_home(Path("a/~")) == Path("a/~")
    assert not with_home(Path("~no-such-user/x")).exists()


def test_no_code_uses_the_method_that_raises() -> None:
    package = Path(folders.__file__).parent
    used = [
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if ".expanduser()" in file.read_text() and "sandbox" not in file.parts
    ]
    assert used == []
