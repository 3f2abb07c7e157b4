"""The services of one command, and how its answer is printed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from ..config import load_settings
from ..images.localfiles import LocalFiles
from ..services import Services, make_services

Answer = TypeVar("Answer")


@functools.cache
def services() -> Services:
    """The services, with the user's own rights; listing waits for its end."""
    return make_services(
        load_settings(),
        files=LocalFiles(Path.cwd(), None),
        pool=ThreadPoolExecutor(2, thread_name_prefix="sregistry-globus"),
    )


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--json``, as every command that answers something has it."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def going_on(act: Callable[[Services], Answer]) -> Answer:
    """Do something with the services; a login that it takes is made on the way, in a terminal."""
    from ..verbs import account

    here = services()
    return account.going_on(here, lambda: act(here), _ask_code)


def _ask_code(reason: str, address: str) -> str | None:
    """The code that somebody pastes; None where nobody can."""
    if not sys.stdin.isatty():
        return None
    click.echo(f"{reason}\nLog in here, and copy the code:\n\n{address}\n", err=True)
    code: str = click.prompt("Code", err=True)
    return code


def show(answer: Any, as_json: bool) -> None:
    """Print a verb's answer.

    :param answer: with ``data``, a struct, for programs; its ``repr`` is for people.
    """
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answer.data), indent=2).decode())
    else:
        click.echo(repr(answer))
