"""A pool is bounded, and a program ends although its threads still wait."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, wait

import pytest

from jupyterlab_sregistry_globus.net.pools import DaemonPool


def test_results_and_errors_come_through_the_future() -> None:
    with DaemonPool(2) as pool:
        assert list(pool.map(lambda number: number * 2, range(20))) == list(range(0, 40, 2))
        assert isinstance(pool.submit(lambda: 1 // 0).exception(), ZeroDivisionError)


def test_there_are_never_more_threads_than_workers_and_no_more_than_needed() -> None:
    is_over = threading.Event()
    pool = DaemonPool(3, "bounded")

    def names() -> list[str]:
        return [
            thread.name for thread in threading.enumerate() if thread.name.startswith("bounded")
        ]

    for _ in range(5):
        pool.submit(int).result()
    assert len(names()) <= 2
    futures = [pool.submit(is_over.wait, 30) for _ in range(10)]
    assert len(names()) == 3
    is_over.set()
    wait(futures)
    futures = [pool.submit(time.sleep, 0.1) for _ in range(3)]
    started = time.monotonic()
    wait(futures)
    assert time.monotonic() - started < 0.25
    pool.shutdown()
    assert names() == []


def test_a_closed_pool_takes_nothing_and_cancels_what_waits() -> None:
    is_over = threading.Event()
    pool = DaemonPool(1)
    running, waiting = pool.submit(is_over.wait, 30), pool.submit(int)
    pool.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(CancelledError):
        waiting.result()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(int)
    is_over.set()
    assert running.result() is True


def test_the_interpreter_does_not_wait_for_the_threads() -> None:
    program = (
        "import time; from jupyterlab_sregistry_globus.net.pools import DaemonPool\n"
        "pool = DaemonPool(2); pool.submit(time.sleep, 60); pool.shutdown(wait=False)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)
