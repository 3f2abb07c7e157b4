"""The commands in cells: what a line may be, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support.faces import Faces

IMAGE = "demo/hello:latest"
SCRATCH = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"

# What is typed, and what the error must name.
BAD_LINES = {
    f"%globus send {IMAGE} {SCRATCH} --nonsense": "--nonsense",
    f"%globus send {IMAGE} {SCRATCH} --when-exists maybe": "maybe",
    f"%globus send {IMAGE}": "ENDPOINT:PATH",
    "%globus ls": "ENDPOINT",
    "%globus ls a: extra": "Unexpected argument 'extra'.",
    "%globus whoami extra": "Unexpected argument 'extra'.",
    "%globus nonsense": "nonsense",
    "%sregistry nonsense": "nonsense",
    "%globus setup": "setup",
    "%globus sandbox": "sandbox",
    "%globus --version": "--version",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_wrong_usage_is_an_error_that_leads_to_the_help(faces: Faces, line: str) -> None:
    with pytest.raises(errors.Invalid) as caught:
        faces.run_magic(line)
    assert BAD_LINES[line] in caught.value.message
    (shown,) = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown == f"{type(caught.value).__name__}: {caught.value.message}"


@pytest.mark.parametrize(
    ("line", "words"),
    {
        "%globus": "transfers",
        "%globus --help": "Usage: %globus",
        "%globus -h": "Usage: %globus",
        "%globus send --help": "Usage: %globus send [OPTIONS] IMAGE… ENDPOINT:PATH",
        "%sregistry --help": "inspect",
        "%sregistry ls --help": "Usage: %sregistry ls",
    }.items(),
)
def test_help_is_printed(faces: Faces, line: str, words: str) -> None:
    assert faces.run_magic(line) is None
    assert words in faces.printed


def test_sregistry_is_the_group_images(run_magic: Callable[..., Any]) -> None:
    assert repr(run_magic("%sregistry")) == repr(run_magic("%globus images collections"))
    # Architectures are read in the background, so they may be missing at first.
    first, second = run_magic("%sregistry ls tacos"), run_magic("%globus images ls tacos")
    assert [row[0] for row in first.rows] == [row[0] for row in second.rows] != []
    assert run_magic("%sregistry --json") == run_magic("%globus images --json")


def test_json_is_plain_data(run_magic: Callable[..., object]) -> None:
    data = run_magic("%globus whoami --json")
    assert isinstance(data, dict)
    assert data["state"] == "connected"


def test_values_of_the_notebook_are_words(faces: Faces, ada: Services) -> None:
    values = {"images": [IMAGE, "tacos/salsa:verde"], "to": SCRATCH, "label": "two words"}
    handle = faces.run_magic("%globus send $images $to --label {label}", names=values)
    (task,) = handle.tasks
    assert [image.source.reference for image in task.images] == [
        "images://demo/hello:latest",
        "images://tacos/salsa:verde",
    ]
    assert handle.transfer.label == "two words"


def test_values_of_the_notebook_are_words_of_a_body_too(faces: Faces) -> None:
    body = f"# a comment\n\n$images {SCRATCH}\n'tacos/salsa:verde' $to\n"
    values = {"images": [IMAGE, "tacos/avocados:latest"], "to": f"{names.RESEARCH_CLOUD}:/~/"}
    first, second = faces.run_magic("%%globus send --label mine", body, names=values)
    assert len(first.tasks[0].images) == 2
    assert len(second.tasks[0].images) == 1
    assert (first.data.label, second.data.label) == ("mine", "mine")


def test_a_cell_with_a_bad_line_sends_nothing(faces: Faces, sandbox: Sandbox) -> None:
    body = f"{IMAGE} {SCRATCH}\ntacos/nope:latest {names.RESEARCH_CLOUD}:/~/"
    with pytest.raises(errors.ImageNotFound):
        faces.run_magic("%%globus send", body)
    assert "/v0.10/transfer" not in {request.path for request in sandbox.requests()}


def test_a_cell_names_all_its_bad_lines_at_once(faces: Faces, sandbox: Sandbox) -> None:
    body = (
        f"{IMAGE} {SCRATCH}\n"
        "# isn't split\n"
        "tacos/salsa:verde\n"
        f'"tacos {SCRATCH}\n'
        f"tacos/nope:latest {SCRATCH}\n"
        f"{IMAGE} nowhere-at-all:/\n"
        f"tacos/neither:latest {names.RESEARCH_CLOUD}:/~/\n"
    )
    with pytest.raises(errors.Invalid) as caught:
        faces.run_magic("%%globus send", body)
    shown = caught.value.message
    for part in ("Line 4: 'tacos/salsa:verde'", "Line 5", "nope", "nowhere-at-all", "neither"):
        assert part in shown
    assert "/v0.10/transfer" not in {request.path for request in sandbox.requests()}


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("%%globus send", "\n# nothing\n"),
        ("%%globus send", "tacos/salsa:verde"),
        (f"%%globus send {IMAGE} {SCRATCH}", f"{IMAGE} {SCRATCH}"),
        ("%%globus whoami", "x"),
        ("%%globus", "x"),
    ],
)
def test_a_cell_that_makes_no_sense_is_an_error(faces: Faces, line: str, body: str) -> None:
    with pytest.raises(errors.Invalid):
        faces.run_magic(line, body)


def test_a_handle_does_what_the_commands_do(faces: Faces) -> None:
    handle = faces.run_magic(f"%globus send {IMAGE} {SCRATCH}")
    assert handle.wait(30) is handle
    assert handle.status == "succeeded"
    assert handle.transfer.id == handle.id
    assert handle.receipt.data.id == handle.id
    again = handle.retry()
    assert again.transfer.retry_of == handle.id
    with pytest.raises(errors.TransferFinished):
        handle.cancel()


def test_the_id_must_mean_one_transfer(faces: Faces) -> None:
    for _ in range(17):  # so that two ids begin with the same digit
        faces.run_magic(f"%globus send {IMAGE} {SCRATCH} --wait")
    ids = [row["id"] for row in faces.run_magic("%globus transfers --json")["transfers"]]
    digit = next(text for text in "0123456789abcdef" if sum(i.startswith(text) for i in ids) > 1)
    with pytest.raises(errors.NotFound, match=f"'{digit}' matches several transfers"):
        faces.run_magic(f"%globus show {digit}")
    with pytest.raises(errors.NotFound):
        faces.run_magic("%globus show nothing")
