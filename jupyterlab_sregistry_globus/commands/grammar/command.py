"""The decorator that makes a function a command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from .invocation import Invocation

Decorator = Callable[[Callable[..., Any]], Any]


class Command(click.Command):
    """A command that names the first word that it has no use for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of the line.

        :raises click.UsageError: a word is missing, malformed or superfluous.
        """
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            ctx.fail(f"Unexpected argument {rest[0]!r}.")
        return rest


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Return JSON instead of text.")(
        function
    )


def command(name: str, *, can_wait: bool = False, **attributes: Any) -> Decorator:
    """Make a function a command with ``--json``.

    If Globus requires a login while the function runs, the user logs in and the function is called
    again from its beginning. What must not happen twice goes through ``Invocation.once``.

    :param can_wait: add ``--wait``. The function returns one transfer handle, or a list of them.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        @click.pass_obj
        def run(invocation: Invocation, /, as_json: bool, wait: bool = False, **given: Any) -> Any:
            invocation.is_json_wanted = as_json
            answer = invocation.run(lambda: function(invocation, **given))
            if wait:
                for handle in answer if isinstance(answer, list) else [answer]:
                    if invocation.has_acted:  # the wait may fail, or be interrupted
                        invocation.face.asker.tell(f"Transfer {handle.id}")
                    handle.wait(show_progress=not as_json)
            return answer

        options = json_option(run)
        if can_wait:
            options = click.option(
                "--wait", is_flag=True, help="Wait until the transfer ends, and show its progress."
            )(options)
        return click.command(name, cls=Command, **attributes)(options)

    return decorate
