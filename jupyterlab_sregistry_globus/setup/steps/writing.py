"""Writing settings to the configuration file, as part of a step."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from typing import Any

from ..changes import Change, StepPlan
from ..config_file import displayed
from ..run import Run


def plan_settings(run: Run, values: Mapping[str, Any]) -> StepPlan:
    """Plan to write settings to the file. The run uses them from now on."""
    plan = StepPlan()
    changes = run.set(values)
    file = run.file
    mode = file.unsafe_mode()
    readers = "readable by every account" if file.for_everyone else "readable only by you"
    for name, value in values.items():
        if name not in changes:
            plan.facts.append(f"{file.path} already has {displayed(name, value)}.")

    def write() -> str:
        file.write(changes)
        return ""

    if changes:
        texts = ", ".join(displayed(name, value) for name, value in changes.items())
        plan.changes.append(Change(f"Write to {file.path} ({readers}): {texts}.", write))
    elif mode is not None:
        plan.changes.append(Change(f"Make {file.path} {readers}.", write))
    if mode is not None:
        plan.warnings.append(
            f"Others can read {file.path} ({stat.filemode(mode | stat.S_IFREG)}) until then."
        )
    if not file.is_read_by_jupyter:
        plan.warnings.append(
            f"Jupyter does not read {file.path.parent} by default. Add it to JUPYTER_CONFIG_PATH "
            "in the environment of JupyterLab."
        )
    return plan
