"""``jupyter sregistry-globus doctor``."""

from __future__ import annotations

import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import msgspec

from ..setup.checks.report import Check
from .session import json_option

_WIDTH = 100
_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


@click.command("doctor")
@json_option
def doctor(as_json: bool) -> int:
    """Say what works, what does not, why, and what to do. Ends with 1 if something fails."""
    from ..config import SRegistryGlobus, load_settings
    from ..images.localfiles import LocalFiles
    from ..services import Services, make_services
    from ..setup.checks.doctor import examine, report

    with ThreadPoolExecutor(2, thread_name_prefix="sregistry-globus") as pool:

        def make(settings: SRegistryGlobus) -> Services:
            return make_services(settings, files=LocalFiles(Path.cwd(), None), pool=pool)

        checks = examine(load_settings, make)
        if as_json:
            found = report(checks)
            click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
            return 0 if found.is_well else 1
        failed = 0
        for one in checks:
            click.echo(show_check(one))
            failed += one.state == "fail"
    click.echo("\nAll is well." if not failed else f"\nWhat fails: {failed}.")
    return 1 if failed else 0


def show_check(one: Check) -> str:
    """A check as lines of text."""
    text = f"{_MARKS[one.state]}  {one.name}: {one.words}"
    lines = textwrap.wrap(
        _clean(text),
        _WIDTH,
        subsequent_indent=" " * 6,
        break_on_hyphens=False,
        break_long_words=False,
    )
    if one.cure:
        lines += textwrap.wrap(
            _clean(f"-> {one.cure}"),
            _WIDTH,
            initial_indent=" " * 6,
            subsequent_indent=" " * 9,
            break_on_hyphens=False,
            break_long_words=False,
        )
    return "\n".join(lines)


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
