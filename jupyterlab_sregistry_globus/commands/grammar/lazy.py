"""Groups that import a command only when it is needed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are modules, imported when they are run or listed.

    :param members: the package of each command's module. Module and command share their name.
    :param default: the command to run if the words name none; None shows the help instead.
    """

    def __init__(
        self,
        *arguments: Any,
        members: Mapping[str, str],
        default: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._members = members
        self._default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their own order, not the alphabet's."""
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, or None."""
        package = self._members.get(cmd_name)
        if package is None:
            return None
        module = importlib.import_module(f"{package}.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of words that name none."""
        is_own_option = bool(args) and args[0] in ctx.help_option_names
        # While a word is being completed, it may still become any command.
        has_default = self._default is not None and not ctx.resilient_parsing
        if has_default and not is_own_option and (not args or args[0].startswith("-")):
            args = [str(self._default), *args]
        return super().parse_args(ctx, args)
