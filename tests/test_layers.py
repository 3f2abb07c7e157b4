"""Imports run downward only: the layers of the package, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

import jupyterlab_sregistry_globus

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
ISLAND = "sandbox"

# What stands in a lower tier is imported by what stands in a higher one, never the other way round.
# Within the ground tier anything goes; in the others a part imports itself alone.
TIERS: tuple[frozenset[str], ...] = (
    frozenset(
        {"", "_version", "asking", "config", "errors", "models", "net", "output", "store"}
        | {"text", "units"}
    ),
    frozenset({"images"}),
    frozenset({"globus"}),
    frozenset({"registry"}),
    frozenset({"catalog"}),
    frozenset({"transfers"}),
    frozenset({"services"}),
    frozenset({"setup", "commands"}),
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
    """The part of the package that a module lies in; "" is the package's own ``__init__``."""
    return module.split(".")[1] if "." in module else ""


def imports() -> Iterator[tuple[str, str]]:
    """Every import among our own modules, wherever in a file it stands."""
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
    """The absolute names of the modules that a statement imports."""
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
        frozenset(other for other in targets if module in reached.get(other, ()))
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


def test_every_part_has_its_place() -> None:
    found = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py"}
    found |= {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert found - {"__init__", ISLAND} <= set(TIER_BY_PART)


@pytest.mark.parametrize(("one", "other"), [edge for edge in EDGES if ISLAND not in edge])
def test_imports_run_downward(one: str, other: str) -> None:
    if one == other or (one, other) in ENTRY_POINTS:
        return
    ground = 0
    lower = TIER_BY_PART[other] < TIER_BY_PART[one]
    assert lower or TIER_BY_PART[one] == TIER_BY_PART[other] == ground, f"{one} imports {other}"


def test_modules_do_not_import_each_other_in_a_cycle() -> None:
    # Imports inside functions and for type checking count: they would hide a cycle.
    edges = [edge for edge in IMPORTS if tuple(map(part_of, edge)) not in ENTRY_POINTS]
    assert cycles(edges) == []


def test_a_cycle_is_found_wherever_it_is_entered() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("e", "f"), ("f", "g"), ("g", "e")]
    assert cycles(edges) == [["b", "c"], ["e", "f", "g"]]


def test_models_import_only_each_other() -> None:
    assert {other for one, other in EDGES if one == "models"} == {"models"}


def test_the_sandbox_is_an_island() -> None:
    assert {other for one, other in EDGES if one == ISLAND} == {ISLAND}
    assert {one for one, other in EDGES if other == ISLAND} == {ISLAND} | ISLAND_STARTS_FROM


def test_the_faces_know_nothing_of_each_other() -> None:
    faces = {"handlers", "magics", "cli"}
    crossing = [edge for edge in EDGES if set(edge) <= faces and edge[0] != edge[1]]
    assert crossing == []
