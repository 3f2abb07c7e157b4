"""Leases: which program works on a row, if several programs share one home."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jupyterlab_sregistry_globus.store.leases import LONGEST_S, Holder, is_free, process_is_alive

ME = Holder("here", 100, "aaaa")
NOW = 1000.0


def alive(*pids: int):
    return lambda pid: pid in pids


@pytest.mark.parametrize(
    ("holder", "expires_at", "is_so"),
    [
        (None, None, True),
        ("", None, True),
        (str(ME), NOW + 30, True),
        (str(Holder("here", 200, "bbbb")), NOW + 30, False),
        (str(Holder("here", 200, "bbbb")), NOW, True),
        (str(Holder("here", 300, "cccc")), NOW + 30, True),
        (str(Holder("here", 100, "dddd")), NOW + 30, False),
        (str(Holder("elsewhere", 300, "cccc")), NOW + 30, False),
        (str(Holder("elsewhere", 300, "cccc")), NOW - 1, True),
        (str(Holder("elsewhere", 300, "cccc")), NOW + LONGEST_S, False),
        (str(Holder("elsewhere", 300, "cccc")), NOW + LONGEST_S + 1, True),
        (str(Holder("host:with:colons", 300, "cccc")), NOW + 30, False),
        ("here:what:ever", NOW + 30, True),
        ("nonsense", NOW + 30, False),
    ],
    ids=[
        "none",
        "empty",
        "mine",
        "another's, alive",
        "another's, run out",
        "another's, which has ended",
        "of another start with my process id",
        "on another host",
        "on another host, run out",
        "on another host, as long as can be",
        "on another host, whose clock is ahead",
        "on a host of an odd name",
        "of no process id",
        "of no form at all",
    ],
)
def test_whether_a_lease_is_free(holder: str | None, expires_at: float | None, is_so: bool) -> None:
    assert is_free(holder, expires_at, now=NOW, me=ME, is_alive=alive(100, 200)) is is_so


def test_a_process_that_has_ended_is_not_alive() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    assert not process_is_alive(ended.pid)
    assert process_is_alive(os.getpid())
    assert process_is_alive(1)


def test_a_process_of_another_user_is_alive() -> None:
    """To signal it is not permitted, which shows that it exists."""
    # Imported before the user changes: another user may not read where we are installed.
    program = (
        "import os, sys\n"
        "from jupyterlab_sregistry_globus.store.leases import process_is_alive\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: os.kill(1, 0)\n"
        "except PermissionError: print(process_is_alive(1))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert shown.stdout == "True\n", shown.stderr


def test_each_start_of_a_program_is_a_different_holder() -> None:
    first, second = Holder(), Holder()
    assert (first.host, first.pid) == (second.host, second.pid)
    assert str(first) != str(second)
