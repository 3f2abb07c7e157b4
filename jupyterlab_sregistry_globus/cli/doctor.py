"""``jupyter sregistry-globus doctor``."""

from __future__ import annotations

import click

from ..commands.grammar.command import json_option


@click.command("doctor")
@click.option(
    "--transfer",
    metavar="ENDPOINT:PATH",
    help="Also send a small test file there, to a folder that is made for it and removed again.",
)
@json_option
def doctor(transfer: str | None, as_json: bool) -> int:
    """Check that everything works, and explain how to fix any problems.

    Checks the installation, the settings, Globus, and the registries. The exit code is 1 if a check
    failed.
    """
    from ..configfiles import load_settings
    from ..output import json_text
    from ..setup.checks.doctor import examine, report
    from ..setup.checks.report import describe
    from .service_factory import service_factory

    with service_factory() as make_services:
        checks = examine(load_settings, make_services, transfer)
        if as_json:
            result = report(checks)
            click.echo(json_text(result))
            return 0 if result.is_well else 1
        failed = 0
        for check in checks:
            click.echo(describe(check))
            failed += check.state == "fail"
    click.echo(f"\nFailed checks: {failed}." if failed else "\nAll checks passed.")
    return 1 if failed else 0
