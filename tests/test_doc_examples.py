"""The examples in the documentation work: terminals, cells, and configurations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import PyFileConfigLoader

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.services import Services

from .support.faces import Ended
from .support.person import Person
from .test_docs import PAGES, README

DOCUMENTS = {"README": README, **PAGES}
PROGRAM = "jupyter sregistry-globus "
ENDPOINT = "0f1b2c3d-0000-4000-8000-000000000001"


def blocks(language: str) -> list[Any]:
    """Return every block in a language, with its page and its number there."""
    return [
        pytest.param(body, id=f"{page}-{number}")
        for page, text in DOCUMENTS.items()
        for number, body in enumerate(_blocks_of(text, language))
    ]


def _blocks_of(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def pages(language: str) -> list[str]:
    return [page for page, text in DOCUMENTS.items() if _blocks_of(text, language)]


def test_there_are_examples() -> None:
    assert len(blocks("sh")) >= 5
    assert len(pages("ipython")) >= 3
    assert len(blocks("python")) >= 10


@pytest.mark.parametrize("body", blocks("sh"))
def test_a_command_line_works(body: str, run_cli: Callable[..., Ended], person: Person) -> None:
    def answer(shown: str) -> str:
        return person.code(re.findall(r"^http\S+$", shown, re.MULTILINE)[-1])

    for line in body.splitlines():
        assert line.startswith(PROGRAM)
        ended = run_cli(line.removeprefix(PROGRAM), answer)
        assert ended.code == 0, ended.err


@pytest.fixture
def shell(faced: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A notebook's kernel in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = InteractiveShell()
    made.history_manager.enabled = False
    made.run_line_magic("load_ext", "jupyterlab_sregistry_globus")
    yield made
    made.history_manager.end_session()


@pytest.mark.parametrize("page", pages("ipython"))
def test_the_cells_of_a_page_work_in_order(page: str, shell: Any) -> None:
    for cell in _blocks_of(DOCUMENTS[page], "ipython"):
        outcome = shell.run_cell(cell)
        assert outcome.success, (cell, outcome.error_in_exec)


@pytest.mark.parametrize("body", blocks("python"))
def test_a_configuration_is_understood(body: str, services: Services, tmp_path: Path) -> None:
    if body.startswith("{"):
        body = f"c.SRegistryGlobus.registries = [{body}]"
    ast.parse(body)
    file = tmp_path / "example_config.py"
    for blank in ('"UUID"', '"endpoint_id": "…"'):
        body = body.replace(blank, blank.replace("UUID", ENDPOINT).replace("…", ENDPOINT))
    file.write_text(body, "utf-8")
    config = PyFileConfigLoader(str(file)).load_config()
    assert set(config) == {"SRegistryGlobus"}
    assert set(config.SRegistryGlobus) <= set(SRegistryGlobus.class_traits(config=True))
    settings = SRegistryGlobus(config=config)
    for backend in make_backends(settings, services.endpoints):
        assert not isinstance(backend, BrokenRegistry), backend
