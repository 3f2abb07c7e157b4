"""The globus CLI sets timers in the sandbox."""

from __future__ import annotations

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..globus_program import GlobusProgram
from .tasks import CLOUD, SCRATCH


def test_timers(globus: GlobusProgram) -> None:
    paths = (f"{CLOUD}:/README.txt", f"{SCRATCH}:/timed.txt")
    made = globus.json(
        *("timer", "create", "transfer", *paths, "--interval", "1h", "--name", "hourly")
    )["job_id"]
    assert "hourly" in globus.run("timer", "list")
    assert "Awaiting the next run" in globus.run("timer", "show", made)
    assert "Successfully paused" in globus.run("timer", "pause", made)
    assert "Paused, awaiting user action" in globus.run("timer", "show", made)
    assert "Successfully resumed" in globus.run("timer", "resume", made)
    assert "hourly" in globus.run("timer", "delete", made)
    globus.run("timer", "show", made, code=1)
    once = globus.json(
        *("timer", "create", "transfer", *paths, "--stop-after-runs", "1"),
        *("--start", "2199-01-01"),
    )
    assert once["schedule"]["type"] == "once"
    globus.run("timer", "delete", once["job_id"])


def test_a_timer_for_a_collection_that_requires_a_consent(globus: GlobusProgram) -> None:
    command = (
        *("timer", "create", "transfer", f"{CLOUD}:/README.txt"),
        *(f"{names.NATIONAL_CENTER}:/~/timed.txt", "--interval", "1d"),
    )
    assert "--timer-data-access" in globus.run(*command, code=4)
    globus.paste("session", "consent", "--timer-data-access", names.NATIONAL_CENTER)
    made = globus.json(*command)["job_id"]
    globus.run("timer", "delete", made)
