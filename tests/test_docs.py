"""The documents agree with the code: settings, commands, exit codes, messages, links."""

from __future__ import annotations

import ast
import functools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commandpages import commands
from settingpages import settings

import jupyterlab_sregistry_globus
from jupyterlab_sregistry_globus.cli.exits import EXIT_CODE_BY_ERROR
from jupyterlab_sregistry_globus.cli.group import group
from jupyterlab_sregistry_globus.commands.tree import globus, sregistry
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.config.locks import FOLDER_VARIABLE
from jupyterlab_sregistry_globus.errors import SRegistryGlobusError
from jupyterlab_sregistry_globus.globus import hub
from jupyterlab_sregistry_globus.globus.hosts.variables import VARIABLES
from jupyterlab_sregistry_globus.registry import factory

from .support.commandtree import commands_in

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
ROOT = PACKAGE.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    file.relative_to(ROOT / "docs").with_suffix("").as_posix(): file.read_text(encoding="utf-8")
    for file in (ROOT / "docs").rglob("*.md")
    if "_build" not in file.parts and "generated" not in file.parts
}

# Read from the environment, but of no use to readers of the README.
UNDOCUMENTED_VARIABLES = {"DISPLAY", "HOME", "PWD", "WAYLAND_DISPLAY"}
WITHOUT_JSON = {"demo", "sandbox", "completion"}
# Of Jupyter, pip, and click.
OPTIONS_OF_OTHERS = {"--help", "--paths", "--no-deps", "--no-cache-dir"}


def rows(text: str, first_head: str) -> list[list[str]]:
    """Return the cells of the table whose first column has this heading, row by row."""
    table: list[list[str]] = []
    is_inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not cells:
            is_inside = False
        elif is_inside and not set(cells[0]) <= {"-", ":"}:
            table.append(cells)
        elif cells[0] == first_head:
            is_inside = True
    assert table, f"there is no table {first_head!r}"
    return table


def codes(text: str) -> list[str]:
    """Return the texts in code quotes."""
    return re.findall(r"`([^`]+)`", text)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


# Settings.

TRAITS = SRegistryGlobus.class_traits(config=True)


def test_the_reference_has_every_setting_with_its_default() -> None:
    sections = dict(re.findall(r"^### `(\w+)`\n\n_([^_]+)_ ", settings(), re.MULTILINE))
    assert set(sections) == set(TRAITS)
    assert sections["workers"] == "A whole number; default `16`."
    assert sections["login_method"] == "One of `'auto'`, `'redirect'`, `'code'`; default `'auto'`."


def test_every_setting_has_help_in_sentences() -> None:
    assert [name for name, trait in TRAITS.items() if not str(trait.help).endswith(".")] == []


@functools.cache
def variables() -> frozenset[str]:
    """Return the environment variables that the package reads itself."""
    read = re.compile(r"(?:environ(?:\.get\(|\[)\s*|variable = )\"(\w+)\"")
    sources = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    return frozenset(
        {
            hub.VARIABLE,
            FOLDER_VARIABLE,
            *VARIABLES,
            *(name for text in sources for name in read.findall(text)),
        }
    )


def test_every_environment_variable_is_documented_and_no_other() -> None:
    documented = {
        codes(cells[0])[0] for cells in rows(PAGES["reference/settings"], "environment variable")
    }
    assert documented == variables() - UNDOCUMENTED_VARIABLES


def test_every_kind_of_registry_is_documented_and_no_other() -> None:
    assert set(re.findall(r'"kind": "([\w-]+)"', PAGES["registries"])) == set(
        factory.MODULE_BY_KIND
    )
    named = re.findall(r"'kind' \(([^)]*)\)", str(TRAITS["registries"].help))
    assert set(re.findall(r"'([\w-]+)'", " ".join(named))) == set(factory.MODULE_BY_KIND)


# Magics and commands.


def test_the_reference_has_every_command() -> None:
    named = set(re.findall(r"^## (.+)$", commands(), re.MULTILINE))
    assert named >= set(commands_in(group))


def test_the_magics_are_commands() -> None:
    for tree in (globus, sregistry):
        assert commands_in(tree)
    assert set(commands_in(globus)) <= set(commands_in(group))


def test_documented_options_exist() -> None:
    known = {
        option
        for command in commands_in(group).values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    pages = "\n".join(text for name, text in PAGES.items() if not name.startswith("adr/"))
    documented = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", pages + README))
    assert len(documented & known) > 10
    assert documented - known - OPTIONS_OF_OTHERS == set()


def test_every_command_has_json_except_those_that_keep_running() -> None:
    without = {
        name
        for name, command in commands_in(group).items()
        if not any("--json" in parameter.opts for parameter in command.params)
    }
    assert without == WITHOUT_JSON


def test_every_exit_code_is_documented_and_no_other() -> None:
    documented = {int(codes(cells[0])[0]) for cells in rows(PAGES["reference/commands"], "code")}
    assert documented == {0, *EXIT_CODE_BY_ERROR.values()}


# Messages.


@functools.cache
def syntax() -> list[ast.AST]:
    """Return every node of the package's source."""
    files = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    return [node for text in files for node in ast.walk(ast.parse(text))]


def texts() -> Iterator[str]:
    """Yield every text in the package and in the front end, f-strings in parts."""
    for node in syntax():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
    for file in (ROOT / "src").rglob("*.ts*"):
        yield from re.findall(r"'([^'\n]*)'", file.read_text(encoding="utf-8"))


def test_the_messages_in_the_table_exist() -> None:
    quoted = [
        text
        for cells in rows(PAGES["troubleshooting"], "message")
        for text in re.findall(r"_([^_]+)_", cells[0])
    ]
    everything = "\n".join(texts())
    assert len(quoted) > 5
    assert [text for text in quoted if text not in everything] == []


def error_codes(error: type[SRegistryGlobusError]) -> set[str]:
    """Return the codes of an error and of those below it."""
    return {error.code}.union(*(error_codes(below) for below in error.__subclasses__()))


def test_every_error_code_is_in_troubleshooting_and_no_other() -> None:
    found = [codes(cells[0])[0] for cells in rows(PAGES["troubleshooting"], "code")]
    assert len(found) == len(set(found))
    assert set(found) == error_codes(SRegistryGlobusError)


# Dependencies.

DEPENDENCIES = "explanation/dependencies"


def quoted_names(text: str) -> set[str]:
    """Return the distributions that a list of requirements in pyproject.toml names."""
    return set(re.findall(r'^\s*"([A-Za-z0-9_.-]+)', text, re.MULTILINE))


def requirements(name: str) -> set[str]:
    # Python 3.10 has no TOML reader.
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(rf"^{name} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert match is not None
    return quoted_names(match[1])


def test_every_python_dependency_is_documented() -> None:
    documented = {
        name for cells in rows(PAGES[DEPENDENCIES], "package (Python)") for name in codes(cells[0])
    }
    assert documented == requirements("dependencies")


def test_every_python_dependency_is_used() -> None:
    used = {name.partition(".")[0] for node in syntax() for name in imported(node)}
    # JupyterLab is what this package extends. The library requests loads pysocks for SOCKS proxies.
    declared = requirements("dependencies") - {"jupyterlab", "pysocks", "pyjwt"} | {"jwt"}
    needed = {name.replace("-", "_") for name in declared}
    assert needed - used == set()


def test_every_imported_package_is_declared() -> None:
    used = {name.partition(".")[0] for node in syntax() for name in imported(node)}
    declared = requirements("dependencies") | {"oras", "rocrate"}
    # pyjwt[crypto] brings two of them. A kernel that can load the magics is IPython.
    known = {name.replace("-", "_") for name in declared} | {"jwt", "cryptography", "IPython"}
    assert used - known - set(sys.stdlib_module_names) - {"", PACKAGE.name} == set()


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_every_python_dependency_of_the_tests_is_documented() -> None:
    named = {re.sub(r"\[.*", "", name) for name in requirements("test")}
    assert named - set(codes(PAGES[DEPENDENCIES])) == set()


def test_every_npm_dependency_is_documented() -> None:
    package: dict[str, Any] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    documented = [
        name for cells in rows(PAGES[DEPENDENCIES], "package (npm)") for name in codes(cells[0])
    ]
    exact = {name for name in documented if not name.endswith("*")}
    families = tuple(name.rstrip("*") for name in documented if name.endswith("*"))
    plugins = ("eslint-", "stylelint-", "@eslint/", "typescript-eslint", "globals", "@types/")
    declared = set(package["dependencies"]) | set(package["devDependencies"])
    assert {
        name for name in declared - exact if not name.startswith((*families, *plugins))
    } == set()
    assert exact - declared == set()
