"""``jupyter sregistry-globus completion``."""

from __future__ import annotations

import click

from .completionscripts import SCRIPTS


@click.command("completion")
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
def completion(shell: str) -> int:
    """Print a script that completes commands, images, and folders with the Tab key.

    For Bash, add this line to ~/.bashrc:  source <(jupyter sregistry-globus completion bash)

    For Zsh, add this line to ~/.zshrc:  source <(jupyter sregistry-globus completion zsh)

    For fish, save the script as ~/.config/fish/completions/jupyter-sregistry-globus.fish.
    """
    click.echo(SCRIPTS[shell], nl=False)
    return 0
