"""Reading the tree of commands."""

from __future__ import annotations

import click


def commands_in(tree: click.Group) -> dict[str, click.Command]:
    """Return every command of a tree, those of its groups by two words."""
    commands: dict[str, click.Command] = {}
    context = click.Context(tree)
    for name in tree.list_commands(context):
        command = tree.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            inner = commands_in(command)
            commands |= {f"{name} {second}": inner[second] for second in inner}
        else:
            commands[name] = command
    return commands
