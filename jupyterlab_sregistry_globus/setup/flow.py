"""The steps of setup, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..asking import Asker
from ..config import SRegistryGlobus
from ..errors import SRegistryGlobusError
from ..services import Services
from .answers import Answers
from .checks.report import Check
from .report import SetupReport
from .run import Run
from .steps.app import register_app
from .steps.checks import run_checks
from .steps.connection import connect
from .steps.host import serve
from .steps.readers import share
from .steps.registry import write_entry
from .talk import Talk


def run_setup(
    answers: Answers,
    asker: Asker,
    make_services: Callable[[SRegistryGlobus], Services],
    *,
    is_dry: bool,
    is_interactive: bool,
    hints: Mapping[str, str],
) -> tuple[SetupReport, SRegistryGlobusError | None]:
    """Do every step.

    :param make_services: builds the services for some settings.
    :param is_dry: show what setup would do, and do nothing.
    :param is_interactive: ask for the answers that are missing.
    :param hints: how to give an answer on this face, by the answer's name.
    :returns: the result, and the first error, if any.
    """
    talk = Talk(asker, is_interactive=is_interactive)
    run = Run(answers, talk, make_services, is_dry=is_dry, hints=hints)
    checks: list[Check] = []
    try:
        run.do_step("app", "The app at Globus", register_app)
        run.do_step("connect", "The connection", connect)
        run.do_step("personal", "This machine's endpoint", serve)
        run.do_step("guest", "Other readers", share)
        run.do_step("registry", "The registry's entry", write_entry)
        run.do_step("checks", "Checks", lambda run, step: run_checks(run, step, checks))
    finally:
        run.close()
    registration = run.registration
    report = SetupReport(
        is_well=run.is_well,
        is_dry_run=is_dry,
        redirect_uris=registration.redirect_uris if registration else (),
        scopes=registration.scopes if registration else (),
        steps=run.steps,
        checks=tuple(checks),
    )
    return report, run.first_error
