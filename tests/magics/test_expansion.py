"""The notebook's values in the words of a line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest
from jupyterlab_sregistry_globus.magics.expansion import split_words

NAMES: dict[str, Any] = {
    "image": "tacos/avocados:latest",
    "name": "two words",
    "images": ["a:1", "b c:2"],
    "pair": ("x", "y"),
    "by_name": {"latest": "demo/hello:latest", "with blank": "b"},
    "number": 7,
    "folder": Path("/scratch"),
    "task": SimpleNamespace(id="abc", source=SimpleNamespace(path="/p q")),
    "quote": 'it\'s "quoted" $image',
}

# What is typed, and the words that it means.
LINES: dict[str, list[str]] = {
    "": [],
    "a  b": ["a", "b"],
    "$image": ["tacos/avocados:latest"],
    "send $image ep:/x": ["send", "tacos/avocados:latest", "ep:/x"],
    "$name": ["two words"],
    "{name}": ["two words"],
    "ep:/$name/x": ["ep:/two words/x"],
    '"$name and $number"': ["two words and 7"],
    "$images": ["a:1", "b c:2"],
    "{images}": ["a:1", "b c:2"],
    "$pair z": ["x", "y", "z"],
    "{images[0]}": ["a:1"],
    "{images[-1]}": ["b c:2"],
    "{by_name['latest']}": ["demo/hello:latest"],
    '{by_name["with blank"]}': ["b"],
    "{[i.upper() for i in images]}": ["A:1", "B C:2"],
    "{ {'a': 'c d'}['a'] }": ["c d"],
    "$task.id": ["abc"],
    "{task.source.path}": ["/p q"],
    "$task.id.sif": ["abc.sif"],
    "$folder/images": ["/scratch/images"],
    "$number$number": ["77"],
    "$quote": ['it\'s "quoted" $image'],
    # What is unknown stays as typed.
    "$unknown {unknown} {unknown.x}": ["$unknown", "{unknown}", "{unknown.x}"],
    "a$ $ $1 {} {not python}": ["a$", "$", "$1", "{}", "{not", "python}"],
    "{a": ["{a"],
    "a}": ["a}"],
    # What is quoted or escaped, too.
    "'$image {image}'": ["$image {image}"],
    r"\$image": ["$image"],
    r'"\$image"': ["$image"],
    "$$image {{image}}": ["$image", "{image}"],
    "'it' \"is $number\" a\\ b": ["it", "is 7", "a b"],
}


@pytest.mark.parametrize(("line", "words"), LINES.items(), ids=LINES)
def test_words(line: str, words: list[str]) -> None:
    assert split_words(line, NAMES) == words


@pytest.mark.parametrize("line", ["{images[7]}", "{by_name['x']}", "{1/0}", "{task.nothing}"])
def test_an_expression_that_fails_is_an_error_that_names_it(line: str) -> None:
    with pytest.raises(BadRequest, match="cannot be evaluated"):
        split_words(line, NAMES)


def test_an_open_quote_is_an_error() -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        split_words("'a", NAMES)


def test_no_typed_character_passes_for_a_value() -> None:
    assert split_words("\x000\x00 $image", NAMES) == ["0", "tacos/avocados:latest"]
