"""Transfers that the globus CLI starts and waits for."""

from __future__ import annotations

import json

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..globus_program import GlobusProgram

CLOUD = names.RESEARCH_CLOUD


SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


PAUSED = names.PAUSED_BY_ADMINISTRATOR


def send(globus: GlobusProgram, *arguments: str, stdin: str = "") -> str:
    """Start a transfer, and return the task's id."""
    text = globus.run("transfer", *arguments, "-F", "json", stdin=stdin)
    return str(json.loads(text)["task_id"])


def wait(globus: GlobusProgram, task_id: str, code: int = 0) -> None:
    globus.run("task", "wait", task_id, "--timeout", "20", "--polling-interval", "1", code=code)
