"""Imports run downward only, and in no cycle, as read from the package's source."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

import jupyterlab_sregistry_globus

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
ISLAND = "sandbox"

# Higher tiers import lower ones, never the reverse.
# Within the ground tier, any part imports any other. In other tiers, a part imports only itself.
TIERS: tuple[frozenset[str], ...] = (
    frozenset(
        {"", "_version", "asking", "config", "configfiles", "errors", "folders", "models", "net"}
        | {"output", "store", "text", "units"}
    ),
    frozenset({"images"}),
    frozenset({"globus"}),
    frozenset({"registry"}),
    frozenset({"catalog"}),
    frozenset({"transfers"}),
    frozenset({"services"}),
    frozenset({"background", "commands", "setup"}),
    frozenset({"handlers", "magics"}),
    frozenset({"demo"}),
    frozenset({"cli"}),
    frozenset({"extension"}),
)
TIER_BY_PART = {part: tier for tier, parts in enumerate(TIERS) for part in parts}
# The entry points import their faces when they are called.
ENTRY_POINTS = {("", "extension"), ("", "magics")}
# The demo and the sandbox command start the sandbox. Nothing else imports it.
ISLAND_STARTS_FROM = {"demo", "cli"}


def part_of(module: str) -> str:
    """Return the part of the package that contains a module; "" for the package's ``__init__``."""
    return module.split(".")[1] if "." in module else ""


def imports() -> Iterator[tuple[str, str]]:
    """Return every import among our own modules, wherever it is in a file."""
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        package = module if is_package else module.rpartition(".")[0]
        for node in ast.walk(ast.parse(file.read_text())):
            for target in targets(node, package):
                if target == PACKAGE.name or target.startswith(PACKAGE.name + "."):
                    yield module, target


def targets(node: ast.AST, package: str) -> list[str]:
    """Return the absolute names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    # "from . import account" names modules; "from .x import y" names the module x.
    return [f"{base}.{alias.name}" if is_module(base, alias.name) else base for alias in node.names]


def is_module(package: str, name: str) -> bool:
    folder = PACKAGE.parent.joinpath(*package.split("."))
    return (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()


IMPORTS = sorted({(module, target) for module, target in imports() if module != target})
EDGES = sorted({(part_of(module), part_of(target)) for module, target in imports()})


def cycles(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or through others."""
    graph: dict[str, set[str]] = {}
    for module, target in edges:
        graph.setdefault(module, set()).add(target)
    reached = {module: reachable(graph, module) for module in graph}
    groups = {
        frozenset(target for target in targets if module in reached.get(target, ()))
        for module, targets in reached.items()
        if module in targets
    }
    return sorted(sorted(group) for group in groups)


def reachable(graph: Mapping[str, Collection[str]], start: str) -> set[str]:
    """Return the modules that a module imports, directly or through others."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for target in graph.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def test_the_source_was_read() -> None:
    assert ("handlers", "services") in EDGES
    assert ("transfers", "globus") in EDGES


def test_every_part_has_a_tier() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py"}
    parts |= {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert parts - {"__init__", ISLAND} <= set(TIER_BY_PART)


@pytest.mark.parametrize(("module", "target"), [edge for edge in EDGES if ISLAND not in edge])
def test_imports_run_downward(module: str, target: str) -> None:
    if module == target or (module, target) in ENTRY_POINTS:
        return
    ground = 0
    lower = TIER_BY_PART[target] < TIER_BY_PART[module]
    assert lower or TIER_BY_PART[module] == TIER_BY_PART[target] == ground, (
        f"{module} imports {target}"
    )


def test_modules_do_not_import_each_other_in_a_cycle() -> None:
    # Imports inside functions and for type checking count: they would hide a cycle.
    edges = [edge for edge in IMPORTS if tuple(map(part_of, edge)) not in ENTRY_POINTS]
    assert cycles(edges) == []


def test_a_cycle_is_found_wherever_it_is_entered() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("e", "f"), ("f", "g"), ("g", "e")]
    assert cycles(edges) == [["b", "c"], ["e", "f", "g"]]


def test_models_import_only_each_other() -> None:
    assert {target for module, target in EDGES if module == "models"} == {"models"}


def test_the_sandbox_is_an_island() -> None:
    assert {target for module, target in EDGES if module == ISLAND} == {ISLAND}
    assert {module for module, target in EDGES if target == ISLAND} == {ISLAND} | ISLAND_STARTS_FROM


def test_the_faces_do_not_import_each_other() -> None:
    faces = {"handlers", "magics", "cli"}
    crossing = [edge for edge in EDGES if set(edge) <= faces and edge[0] != edge[1]]
    assert crossing == []
