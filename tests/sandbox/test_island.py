"""The sandbox imports nothing of the rest of the package."""

from __future__ import annotations

import ast
from pathlib import Path

import jupyterlab_sregistry_globus.sandbox as island

FOLDER = Path(island.__file__).parent


def test_it_imports_nothing_else_of_ours() -> None:
    imports = 0
    for path in FOLDER.rglob("*.py"):
        depth = len(path.relative_to(FOLDER).parts)
        for node in ast.walk(ast.parse(path.read_text())):
            imports += 1
            if isinstance(node, ast.ImportFrom):
                assert node.level <= depth, f"{path}: climbs out of the sandbox"
                assert not (node.module or "").startswith("jupyterlab_sregistry"), path
                assert (node.module or "").split(".")[0] != "globus_sdk", path
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    assert top not in ("jupyterlab_sregistry_globus", "globus_sdk"), path
    assert imports > 1000


def test_state_does_not_import_http() -> None:
    for path in FOLDER.rglob("*.py"):
        parts = path.relative_to(FOLDER).parts
        if parts[0] in ("http", "server.py"):
            continue
        assert "tornado" not in path.read_text(), path


def test_files_stay_small() -> None:
    sizes = {path.name: len(path.read_text().splitlines()) for path in FOLDER.rglob("*.py")}
    assert {name: size for name, size in sizes.items() if size > 350} == {}
