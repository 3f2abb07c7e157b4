"""A deadline can be renewed, paused and canceled, and its work is never waited for beyond it."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time

import pytest

from jupyterlab_sregistry_globus.net.deadline import (
    CancelGroup,
    Deadline,
    DeadlineExceeded,
    RequestCanceled,
)


def drop(result: object) -> None:
    """Nothing to dispose of."""


def test_work_in_time_gives_its_result_or_its_error() -> None:
    with Deadline(10) as deadline:
        assert deadline.run(lambda: 7, drop) == 7
        with pytest.raises(ZeroDivisionError):
            deadline.run(lambda: 1 // 0, drop)


def test_work_that_comes_too_late_is_left_behind_and_disposed_of() -> None:
    may_end, dropped = threading.Event(), threading.Event()

    def work() -> int:
        may_end.wait(30)
        return 7

    with Deadline(0.1) as deadline, pytest.raises(DeadlineExceeded):
        deadline.run(work, lambda result: dropped.set())
    assert not dropped.is_set()
    may_end.set()
    assert dropped.wait(10)


def test_a_deadline_that_has_passed_begins_nothing() -> None:
    begun = []
    with Deadline(0) as deadline, pytest.raises(DeadlineExceeded):
        deadline.run(lambda: begun.append(1), drop)
    assert begun == []


def test_a_socket_is_shut_down_and_a_late_one_at_once() -> None:
    ours, theirs = socket.socketpair()
    late, other = socket.socketpair()
    with ours, theirs, late, other, Deadline(0.1) as deadline:
        deadline.watch(ours)
        started = time.monotonic()
        assert ours.recv(1) == b""
        assert time.monotonic() - started < 5
        with pytest.raises(DeadlineExceeded):
            deadline.watch(late)
        assert other.recv(1) == b""


def test_a_socket_is_left_alone_after_the_request() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Deadline(0.05) as deadline:
            deadline.watch(ours)
        time.sleep(0.1)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"


def test_each_phase_has_its_own_time() -> None:
    with Deadline(0.2) as deadline:
        for _ in range(4):
            time.sleep(0.1)
            deadline.renew(0.2)
        deadline.pause()
        time.sleep(0.3)
        deadline.check()
        assert 0 < deadline.remaining_s <= 0.2
        deadline.resume()
        time.sleep(0.25)
        with pytest.raises(DeadlineExceeded):
            deadline.renew(10)


def test_a_paused_request_can_be_canceled() -> None:
    with Deadline(10) as deadline:
        deadline.pause()
        deadline.cancel()
        with pytest.raises(RequestCanceled):
            deadline.check()


def test_an_earlier_deadline_wakes_the_watchdog() -> None:
    with Deadline(60), Deadline(0.1) as deadline, pytest.raises(DeadlineExceeded):
        deadline.run(lambda: time.sleep(2), drop)


def test_a_canceled_group_stays_canceled() -> None:
    group = CancelGroup()
    group.cancel()
    with group.entered(), Deadline(10) as deadline, pytest.raises(RequestCanceled):
        deadline.check()
    with Deadline(10) as deadline:
        deadline.check()


def test_an_interrupt_while_waiting_leaves_the_request_behind() -> None:
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Deadline(60) as deadline:
        deadline.run(lambda: time.sleep(3), drop)
    assert time.monotonic() - started < 2
