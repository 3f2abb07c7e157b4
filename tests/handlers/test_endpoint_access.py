"""Consents, sessions and permissions that Globus demands before a folder is listed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.person import Person
from .helpers import data_access, log_in, refused


async def test_after_the_consent_the_endpoint_is_ready(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.STANFORD_OAK, "folder")
    assert (error.status, error.code) == (403, "consent_required")
    action = error.body["action"]
    assert action["required_scopes"] == [data_access(names.STANFORD_OAK)]

    await log_in(api, person, action)
    one = await api.get("endpoints", names.STANFORD_OAK)
    assert one["readiness"]["state"] == "probably_ready"
    assert one["required_scopes"] == []
    folder = await api.get("endpoints", names.STANFORD_OAK, "folder")
    assert folder["path"] == "/oak/ada/"
    other = await api.get("endpoints", names.NATIONAL_CENTER)
    assert other["readiness"]["state"] == "needs_consent"


async def test_high_assurance_demands_a_fresh_login(
    api: Api, connected: Any, person: Person, sandbox: Sandbox
) -> None:
    sandbox.advance_clock(3600)
    error = await refused(api, "endpoints", names.CLINICAL_IMAGING, "folder")
    assert (error.status, error.code) == (403, "login_required")
    action = error.body["action"]
    assert action["prompt"] == "login"
    assert action["session_required_identities"] == [names.ADA]
    assert action["required_scopes"] == []

    url = await log_in(api, person, action)
    assert parse_qs(urlsplit(url).query)["prompt"] == ["login"]
    folder = await api.get("endpoints", names.CLINICAL_IMAGING, "folder")
    assert folder["path"] == "/home/ada/"


async def test_a_policy_demands_a_login_that_satisfies_it(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.POLICY_CONSORTIUM, "folder")
    assert error.code == "login_required"
    assert error.body["action"]["session_required_policies"] == [names.HOSPITAL_POLICY]
    await log_in(api, person, error.body["action"])
    assert (await api.get("endpoints", names.POLICY_CONSORTIUM, "folder"))["path"] == "/"


async def test_a_domain_demands_a_login_from_there(
    api: Api, connected: Any, person: Person
) -> None:
    error = await refused(api, "endpoints", names.HOSPITAL_PATHOLOGY, "folder")
    assert error.code == "login_required"
    assert error.body["action"]["session_required_single_domain"] == ["hospital.example"]
    await log_in(api, person, error.body["action"])
    assert (await api.get("endpoints", names.HOSPITAL_PATHOLOGY, "folder"))["path"] == "/"


@pytest.mark.parametrize(
    ("name", "status", "code", "word"),
    [
        ("ADAS_LAPTOP_OFFLINE", 409, "endpoint_offline", "offline"),
        ("LAB_WORKSTATION_PAUSED", 409, "endpoint_offline", "paused"),
        ("BOBS_LAPTOP", 403, "permission_refused", "Permission denied"),
    ],
)
async def test_a_folder_that_cannot_be_listed_says_why(
    api: Api, connected: Any, name: str, status: int, code: str, word: str
) -> None:
    endpoint_id = getattr(names, name)
    listed = await refused(api, "endpoints", endpoint_id, "folder", path="/home/x")
    assert (listed.status, listed.code) == (status, code)
    assert word in listed.message
    with pytest.raises(Refused) as made:
        await api.post("endpoints", endpoint_id, "folder", body={"path": "/home/x/new"})
    assert (made.value.status, made.value.code) == (status, code)


async def test_a_refused_permission_names_the_place_and_the_way(api: Api, connected: Any) -> None:
    private = await refused(api, "endpoints", names.BOBS_LAPTOP, "folder", path="/home/x")
    # Its name is as private as its files.
    assert private.message == f"Permission denied reading /home/x on {names.BOBS_LAPTOP}."
    with pytest.raises(Refused) as created:
        await api.post("endpoints", names.GENOME_MIRROR, "folder", body={"path": "/new"})
    assert created.value.message == (
        "Permission denied writing to /new on Genome reference mirror. "
        "Ask its owner for write access."
    )


@pytest.mark.parametrize("name", ["STANFORD_SHERLOCK_ENDPOINT", "OLD_CLUSTER_V4"])
async def test_what_holds_no_files_has_no_folders(api: Api, connected: Any, name: str) -> None:
    error = await refused(api, "endpoints", getattr(names, name), "folder")
    assert error.status in (409, 502)
    assert "collections" in error.message or "does not work" in error.message
