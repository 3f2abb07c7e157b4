"""The endpoint-search route beside a direct globus-sdk call plus Jupyter's own GET /api.

Interleaved in one run, so that whatever else the machine does hits all three alike. Then ten
searches at once, with a sandbox that takes a while, beside one such search.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from server import p50, p95, running, seconds

ROUNDS = 200
SLOW_S = 0.5


def main() -> None:
    from globus_sdk import AccessTokenAuthorizer, TransferClient

    from jupyterlab_sregistry_globus.configfiles import load_settings
    from jupyterlab_sregistry_globus.globus.tokens import TokenStore

    with running() as bench:
        from pathlib import Path

        settings = load_settings()
        tokens = (
            TokenStore(Path(settings.store_dir) / "tokens.db", settings.namespace).read().tokens
        )
        client = TransferClient(
            authorizer=AccessTokenAuthorizer(tokens["transfer.api.globus.org"].access_token)
        )
        calls = {
            "route": lambda: bench.jupyter.get(
                "sregistry-globus/endpoints", params={"q": "stanford"}
            ).raise_for_status(),
            "globus-sdk": lambda: client.endpoint_search("stanford", filter_scope="all", limit=50),
            "GET /api": lambda: bench.jupyter.get("api"),
        }
        for call in calls.values():
            for _ in range(10):
                call()
        samples: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, call in calls.items():
                samples[name].append(seconds(call))
        for name, times in samples.items():
            print(f"{name:12} p50 {p50(times) * 1e3:6.2f} ms   p95 {p95(times) * 1e3:6.2f} ms")
        for name, of in (("p50", p50), ("p95", p95)):
            both = of(samples["globus-sdk"]) + of(samples["GET /api"])
            print(f"route / (globus-sdk + GET /api), {name}: {of(samples['route']) / both:.2f}")

        bench.faults({"route": "GET /v0.10/endpoint_search", "delay_s": SLOW_S})
        one = seconds(calls["route"])
        with ThreadPoolExecutor(10) as pool:
            ten = seconds(lambda: list(pool.map(lambda _: calls["route"](), range(10))))
        print(f"ten slow searches at once / one: {ten / one:.2f}")


if __name__ == "__main__":
    main()
