"""The description of the routes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jupyterlab_sregistry_globus.handlers import openapi

from .operations import OPERATIONS

ROOT = Path(__file__).parents[2]


def test_the_written_description_is_that_of_the_routes() -> None:
    written = ROOT / "docs" / "openapi.json"
    assert written.read_text() == openapi.text(), "run: make generate"


def test_every_operation_is_described() -> None:
    paths = openapi.document()["paths"]
    assert sum(len(verbs) for verbs in paths.values()) == len(OPERATIONS)
    for verbs in paths.values():
        for one in verbs.values():
            assert one["summary"]
            assert "ErrorBody" in json.dumps(one["responses"]["default"])


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = openapi.document()
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    for path, verbs in document["paths"].items():
        for one in verbs.values():
            given = {p["name"] for p in one["parameters"] if p["in"] == "path"}
            assert given == set(re.findall(r"{(\w+)}", path))
