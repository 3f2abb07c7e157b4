"""The command group, and how our errors end a command."""

from __future__ import annotations

import click

from .. import __version__
from ..errors import ReloginNeeded, SRegistryGlobusError
from .again import again
from .cancel import cancel
from .demo import demo
from .doctor import doctor
from .exits import exit_code
from .images import images
from .inspect import inspect
from .login import login
from .logout import logout
from .ls import ls
from .mkdir import mkdir
from .pull import pull
from .receipt import receipt
from .refresh import refresh
from .sandbox import sandbox
from .search import search
from .send import send
from .setup import setup
from .task import task
from .tasks import tasks
from .whoami import whoami


@click.group("jupyter sregistry-globus", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def group() -> None:
    """Send container images from a registry to Globus endpoints."""


for _command in (
    again,
    cancel,
    demo,
    doctor,
    images,
    inspect,
    login,
    logout,
    ls,
    mkdir,
    pull,
    receipt,
    refresh,
    sandbox,
    search,
    send,
    setup,
    task,
    tasks,
    whoami,
):
    group.add_command(_command)


def program(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        result = group.main(arguments, prog_name="jupyter sregistry-globus", standalone_mode=False)
    except SRegistryGlobusError as error:
        click.echo(f"Error: {error.message}", err=True)
        if isinstance(error, ReloginNeeded):
            click.echo(
                "In a terminal, this command lets you log in for it; so does JupyterLab's sidebar.",
                err=True,
            )
        return exit_code(error)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return result if isinstance(result, int) else 0
