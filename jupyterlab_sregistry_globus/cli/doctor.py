"""``jupyter sregistry-globus doctor``."""

from __future__ import annotations

import click
import msgspec

from ..commands.grammar.command import json_option


@click.command("doctor")
@json_option
def doctor(as_json: bool) -> int:
    """Check the installation, the settings, Globus and the registries.

    Each problem comes with what to do about it. The exit code is 1 if a check failed.
    """
    from ..config import load_settings
    from ..setup.checks.doctor import examine, report
    from ..setup.checks.report import describe
    from .service_factory import service_factory

    with service_factory() as make_services:
        checks = examine(load_settings, make_services)
        if as_json:
            result = report(checks)
            click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())
            return 0 if result.is_well else 1
        failed = 0
        for check in checks:
            click.echo(describe(check))
            failed += check.state == "fail"
    click.echo(f"\nFailed checks: {failed}." if failed else "\nAll checks passed.")
    return 1 if failed else 0
