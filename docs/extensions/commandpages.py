"""The reference of the commands, from the tree of click commands."""

from __future__ import annotations

import re

import click
from settingpages import escaped

from jupyterlab_sregistry_globus.cli.group import group

PROGRAM = "jupyter sregistry-globus"


def commands() -> str:
    """Return a table of all commands, and a section for each."""
    found = dict(_commands_of(group, PROGRAM))
    lines = ["| command | does |", "| --- | --- |"]
    for path, command in found.items():
        name = path.removeprefix(PROGRAM).strip()
        lines.append(
            f"| [`{name}`](#{_anchor(name)}) | {escaped(command.get_short_help_str(120))} |"
        )
    sections = [_section(path, command) for path, command in found.items()]
    return "\n".join([*lines, "", *sections])


def _commands_of(tree: click.Group, path: str) -> list[tuple[str, click.Command]]:
    found = []
    for name in tree.list_commands(click.Context(tree)):
        command = tree.get_command(click.Context(tree), name)
        if command is None or command.hidden:
            continue
        found.append((f"{path} {name}", command))
        if isinstance(command, click.Group):
            found += _commands_of(command, f"{path} {name}")
    return found


def _anchor(name: str) -> str:
    return re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-")


def _section(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    paragraphs = [
        " ".join(paragraph.split())
        for paragraph in re.split(r"\n\s*\n", command.help or "")
        if paragraph.strip()
    ]
    name = path.removeprefix(PROGRAM).strip()
    lines = [f"## {name}", "", ":::{code-block} text", ":class: usage", usage, ":::", ""]
    for paragraph in paragraphs:
        lines += [escaped(paragraph.removeprefix("\b").strip()), ""]
    options = [record for record in _records(command, context) if "--help" not in record[0]]
    if options:
        lines += ["| option | does |", "| --- | --- |"]
        lines += [f"| `{term}` | {escaped(text)} |".replace("\n", " ") for term, text in options]
        lines.append("")
    return "\n".join(lines)


def _records(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    return [(term.replace("|", r"\|"), text) for term, text in filter(None, records)]
