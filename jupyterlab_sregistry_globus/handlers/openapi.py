"""Make the OpenAPI description from the routes and the models.

``python -m jupyterlab_sregistry_globus.handlers.openapi FILE`` writes it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from ..models.actions import ErrorBody
from ..models.transfers import Transfer
from . import PREFIX, routes

SCHEMA_REF = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """Return the whole description, as an OpenAPI 3.1 document.

    The event body (:class:`Transfer`) is included, so that the front end has one source of types.
    """
    kinds: list[type[msgspec.Struct]] = [ErrorBody, Transfer]
    found: list[tuple[str, str, Any]] = []
    for pattern, handler in routes():
        for verb in ("get", "post", "put", "delete"):
            operation = getattr(getattr(handler, verb, None), "operation", None)
            if operation is not None:
                found.append((pattern, verb, operation))
                kinds += [k for k in (operation.body, operation.answer) if k is not None]
    _, schemas = msgspec.json.schema_components(dict.fromkeys(kinds), ref_template=SCHEMA_REF)
    asked = _reachable([o.body.__name__ for _, _, o in found if o.body is not None], schemas)
    for name, schema in schemas.items():
        # An answer always has all its fields; only requests may leave some out.
        if name not in asked and "properties" in schema:
            schema["required"] = list(schema["properties"])
    paths: dict[str, Any] = {}
    for pattern, verb, operation in found:
        path = f"/{PREFIX}/" + re.sub(r"(\w+?)s/\(\[\^/\]\+\)", r"\1s/{\1_id}", pattern)
        paths.setdefault(path, {})[verb] = _operation(path, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyterlab-sregistry-globus",
            "version": "1",
            "description": "Routes of the server extension, behind Jupyter's authentication.",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _reachable(names: list[str], schemas: dict[str, Any]) -> set[str]:
    """Return the named schemas and all that they refer to."""
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            names += re.findall(r"'#/components/schemas/(\w+)'", repr(schemas[name]))
    return seen


def _operation(path: str, operation: Any) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    if operation.query is not None:
        schema = msgspec.json.schema(operation.query)
        properties = next(iter(schema["$defs"].values()))["properties"]
        parameters += [
            {"name": name, "in": "query", "required": False, "schema": shape}
            for name, shape in properties.items()
        ]
    described: dict[str, Any] = {"summary": operation.summary, "parameters": parameters}
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    answer = (
        {"204": {"description": "Done"}}
        if operation.answer is None
        else {"200": {"description": "Done", "content": _content(operation.answer)}}
    )
    described["responses"] = {
        **answer,
        "default": {"description": "Refused", "content": _content(ErrorBody)},
    }
    return described


def _content(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": SCHEMA_REF.format(name=kind.__name__)}}}


def text() -> str:
    """Return the description as ``docs/openapi.json`` has it."""
    return json.dumps(document(), indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text())
