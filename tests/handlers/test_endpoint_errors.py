"""Errors of Globus, translated."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.api import Api
from .helpers import refused, search


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        ({"status": 503, "headers": {"Retry-After": "7"}}, 503, "globus_unavailable"),
        ({"status": 429, "headers": {"Retry-After": "7"}}, 503, "globus_busy"),
        ({"status": 500}, 503, "globus_unavailable"),
        ({"drop": True}, 503, "globus_unavailable"),
        ({"half_body": True}, 503, "globus_unavailable"),
        ({"broken_json": True}, 503, "globus_unavailable"),
        ({"body": {}}, 503, "globus_unavailable"),
        ({"body": []}, 503, "globus_unavailable"),
        (
            {"body": {"DATA": [{"no": "endpoint"}], "has_next_page": False}},
            503,
            "globus_unavailable",
        ),
        ({"status": 400, "message": "That makes no sense"}, 502, "globus_refused"),
        ({"status": 401}, 403, "not_connected"),
    ],
)
async def test_errors_of_globus_are_translated(
    api: Api,
    connected: Any,
    sandbox: Sandbox,
    trouble: dict[str, Any],
    status: int,
    code: str,
) -> None:
    sandbox.set_faults({"route": "GET /v0.10/endpoint_search", **trouble})
    error = await refused(api, "endpoints", q="stanford")
    assert error.status == status
    assert error.code == code
    assert error.body["retryable"] is (status == 503)
    if "headers" in trouble:
        assert error.body["action"] == {"kind": "retry", "after_s": 7.0}
    sandbox.set_faults()
    assert await search(api, q="stanford")


async def test_a_temporary_error_is_retried_silently(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "status": 503, "count": 1})
    assert await search(api, q="stanford")


class TestWithAShortPatience:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "upstream_timeout_s": 0.3, "upstream_retries": 0}

    async def test_a_globus_that_does_not_answer_times_out(
        self, api: Api, connected: Any, sandbox: Sandbox
    ) -> None:
        sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "delay_s": 3})
        begun = time.monotonic()
        error = await refused(api, "endpoints", q="stanford")
        assert (error.status, error.code) == (503, "globus_unavailable")
        assert "in time" in error.message
        assert time.monotonic() - begun < 2.5
