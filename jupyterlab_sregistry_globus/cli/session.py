"""The services of one command, and how its answer is printed."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

import click

from ..commands.grammar.face import Face
from ..commands.wiring import make_user_services
from .terminal import TerminalAsker

if TYPE_CHECKING:
    from ..commands.completion.suggestions import Suggestions
    from ..services import Services

# Each key press starts a program of its own, which keeps nothing for the next one.
_PATIENCE_S = 2.0


@functools.cache
def services() -> Services:
    """Return the services of this program."""
    return make_user_services()


def suggestions() -> Suggestions:
    """Return what completes words on a command line."""
    from ..commands.completion.suggestions import Suggestions

    return Suggestions(services, _PATIENCE_S)


def make_face() -> Face:
    """Return the terminal as a face. Questions go to standard error, so output can be piped."""
    is_interactive = sys.stdin is not None and sys.stdin.isatty()
    return Face(
        origin="cli",
        services=services,
        suggestions=suggestions,
        asker=TerminalAsker(is_interactive=is_interactive, to_stderr=True),
        login_asker=TerminalAsker(is_interactive=True, to_stderr=True),
        can_ask=is_interactive,
        opens_browser=is_interactive,
        login_hint="Run this in a terminal where you can paste one.",
    )


def show(answer: Any, *, as_json: bool) -> None:
    """Print what a command returned.

    :param answer: its ``data`` is for programs, its ``repr`` for people.
    """
    if as_json:
        from ..output import json_text

        click.echo(json_text(answer.data))
    else:
        click.echo(repr(answer))
