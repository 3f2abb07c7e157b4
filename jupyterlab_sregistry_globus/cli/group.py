"""The command tree of the terminal, and how a command ends."""

from __future__ import annotations

import io
import os

import click

from .. import __version__
from ..commands.grammar.invocation import Invocation
from ..commands.grammar.lazy import LazyGroup
from ..commands.tree import HELP_OPTIONS, PACKAGE_BY_NAME
from ..errors import ReloginNeeded, SRegistryGlobusError
from ..output import lost_output
from ..text import printable
from .completionscripts import COMPLETION_VARIABLE
from .exits import exit_code
from .session import make_face, show

PROGRAM = "jupyter sregistry-globus"
TERMINAL_ONLY = ("setup", "doctor", "catalog", "demo", "sandbox", "purge", "completion")
MEMBERS = {**PACKAGE_BY_NAME, **dict.fromkeys(TERMINAL_ONLY, __package__)}


@click.group(PROGRAM, cls=LazyGroup, members=MEMBERS, context_settings=HELP_OPTIONS)
@click.version_option(__version__)
def group() -> None:
    """Send container images from a registry to Globus endpoints."""


def program(arguments: list[str] | None = None) -> int:
    """Run one command, print what it returns, and return its exit code."""
    invocation = Invocation(make_face())
    if COMPLETION_VARIABLE in os.environ:
        from .completing import take_part

        take_part()
    try:
        answer = group.main(
            arguments,
            prog_name=PROGRAM,
            complete_var=COMPLETION_VARIABLE,
            standalone_mode=False,
            obj=invocation,
        )
        if isinstance(answer, int):
            return answer
        if answer is not None:
            show(answer, as_json=invocation.is_json_wanted)
            # Data that did not reach its file must not look complete. But the user must not be led
            # to submit a transfer twice.
            lost = lost_output()
            if lost is not None and not invocation.has_acted:
                click.echo(f"Error: The output is incomplete: {lost.strerror}.", err=True)
                return 1
    except SRegistryGlobusError as error:
        click.echo(f"Error: {printable(error.message)}", err=True)
        if isinstance(error, ReloginNeeded):
            click.echo(
                "Run this command in a terminal to log in, or connect in JupyterLab's sidebar.",
                err=True,
            )
        return exit_code(error)
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        # It quotes what was typed, which may come from a script.
        text = io.StringIO()
        error.show(text)
        click.echo(printable(text.getvalue()), nl=False, err=True)
        return error.exit_code
    return 0
