"""Step 6: the checks of doctor."""

from __future__ import annotations

from ..checks.doctor import examine
from ..checks.report import Check, describe
from ..report import StepReport
from ..run import Run


def run_checks(run: Run, step: StepReport, checks: list[Check]) -> None:
    """Run every check, and append it to the list."""
    if run.is_dry:
        run.skip(step, "A dry run changes nothing, so there is nothing to check.")
        return
    settings = run.settings_of_jupyter()
    for name, value in run.pending.items():
        if getattr(settings, name) != value:
            warning = (
                f"A file that takes precedence over {run.file.path} sets {name} to a different "
                "value. Remove it there."
            )
            step.warnings.append(warning)
            run.talk.warn(warning)
            run.is_well = False
    for check in examine(run.settings_of_jupyter, run.make_services):
        checks.append(check)
        run.talk.say(describe(check))
        # An administrator who leaves the login to the users need not be connected.
        is_expected = check.name == "account" and run.answers.skips("connect")
        if check.state == "fail" and not is_expected:
            step.state, step.message = "failed", "A check failed."
            run.is_well = False
