"""How a transfer's state follows from its tasks."""

from __future__ import annotations

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import LoginRequired, TransferConflict
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.transfers.running.progress import held_up, state_of, with_task

from ..builders import image, task, transfer


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ("written", "written"),
        ("staging", "active"),
        ("active", "active"),
        ("succeeded", "succeeded"),
        ("failed", "failed"),
        ("canceled", "canceled"),
        ("written written", "written"),
        ("written active", "active"),
        ("written staging", "active"),
        ("written succeeded", "active"),
        ("written failed", "active"),
        ("written canceled", "active"),
        ("active succeeded", "active"),
        ("active failed", "active"),
        ("active canceled", "active"),
        ("staging failed", "active"),
        ("staging succeeded", "active"),
        ("succeeded succeeded", "succeeded"),
        ("succeeded failed", "failed"),
        ("succeeded canceled", "canceled"),
        ("failed canceled", "failed"),
        ("canceled failed succeeded", "failed"),
    ],
)
def test_the_state_of_a_transfer_whose_tasks_are_in_these(states: str, state: str) -> None:
    tasks = tuple(task(image("a"), state=each) for each in states.split())
    assert state_of(tasks) == state
    assert state_of(tasks[::-1]) == state


def test_only_the_task_with_the_same_key_changes() -> None:
    one, other = task(image("a")), task(image("b"), submission_id="s2")
    newer = msgspec.structs.replace(other, state="active", task_id="t2")
    changed = with_task(transfer(one, other), newer)
    assert (changed.tasks, changed.state) == ((one, newer), "active")
    stranger = msgspec.structs.replace(newer, submission_id="s3")
    assert with_task(transfer(one, other), stranger).tasks == (one, other)


def test_a_replacement_takes_the_place_of_the_task_that_it_replaces() -> None:
    one, other = task(image("a")), task(image("b"), submission_id="s2", state="active")
    new = msgspec.structs.replace(other, submission_id="s3", state="written")
    assert with_task(transfer(one, other), new, instead_of="s2").tasks == (one, new)
    # Another program replaced it first.
    assert with_task(transfer(one, new), new, instead_of="s2").tasks == (one, new)
    assert with_task(transfer(one, other), new).tasks == (one, other)


def test_a_task_that_is_held_up_says_why_and_which_login_helps() -> None:
    action = LoginAction(prompt="login")
    held = held_up(task(image("a"), state="active"), LoginRequired("Log in.", action=action))
    assert (held.reason, held.is_stuck, held.login) == ("Log in.", True, action)
    assert held.state == "active"
    assert held_up(held, TransferConflict("Wait.")).login is None
