"""``jupyter sregistry-globus setup``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from ..errors import BadRequest
from ..folders import with_home
from ..setup.choices import APP_KINDS, PUBLIC_KINDS, STEPS
from .exits import exit_code
from .terminal import TerminalAsker

FOLDER = click.Path(path_type=Path)

# How to give an answer on this face, by the answer's name.
HINTS = {
    "client_id": "Give its client id with --client-id.",
    "client_secret": (
        "Give a file that contains it with --client-secret-file, or - for standard input."
    ),
    "folder": "Choose a folder with --folder.",
    "endpoint_id": "Use --personal or --endpoint-id.",
    "serves": "To change that, use --personal.",
    "shares": "To change that, use --guest.",
}


@click.command("setup")
@click.option(
    "--yes", "-y", is_flag=True, help="Do not prompt. Use the given options and the defaults."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what setup would do, without prompting or changing anything.",
)
@click.option(
    "--skip",
    "skipped",
    multiple=True,
    type=click.Choice(STEPS),
    help="Skip a step. Can be repeated.",
)
@click.option(
    "--config-dir", help="Where to write the configuration: user, env, system, or a path."
)
@click.option(
    "--for-everyone/--only-me",
    "for_everyone",
    default=None,
    help=(
        "Whether every account on this machine can read the configuration. Default: only for "
        "'system'."
    ),
)
@click.option(
    "--server-url",
    "server_urls",
    multiple=True,
    help="Address at which users open JupyterLab, or the hub's own address.  "
    "[default: http://localhost:8888/]",
)
@click.option("--hub", "is_hub", is_flag=True, help="The address belongs to a JupyterHub.")
@click.option(
    "--login-method",
    type=click.Choice(["auto", "redirect", "code"]),
    help="How users log in. Choose 'code' if Globus cannot return to the address.",
)
@click.option(
    "--app",
    type=click.Choice(APP_KINDS),
    help="Kind of the registered app. A 'service' app acts as itself, without users.",
)
@click.option("--client-id", help="Client id of the registered app.")
@click.option(
    "--client-secret-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File with the app's secret, or - for standard input.",
)
@click.option(
    "--registry", help="Name of the registry.  [default: the first registry that is a folder]"
)
@click.option("--folder", type=FOLDER, help="Folder of its images on this machine.")
@click.option(
    "--personal/--no-personal",
    "serves",
    default=None,
    help="Whether this machine serves that folder, through Globus Connect Personal.",
)
@click.option(
    "--personal-dir",
    type=FOLDER,
    help="Connect Personal's configuration folder (its -dir option).",
)
@click.option(
    "--program", type=FOLDER, help="Path of the globusconnectpersonal program, or of its folder."
)
@click.option("--endpoint-name", help="Name of this machine's endpoint, if setup creates one.")
@click.option("--endpoint-id", help="An endpoint that already serves the registry's folder.")
@click.option("--endpoint-path", help="The folder's path on that endpoint.  [default: /]")
@click.option(
    "--start/--no-start", "starts", default=None, help="Whether to start Connect Personal."
)
@click.option("--subscription", "subscription_id", help="Id of the Globus subscription to use.")
@click.option(
    "--guest/--no-guest",
    "shares",
    default=None,
    help="Whether others may send from the registry, through a guest collection.",
)
@click.option("--guest-name", help="Name of the guest collection, if setup creates one.")
@click.option(
    "--public",
    metavar="COLLECTION",
    multiple=True,
    help="A collection that everyone can read; * for all. Can be repeated.",
)
@click.option(
    "--public-means",
    "public_kind",
    type=click.Choice(PUBLIC_KINDS),
    default=PUBLIC_KINDS[0],
    show_default=True,
    help="Who counts as everyone.",
)
@click.option(
    "--private",
    metavar="COLLECTION=READER,READER",
    multiple=True,
    help=(
        "A collection and its readers: ada@uni.example, the id of an identity, or group:ID. "
        "Can be repeated."
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Requires --yes or --dry-run.")
def setup(
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    skipped: tuple[str, ...],
    client_secret_file: Path | None,
    **options: Any,
) -> int:
    """Set up Globus for this JupyterLab.

    Shows what to register at Globus, connects your account, and lets users send from the registry.
    Each step shows what it will do before it does it. You can run setup again: it adds what is
    missing, and leaves alone what it did not create. It prompts for anything that is not given as
    an option.
    """
    from ..output import json_text
    from ..setup.answers import Answers
    from ..setup.flow import run_setup
    from .service_factory import service_factory

    if as_json and not (yes or dry_run):
        raise BadRequest("--json cannot ask questions. Add --yes or --dry-run.")
    for name in ("public", "private"):
        options[name] = options[name] or None
    answers = Answers(
        **options, skipped=frozenset(skipped), client_secret=_read_secret(client_secret_file)
    )
    is_interactive = not (yes or dry_run)
    with service_factory() as make_services:
        report, error = run_setup(
            answers,
            TerminalAsker(is_interactive=is_interactive, to_stderr=as_json),
            make_services,
            is_dry=dry_run,
            is_interactive=is_interactive,
            hints=HINTS,
        )
    if as_json:
        click.echo(json_text(report))
    if error is not None:
        return exit_code(error)
    return 0 if report.is_well else 1


def _read_secret(file: Path | None) -> str | None:
    """Return the secret from a file or the environment, or None.

    The command has no option for it, because every account can see the options of a process.
    """
    if file is None:
        return os.environ.get("SREGISTRY_GLOBUS_CLIENT_SECRET", "").strip() or None
    try:
        text = sys.stdin.readline() if str(file) == "-" else with_home(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"Cannot read {file}: {error}") from error
    if len(text.split()) != 1:
        raise BadRequest(f"{file} does not contain a secret. Write the secret on one line.")
    return text.strip()
