"""Texts that users see are plain English: none of the phrases that mark the old style."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyterlab_sregistry_globus

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
ROOT = PACKAGE.parent

# Each marks a sentence that a native speaker would have written another way.
PHRASES = (
    r"is told",
    r"are told",
    r"was told",
    r"stands",
    r"bears?",
    r"cures?",
    r"cured",
    r"for want of",
    r"by way of",
    r"comes? about",
    r"as it was",
    r"rightly",
    r"of which",
    r"whereto",
    r"(?<!there )(?-i:is none)",
    r"(?<!there )(?-i:are none)",
    r"in the way",
    r"at hand",
    r"is meant",
    r"are meant",
    r"lies",
    r"wants",
    r"sees? to",
    r"somebody",
    r"nobody",
    r"whoever",
    r"has not the",
    r"just now",
    r"going on",
    r"goes? on",
    r"out of order",
    r"is too much",
)
PATTERN = re.compile(r"\b(?:" + "|".join(PHRASES) + r")\b", re.IGNORECASE)

# Whole sentences that keep such a phrase, each with its reason.
ALLOWED: dict[str, str] = {}


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, white space folded."""
    for part in re.split(r"(?<=[.!?:])\s+|\n\s*\n|\n(?=[-|*#:])", text):
        yield " ".join(part.split())


def python_texts(file: Path) -> Iterator[str]:
    """Every string of a Python file, docstrings and the fixed parts of f-strings included."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def typescript_texts(file: Path) -> Iterator[str]:
    """Every quoted string and template of a TypeScript file."""
    for match in re.finditer(r"'((?:[^'\\\n]|\\.)*)'|`([^`]*)`|\"([^\"\n]*)\"", file.read_text()):
        yield (match[1] or match[2] or match[3] or "").replace("\\'", "'")


def json_texts(node: object) -> Iterator[str]:
    """Every string of a JSON document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from json_texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from json_texts(value)


def texts(file: Path) -> Iterator[str]:
    if file.suffix == ".py":
        return python_texts(file)
    if file.suffix in (".ts", ".tsx"):
        return typescript_texts(file)
    if file.suffix == ".json":
        return json_texts(json.loads(file.read_text()))
    return iter([file.read_text()])


def files() -> list[Path]:
    return sorted(
        [
            *PACKAGE.rglob("*.py"),
            *(ROOT / "schema").glob("*.json"),
            *(
                file
                for file in (ROOT / "src").rglob("*.ts*")
                if "__tests__" not in file.parts and file.name != "schema.ts"
            ),
            *ROOT.glob("*.md"),
            *(ROOT / "docs").rglob("*.md"),
        ]
    )


def hits(text: str) -> list[str]:
    return [
        sentence
        for sentence in sentences(text)
        if PATTERN.search(sentence) and sentence not in ALLOWED
    ]


@pytest.mark.parametrize(
    "file", [pytest.param(file, id=str(file.relative_to(ROOT))) for file in files()]
)
def test_no_phrase_of_the_old_style(file: Path) -> None:
    assert [hit for text in texts(file) for hit in hits(text)] == []


def test_the_phrases_are_found() -> None:
    old = "Globus is out of order just now. Somebody must see to it, for want of a cure."
    assert len(hits(old)) == 2


def test_every_exception_is_needed() -> None:
    found = {sentence for file in files() for text in texts(file) for sentence in sentences(text)}
    assert set(ALLOWED) <= found
