"""The terminal as an ``Asker``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from click.testing import CliRunner

from jupyterlab_sregistry_globus.cli.terminal import TerminalAsker

Answer = TypeVar("Answer")
OPTIONS = {"native": "without a secret", "service": "with a secret"}


def run(
    call: Callable[[TerminalAsker], Answer],
    typed: str = "",
    *,
    is_interactive: bool = True,
    to_stderr: bool = False,
) -> tuple[Answer, str, str]:
    """Run a call with the user's input. Return its result, the output and the error output."""
    with CliRunner().isolation(input=typed) as (out, err, _):
        answer = call(TerminalAsker(is_interactive=is_interactive, to_stderr=to_stderr))
        return answer, out.getvalue().decode(), err.getvalue().decode()


def test_an_answer_is_stripped() -> None:
    answer, out, _ = run(lambda asker: asker.ask("Code"), " 1234 \n")
    assert answer == "1234"
    assert out.startswith("Code: ")


def test_an_empty_line_takes_the_default() -> None:
    assert run(lambda asker: asker.ask("Name", default="images"), "\n")[0] == "images"
    assert run(lambda asker: asker.confirm("Sure?", default=True), "\n")[0] is True
    assert run(lambda asker: asker.choose("Kind", OPTIONS, default="native"), "\n")[0] == "native"


def test_a_secret_is_not_shown_even_as_the_default() -> None:
    _, out, err = run(lambda asker: asker.ask("Secret", default="hush", secret=True), "typed\n")
    assert "hush" not in out + err
    assert "typed" not in out + err


def test_a_choice_is_repeated_until_it_is_an_option() -> None:
    answer, out, _ = run(lambda asker: asker.choose("Kind", OPTIONS), "other\nservice\n")
    assert answer == "service"
    assert "  service: with a secret" in out


@pytest.mark.parametrize("default", [True, False])
def test_without_a_user_every_question_has_its_default(default: bool) -> None:
    def call(asker: TerminalAsker) -> tuple[str | None, bool, str | None]:
        return (
            asker.ask("Name", default="images"),
            asker.confirm("Sure?", default=default),
            asker.choose("Kind", OPTIONS, default="native"),
        )

    assert run(call, is_interactive=False) == ((None, default, None), "", "")


def test_remote_text_cannot_steer_the_terminal() -> None:
    _, out, _ = run(lambda asker: asker.tell("two\nlines \x1b[2J"))
    assert out == "two\nlines \ufffd[2J\n"
    _, out, _ = run(lambda asker: asker.ask("Name of \x1b[2J"), "x\n")
    assert "\x1b" not in out


def test_text_goes_to_stderr_on_request() -> None:
    _, out, err = run(lambda asker: asker.tell("hello"), to_stderr=True)
    assert (out, err) == ("", "hello\n")
