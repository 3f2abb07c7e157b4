"""The reference of the routes, from the OpenAPI file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PREFIX = "/"
OPENAPI = Path(__file__).parents[1] / "openapi.json"


def routes() -> str:
    """Return a section for each route, and one for each shape of a body."""
    document: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    lines = ["## Routes", ""]
    for path, operations in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in operations:
                lines += _route(path, method, operations[method], operations)
    lines += ["## Shapes", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _shape(name, schema)
    return "\n".join(lines)


def _route(path: str, method: str, operation: dict[str, Any], shared: dict[str, Any]) -> list[str]:
    place = path.removeprefix(PREFIX)
    lines = [f"### {operation['summary']}", "", f"`{method.upper()} {place}`", ""]
    parameters = [*shared.get("parameters", []), *operation.get("parameters", [])]
    if parameters:
        lines += ["| parameter | in | type |", "| --- | --- | --- |"]
        for parameter in parameters:
            kind = _type(parameter["schema"])
            lines.append(f"| `{parameter['name']}` | {parameter['in']} | {kind} |")
        lines.append("")
    body = _body(operation.get("requestBody", {}))
    if body:
        lines += [f"Body: {body}.", ""]
    for status, answer in operation["responses"].items():
        if status != "default":
            lines += [f"Answers {status}{', ' + _body(answer) if _body(answer) else ''}.", ""]
    return lines


def _body(holder: dict[str, Any]) -> str:
    content = holder.get("content", {}).get("application/json")
    return _type(content["schema"]) if content else ""


def _shape(name: str, schema: dict[str, Any]) -> list[str]:
    lines = [f"### {name}", ""]
    if "description" in schema:
        lines += [_plain(schema["description"]), ""]
    if "properties" not in schema:
        return [*lines, _type(schema) + ".", ""]
    required = schema.get("required", [])
    lines += ["| member | type | |", "| --- | --- | --- |"]
    for member, kind in schema["properties"].items():
        note = "" if member in required else "optional"
        lines.append(f"| `{member}` | {_type(kind)} | {note} |")
    return [*lines, ""]


def _type(schema: dict[str, Any]) -> str:
    """Return a type in words, with links to shapes."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for member in ("anyOf", "oneOf"):
        if member in schema:
            return " or ".join(_type(choice) for choice in schema[member])
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if schema.get("items") else "list"
    return str(schema.get("type", "anything"))


def _plain(text: str) -> str:
    return " ".join(text.split(":param")[0].split())
