"""The steps of setup, in order."""

from __future__ import annotations

from ..setup.answers import Answers
from ..setup.checks.doctor import examine
from ..setup.checks.report import Check
from .doctor import show_check
from .setup_app import connect, set_app
from .setup_report import SetupReport, Step
from .setup_run import Run
from .setup_source import configure, serve, share
from .setup_talk import Talk


def run_setup(answers: Answers, talk: Talk, *, is_dry: bool) -> tuple[int, SetupReport]:
    """Do every step.

    :returns: the exit code, and what was done.
    """
    run = Run(answers, talk, is_dry=is_dry)
    checks: list[Check] = []
    try:
        run.step("app", "The app at Globus", lambda step: set_app(run, step))
        run.step("connect", "The connection", lambda step: connect(run, step))
        run.step("personal", "This machine's endpoint", lambda step: serve(run, step))
        run.step("guest", "Other readers", lambda step: share(run, step))
        run.step("registry", "The registry's entry", lambda step: configure(run, step))
        run.step("checks", "Checks", lambda step: _check(run, step, checks))
    finally:
        run.close()
    found = run.registration
    report = SetupReport(
        is_well=run.code == 0,
        is_dry_run=is_dry,
        redirect_uris=found.redirect_uris if found else (),
        scopes=found.scopes if found else (),
        steps=run.steps,
        checks=tuple(checks),
    )
    return run.code, report


def _check(run: Run, step: Step, checks: list[Check]) -> None:
    if run.is_dry:
        run.leave_out(step, "a dry run changes nothing that could be checked.")
        return
    settings = run.settings_of_jupyter()
    for name, value in run.pending.items():
        if getattr(settings, name) != value:
            text = f"{name} is set otherwise by a file that Jupyter prefers to {run.file.path}."
            step.warnings.append(text)
            run.talk.warn(text)
            run.code = run.code or 1
    for one in examine(run.settings_of_jupyter, run.make):
        checks.append(one)
        run.talk.say(show_check(one))
        # Whoever leaves the login to others need not be connected.
        if one.state == "fail" and not (one.name == "account" and run.answers.skips("connect")):
            step.state, step.message = "failed", "a check failed."
            run.code = run.code or 1
