"""What the demo writes on disk, and what it never touches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.demo.folder import MARK, DemoFolder
from jupyterlab_sregistry_globus.sandbox import Sandbox


@pytest.fixture
def folder(tmp_path: Path) -> DemoFolder:
    folder = DemoFolder(tmp_path / "demo")
    folder.lay_out(fresh=False)
    return folder


def test_a_new_folder_has_images_and_a_notebook(folder: DemoFolder) -> None:
    assert list(folder.registry.rglob("avocados_*.sif"))
    notebook = json.loads((folder.notebooks / "Send an image.ipynb").read_text())
    assert notebook["nbformat"] == 4
    assert (folder.notebooks / "hello.sif").exists()


def test_a_second_start_keeps_what_the_user_changed(folder: DemoFolder) -> None:
    notebook = folder.notebooks / "Send an image.ipynb"
    notebook.write_text("mine")
    folder.lay_out(fresh=False)
    assert notebook.read_text() == "mine"


def test_a_fresh_start_deletes_what_an_earlier_demo_left(folder: DemoFolder) -> None:
    (folder.globus / "left over").touch()
    folder.lay_out(fresh=True)
    assert not (folder.globus / "left over").exists()
    assert (folder.root / MARK).exists()


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_without_our_mark_is_refused_and_left_alone(tmp_path: Path, fresh: bool) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("mine")
    with pytest.raises(FileExistsError):
        DemoFolder(tmp_path).lay_out(fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_configuration_leads_to_the_sandbox(folder: DemoFolder, sandbox: Sandbox) -> None:
    folder.configure(sandbox)
    file = folder.jupyter / "config" / "jupyter_sregistry_globus_config.json"
    settings = json.loads(file.read_text())["SRegistryGlobus"]
    assert settings["client_id"] == sandbox.client_id
    assert settings["registries"][0]["path"] == str(folder.registry)
    environment = folder.environment(sandbox)
    assert environment["JUPYTER_CONFIG_DIR"] == str(file.parent)
    assert sandbox.environment().items() <= environment.items()
