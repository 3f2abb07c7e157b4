"""The sandbox's answers compared with those that globus_sdk.testing recorded."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from . import shapes
from .played import PLAYED
from .world import World

# Recorded answers without a counterpart here, and why.
NOT_PLAYED = {
    "auth.create_client:*": "apps are registered on a web site, except from a template",
    "auth.create_child_client:*": "as above",
    "auth.create_client_credential:*": "as above",
    "auth.delete_client_credential:*": "as above",
    "auth.get_client_credentials:*": "as above",
    "auth.get_clients:*": "as above",
    "auth.get_client:fqdn": "as above",
    "auth.update_client:*": "as above",
    "auth.*_scope:*": "scopes are registered on a web site",
    "auth.get_scopes:*": "as above",
    "auth.*_project*:*": "projects group apps on a web site",
    "auth.*_polic*:*": "policies are made by administrators of subscriptions",
    "transfer.*tunnel*:*": "streaming moves no files",
    "transfer.*stream_access_point*:*": "as above",
    "transfer.v2.*:*": "the second version of bookmarks is not used by any client here",
    "transfer.endpoint_manager_*:*": "the view of an endpoint's manager",
    "transfer.set_subscription_*:*": "subscriptions are bought; see the control routes",
    "timer.create_timer:flow_timer_success": "only transfers are timed here",
}


# Intended differences, by recorded answer, and why.
ON_PURPOSE = {
    "auth.create_native_app_instance:*": {
        "status 201 instead of 200": "something was created",
    },
    "auth.*_client:*": {
        "client.fqdns.: empty": "apps here have no domain names",
    },
    "auth.get_identities:*": {
        "identities.0.identity_type: added": "some recordings have it, some are older",
    },
    "auth.oauth2_*:*": {
        "state: added": "the recording of an exchange with openid leaves it out",
    },
    "auth.oauth2_get_dependent_tokens:*": {
        "0.token_type: 'Bearer' instead of 'bearer'": "as all other grants say it",
    },
    "auth.oauth2_exchange_code_for_tokens:invalid_grant": {
        "status 400 instead of 401": "400 is what the service answers; see OAuth 2",
    },
    "auth.userinfo:*": {
        "error: 'forbidden' instead of 'unauthorized'": "the recording copies the 401",
    },
    "transfer.get_endpoint:*": {
        "*: added": "the recording is of an old GCSv4 endpoint; today's documents say more",
        "DATA.: empty": "servers exist in GCSv4 only",
    },
    "transfer.get_submission_id:*": {
        "DATA_TYPE: added": "the recording is shortened",
    },
    "transfer.task_list:*": {
        "DATA.0.DATA_TYPE: added": "the recording is shortened",
    },
    "timer.*:*": {
        "*activity: added": "the globus CLI shows it; newer than the recording",
        "*schedule: added": "as above",
        "*timer_type: added": "as above",
        "timer.schedule.end.condition: added": "kept as it was sent",
        "results.data.: empty": "a timer that has not run yet, or could not, has no results",
    },
}


def matching(table: dict[str, Any], name: str) -> Any:
    """Return the entry for a recorded answer: its own name before a pattern."""
    if name in table:
        return table[name]
    for pattern, value in table.items():
        if fnmatchcase(name, pattern):
            return value
    return None


RECORDED = {answer.name: answer.response for answer in shapes.recorded()}


# The listed differences that occurred, by recorded answer.
SEEN: dict[str, set[tuple[str, str]]] = {}


COMPARED = [name for name in RECORDED if matching(PLAYED, name) is not None]


def test_every_recorded_answer_is_compared_or_says_why_not() -> None:
    forgotten = [
        name
        for name in RECORDED
        if matching(PLAYED, name) is None and matching(NOT_PLAYED, name) is None
    ]
    assert forgotten == []
    assert len(COMPARED) >= 45


def test_every_reason_has_a_recorded_answer() -> None:
    for pattern in [*PLAYED, *NOT_PLAYED]:
        assert any(fnmatchcase(name, pattern) for name in RECORDED), pattern


@pytest.mark.parametrize("name", COMPARED)
def test_shape(sandbox: Sandbox, name: str) -> None:
    recorded = RECORDED[name]
    world = World(sandbox)
    try:
        status, document = matching(PLAYED, name)(world)
    finally:
        world.client.close()
    # The SDK's recording of this answer has one more wrapper than its own client reads.
    wrapped = name.startswith("auth.create_native_app_instance")
    real = recorded.json["client"] if wrapped else recorded.json  # type: ignore[index, call-overload]
    differences = list(shapes.differences(real, document))
    if status != (recorded.status or 200):
        differences.append(f"status {status} instead of {recorded.status or 200}")
    unexplained = []
    for difference in differences:
        reason = explained(name, difference)
        if reason is None:
            unexplained.append(difference)
        else:
            SEEN.setdefault(name, set()).add(reason)
    SEEN.setdefault(name, set())
    assert unexplained == []


def explained(name: str, difference: str) -> tuple[str, str] | None:
    """Return the list entry that explains this difference, or None."""
    for pattern, reasons in ON_PURPOSE.items():
        for listed in reasons:
            if fnmatchcase(name, pattern) and fnmatchcase(difference, listed):
                return pattern, listed
    return None


def test_every_listed_difference_occurs() -> None:
    """Runs after the comparisons, and only if all of them ran."""
    if set(SEEN) != set(COMPARED):
        pytest.skip("not all answers were compared")
    listed = {
        (pattern, difference) for pattern, reasons in ON_PURPOSE.items() for difference in reasons
    }
    assert listed - set().union(*SEEN.values()) == set()
