"""``jupyter sregistry-globus setup``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from ..errors import BadRequest
from ..setup.answers import STEPS, Answers
from ..setup.audience import PUBLIC_KINDS
from .exits import exit_code
from .terminal import TerminalAsker

FOLDER = click.Path(path_type=Path)

# How to give an answer on this face, by the answer's name.
HINTS = {
    "client_id": "Give it with --client-id.",
    "client_secret": "Give the file that holds it with --client-secret-file (- reads it from the "
    "standard input).",
    "folder": "Name it with --folder.",
    "endpoint_id": "Use --personal, or --endpoint-id.",
    "serves": "Use --personal if it is.",
    "shares": "Use --guest if they are.",
}


@click.command("setup")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take these options and the defaults.")
@click.option(
    "--dry-run", is_flag=True, help="Ask nothing, say what would be done, and do nothing."
)
@click.option(
    "--skip",
    "skipped",
    multiple=True,
    type=click.Choice(STEPS),
    help="Leave a step out; may be repeated.",
)
@click.option("--config-dir", help="Where the configuration stands: user, env, system, or a path.")
@click.option(
    "--for-everyone/--only-me",
    "for_everyone",
    default=None,
    help="Whether every account of this machine may read it. Default: the system's own only.",
)
@click.option(
    "--server-url",
    "server_urls",
    multiple=True,
    help="Address under which people open JupyterLab, or the hub's own.  [default: http://localhost:8888/]",
)
@click.option("--hub", "is_hub", is_flag=True, help="The address is a JupyterHub's.")
@click.option(
    "--login-method",
    type=click.Choice(["auto", "redirect", "code"]),
    help="How people log in; 'code' where no address can be returned to.",
)
@click.option(
    "--app",
    type=click.Choice(["native", "confidential", "service"]),
    help="Kind of the registered app; 'service' acts as itself.",
)
@click.option("--client-id", help="Of the registered app.")
@click.option(
    "--client-secret-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File that holds the app's secret; - reads it from the standard input.",
)
@click.option("--registry", help="Name of the registry.  [default: the first that is a folder]")
@click.option("--folder", type=FOLDER, help="Where its images lie on this machine.")
@click.option(
    "--personal/--no-personal",
    "serves",
    default=None,
    help="Whether this machine serves that folder, through Globus Connect Personal.",
)
@click.option("--personal-dir", type=FOLDER, help="Connect Personal's own folder, its option -dir.")
@click.option("--program", type=FOLDER, help="The program globusconnectpersonal, or its folder.")
@click.option("--endpoint-name", help="Of this machine's endpoint, if one is made.")
@click.option("--endpoint-id", help="An endpoint that serves the registry's folder already.")
@click.option("--endpoint-path", help="The path under which it does.  [default: /]")
@click.option(
    "--start/--no-start", "starts", default=None, help="Whether to start Connect Personal."
)
@click.option("--subscription", "subscription_id", help="Id of the Globus subscription to use.")
@click.option(
    "--guest/--no-guest",
    "shares",
    default=None,
    help="Whether others are to send from the registry, through a guest collection.",
)
@click.option("--guest-name", help="Of the guest collection, if one is made.")
@click.option(
    "--public",
    metavar="COLLECTION",
    multiple=True,
    help="A collection that everybody may read; * is all. May be repeated.",
)
@click.option(
    "--public-means",
    "public_kind",
    type=click.Choice(PUBLIC_KINDS),
    default=PUBLIC_KINDS[0],
    show_default=True,
    help="Who everybody is.",
)
@click.option(
    "--private",
    metavar="COLLECTION=WHO,WHO",
    multiple=True,
    help="A collection and who may read it: ada@uni.example, an identity's id, or group:ID. May be repeated.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs; with --yes or --dry-run."
)
def setup(
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    skipped: tuple[str, ...],
    client_secret_file: Path | None,
    **given: Any,
) -> int:
    """Set Globus up for this JupyterLab: the app, the connection, and what people send from.

    Each step says what it will do before it does it. Run again, it does what is missing and leaves
    alone what it did not make. What is not given as an option is asked.
    """
    from ..setup.flow import run_setup
    from .service_factory import service_factory

    if as_json and not (yes or dry_run):
        raise BadRequest("--json answers no questions; give --yes or --dry-run too.")
    for name in ("public", "private"):
        given[name] = given[name] or None
    answers = Answers(
        **given, skipped=frozenset(skipped), client_secret=_secret(client_secret_file)
    )
    asks = not (yes or dry_run)
    with service_factory() as make_services:
        report, error = run_setup(
            answers,
            TerminalAsker(is_interactive=asks, to_stderr=as_json),
            make_services,
            is_dry=dry_run,
            is_interactive=asks,
            hints=HINTS,
        )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    if error is not None:
        return exit_code(error)
    return 0 if report.is_well else 1


def _secret(file: Path | None) -> str | None:
    """The secret in a file; never an option's value, which every account of the machine could see."""
    if file is None:
        return os.environ.get("SREGISTRY_GLOBUS_CLIENT_SECRET", "").strip() or None
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{file} cannot be read: {error}") from error
    if len(text.split()) != 1:
        raise BadRequest(f"{file} holds no secret: one line is expected.")
    return text.strip()
