"""What every route does: answers encoded in the pool, our own faults told."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.handlers.base import (
    BaseHandler,
    ServerContext,
    operation,
)

from ..support.api import Api, Refused


class Watched(tzinfo):
    """A time zone that notes which threads ask for it: whoever writes a time does."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def utcoffset(self, moment: datetime | None) -> timedelta:
        self.threads.append(threading.current_thread())
        return timedelta(0)


class Moment(msgspec.Struct):
    """An answer with a time in it."""

    at: datetime


WATCHED = Watched()


class Probe(BaseHandler):
    """A route like ours, for what no route of ours does on purpose."""

    @operation("Answer with a time.", answer=Moment)
    def get(self, services: Any) -> Moment:
        return Moment(datetime(2026, 1, 1, tzinfo=WATCHED))

    @operation("Fail.")
    def delete(self, services: Any) -> None:
        raise ZeroDivisionError("a fault of our own")


@pytest.fixture
def probed(api: Api, jp_serverapp: Any, jp_base_url: str) -> Api:
    """The routes, with one more."""
    extension = jp_serverapp.extension_manager.extension_points["jupyterlab_sregistry_globus"].app
    context = ServerContext(extension.services, extension.pools, lambda: None)
    route = (f"{jp_base_url}sregistry-globus/probe", Probe, {"context": context})
    jp_serverapp.web_app.add_handlers(".*$", [route])
    return api


async def test_answers_are_encoded_outside_the_event_loop(probed: Api) -> None:
    WATCHED.threads.clear()
    assert await probed.get("probe") == {"at": "2026-01-01T00:00:00Z"}
    assert WATCHED.threads
    assert threading.current_thread() not in WATCHED.threads


async def test_our_own_fault_is_a_500_that_names_the_line_in_the_log(
    probed: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused) as caught:
        await probed.delete("probe")
    assert (caught.value.status, caught.value.code) == (500, "internal_error")
    assert "ZeroDivisionError" not in json.dumps(caught.value.body)
    assert "a fault of our own" not in json.dumps(caught.value.body)
    request_id = caught.value.body["request_id"]
    mentions = [record for record in caplog.records if request_id in record.message]
    assert mentions
    assert mentions[0].exc_info is not None
