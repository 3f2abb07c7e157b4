"""Jupyter's GET /api while Globus is out of order, beside the same server at rest."""

from __future__ import annotations

import threading

from server import p95, running, seconds

ROUNDS = 200


def main() -> None:
    with running() as bench:
        import httpx

        def search() -> None:
            with httpx.Client(
                base_url=bench.jupyter.base_url, headers=bench.jupyter.headers, timeout=60
            ) as client:
                while not ended.is_set():
                    client.get("sregistry-globus/endpoints", params={"q": "stanford"})

        def ask() -> float:
            return seconds(lambda: bench.jupyter.get("api"))

        for _ in range(20):
            ask()
        idle = [ask() for _ in range(ROUNDS)]
        for name, fault in (
            ("answers 503", {"status": 503}),
            ("takes 3 s", {"delay_s": 3.0}),
        ):
            bench.faults({"route": "GET /v0.10/endpoint_search", **fault})
            ended = threading.Event()
            searching = threading.Thread(target=search)
            searching.start()
            ended.wait(0.3)
            busy = [ask() for _ in range(ROUNDS)]
            ended.set()
            searching.join()
            print(f"Globus {name}: worst GET /api / idle p95: {max(busy) / p95(idle):.2f}")


if __name__ == "__main__":
    main()
