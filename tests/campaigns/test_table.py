"""The table has a row for each route, each command and each face, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import click
import pytest

from jupyterlab_sregistry_globus.cli.group import group
from jupyterlab_sregistry_globus.handlers import openapi
from jupyterlab_sregistry_globus.models import plans

from ..support.commandtree import commands_in
from ..test_layers import TIER_BY_PART, TIERS
from . import test_command_faults, test_faults
from .table import (
    COMMANDS,
    FACES,
    HTTPS_ROUTES,
    ROUTES,
    TERMINAL_COMMANDS,
    TRANSFER_ROUTES,
    Route,
)

ROOT = Path(__file__).parents[2]
# Packages above the services that users meet only through a face.
NO_FACES = {"background", "commands", "setup", "demo", "extension"}
OPERATIONS = {
    f"{verb.upper()} {path.removeprefix('/sregistry-globus')}": described
    for path, verbs in openapi.document()["paths"].items()
    for verb, described in verbs.items()
}


def test_every_route_has_a_row_and_no_other() -> None:
    assert set(ROUTES) == set(OPERATIONS)


def test_every_command_has_a_row_and_no_other() -> None:
    assert {*COMMANDS, *TERMINAL_COMMANDS} == set(commands_in(group))


def test_every_face_has_its_part_of_the_matrix() -> None:
    packages = {package for package in FACES.values() if package}
    above = frozenset().union(*TIERS[TIER_BY_PART["services"] + 1 :])
    assert packages == above - NO_FACES
    for face, package in FACES.items():
        tests = {*vars(test_faults), *vars(test_command_faults)}
        assert (f"test_through_a_{face}" in tests) is (package is not None)
    assert (ROOT / "src/__tests__/campaigns/faults.spec.tsx").exists()


def test_servers_are_killed_on_every_route_of_an_image() -> None:
    assert {*TRANSFER_ROUTES, *HTTPS_ROUTES} == set(get_args(plans.Route))


@pytest.mark.parametrize(("name", "route"), ROUTES.items(), ids=ROUTES)
def test_a_row_fills_what_the_route_requires(name: str, route: Route) -> None:
    described = OPERATIONS[name]
    parameters = {"path": set(), "query": set()}
    for parameter in described["parameters"]:
        parameters[parameter["in"]].add(parameter["name"])
    assert set(route.path) == set(re.findall(r"{(\w+)}", name)) == parameters["path"]
    assert set(route.query) <= parameters["query"]
    assert (route.body is not None) == ("requestBody" in described)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_row_fills_what_the_command_requires(name: str) -> None:
    command = commands_in(group)[name]
    has_required = any(
        isinstance(parameter, click.Argument) and parameter.required for parameter in command.params
    )
    assert not has_required or COMMANDS[name].words
