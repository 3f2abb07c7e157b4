"""How a step writes settings into the configuration file."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from typing import Any

from ..changes import Change, StepPlan
from ..config_file import shown
from ..run import Run


def plan_settings(run: Run, values: Mapping[str, Any]) -> StepPlan:
    """Plan to write settings into the file. The run uses them from now on."""
    plan = StepPlan()
    changes = run.set(values)
    file = run.file
    mode = file.wrong_mode()
    readers = "which every account can read" if file.for_everyone else "which you alone can read"
    for name, value in values.items():
        if name not in changes:
            plan.facts.append(f"{file.path} has {shown(name, value)}.")

    def write() -> str:
        file.write(changes)
        return ""

    if changes:
        texts = ", ".join(shown(name, value) for name, value in changes.items())
        plan.changes.append(Change(f"Write into {file.path}, {readers}: {texts}.", write))
    elif mode is not None:
        plan.changes.append(Change(f"Make {file.path} a file {readers}.", write))
    if mode is not None:
        plan.warnings.append(
            f"{file.path} can be read by others so far ({stat.filemode(mode | stat.S_IFREG)})."
        )
    if not file.is_read_by_jupyter:
        plan.warnings.append(
            f"Jupyter does not look in {file.path.parent} by itself: name it in "
            "JUPYTER_CONFIG_PATH where JupyterLab starts."
        )
    return plan
