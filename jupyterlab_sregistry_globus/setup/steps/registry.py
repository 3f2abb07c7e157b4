"""Step 5: the registry's entry in the configuration."""

from __future__ import annotations

from ..changes import StepPlan
from ..registry_entry import choose_entry, storage_folder, with_entry
from ..report import StepReport
from ..run import Run
from .writing import plan_settings

NEW_GUEST = "(the new guest collection)"


def write_entry(run: Run, step: StepReport) -> None:
    """Write where the registry is, and where Globus sees it."""
    answers, settings = run.answers, run.settings()
    entry = choose_entry(settings.registries, answers.registry)
    served = None
    if run.guest.place is not None:
        served = (run.guest.place.id, answers.endpoint_path or "/")
    elif answers.endpoint_id is not None:
        served = (answers.endpoint_id, answers.endpoint_path or "/")
    elif run.is_dry and answers.shares:
        served = (NEW_GUEST, "/")
    folder = storage_folder(entry, answers.folder) if answers.folder is not None else None
    registries = with_entry(settings.registries, entry, folder, served)
    if registries == list(settings.registries):
        run.carry_out(step, StepPlan([f"The registry {entry['name']!r} is already configured."]))
        return
    run.carry_out(step, plan_settings(run, {"registries": registries}))
