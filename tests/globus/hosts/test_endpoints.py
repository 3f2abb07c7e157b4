"""Which endpoint serves a path of this host, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.config.hosts import expand_host_endpoints
from jupyterlab_sregistry_globus.globus.hosts import HostEndpoints
from jupyterlab_sregistry_globus.globus.personal.endpoint import PersonalEndpoint

SITE, OTHER, MINE = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "abc")

Make = Callable[..., HostEndpoints]


@pytest.fixture
def make(tmp_path: Path, home: Path) -> Make:
    def made(
        *entries: Mapping[str, Any],
        environment: Mapping[str, str] | None = None,
        personal: str | None = None,
    ) -> HostEndpoints:
        lta = tmp_path / "globusonline" / "lta"
        lta.mkdir(parents=True, exist_ok=True)
        if personal is not None:
            (lta / "client-id.txt").write_text(MINE)
            (lta / "config-paths").write_text(personal)
        return HostEndpoints(
            expand_host_endpoints(entries, "host_endpoints"),
            PersonalEndpoint(lta.parent),
            environment or {},
        )

    return made


def entry(path: Path | str, there: str, endpoint: str = SITE, **more: Any) -> dict[str, Any]:
    return {"path": str(path), "endpoint": endpoint, "endpoint_path": there, **more}


def serving(hosts: HostEndpoints, path: Path) -> list[tuple[str, str]]:
    return [(served.endpoint_id, served.path) for served in hosts.serving(path)]


def test_the_longest_path_wins_links_resolved(make: Make, tmp_path: Path) -> None:
    real, link = tmp_path / "gpfs" / "scratch", tmp_path / "scratch"
    (real / "lab").mkdir(parents=True)
    link.symlink_to(real)
    hosts = make(entry(tmp_path, "/all"), entry(link, "/scratch"), entry(tmp_path / "z", "/z"))
    for path in (link / "lab" / "a.sif", real / "lab" / "a.sif", link / "x" / ".." / "lab/a.sif"):
        assert serving(hosts, path) == [(SITE, "/scratch/lab/a.sif")]
    assert serving(hosts, tmp_path / "scratchy" / "a.sif") == [(SITE, "/all/scratchy/a.sif")]
    assert serving(hosts, link) == [(SITE, "/scratch")]
    assert serving(hosts, Path("/elsewhere")) == []


def test_several_endpoints_are_sorted_by_how_close_they_are(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    hosts = make(
        entry("/", "/"),
        entry(folder, "/b", OTHER),
        personal=f"{tmp_path}/a,0,1\n",
    )
    path = folder / "a.sif"
    assert serving(hosts, path) == [(OTHER, "/b/a.sif"), (MINE, str(path)), (SITE, str(path))]
    # At equal length, the order of the settings decides, and Connect Personal comes last.
    hosts = make(entry(folder, "/1", OTHER), entry(folder, "/2"), personal=f"{folder},0,1\n")
    assert [endpoint for endpoint, _ in serving(hosts, path)] == [OTHER, SITE, MINE]
    assert hosts.endpoint_ids() == {OTHER, SITE, MINE}


def test_a_path_there_leads_back_here(make: Make, tmp_path: Path) -> None:
    (tmp_path / "s" / "real").mkdir(parents=True)
    (tmp_path / "s" / "link").symlink_to("real")
    hosts = make(entry(tmp_path / "s", "/scratch"), entry(tmp_path / "p", "/scratch/proj"))
    assert hosts.local_path(SITE, "/scratch/a.sif") == tmp_path / "s" / "a.sif"
    assert hosts.local_path(SITE, "//scratch/./link/a.sif") == tmp_path / "s" / "real" / "a.sif"
    assert hosts.local_path(SITE, "/scratch/proj/a.sif") == tmp_path / "p" / "a.sif"
    assert hosts.local_path(SITE, "/scratch/project") == tmp_path / "s" / "project"
    # What is not below the folder is unknown, however it is spelled.
    for path in ("/scratch/../scratch/a.sif", "/scratch/../etc", "/etc", "/", "/~/a.sif"):
        assert hosts.local_path(SITE, path) is None
    assert hosts.local_path(OTHER, "/scratch/a.sif") is None


def test_a_home_there_is_understood_once_it_is_known(make: Make, tmp_path: Path) -> None:
    hosts = make(entry(tmp_path, "~"))
    assert serving(hosts, tmp_path / "a.sif") == [(SITE, "/~/a.sif")]
    assert hosts.local_path(SITE, "/~/a.sif") == tmp_path / "a.sif"
    assert hosts.needs_home(SITE)
    assert hosts.local_path(SITE, "/users/ada/a.sif") is None
    hosts.remember_home(SITE, "/users/ada/")
    assert not hosts.needs_home(SITE)
    assert hosts.local_path(SITE, "/users/ada/a.sif") == tmp_path / "a.sif"
    hosts.forget_homes()
    assert hosts.needs_home(SITE)


def test_what_is_read_only_is_known_by_its_path_there(make: Make, tmp_path: Path) -> None:
    hosts = make(
        entry(tmp_path, "/scratch"),
        entry(tmp_path / "ro", "/scratch/ro", writable=False),
        personal=f"{tmp_path}/ro,0,0\n",
    )
    assert hosts.read_only_folder(SITE, "/scratch/x/") is None
    assert hosts.read_only_folder(SITE, "/elsewhere/") is None
    found = hosts.read_only_folder(SITE, "/scratch/ro/x/")
    assert found is not None
    assert found.origin == "SRegistryGlobus.host_endpoints"
    assert [served.may_write for served in hosts.serving(tmp_path / "ro" / "x")] == [False, False]
    found = hosts.read_only_folder(MINE, f"{tmp_path}/ro/x/")
    assert found is not None
    assert found.origin.endswith("config-paths")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"GLOBUS_HOST_POSIX_BASEPATH": "/home/jovyan", "GLOBUS_HOST_COLLECTION_BASEPATH": "/"},
            ("/home/jovyan", "/x.sif"),
        ),
        (
            {"GLOBUS_HOST_POSIX_BASEPATH": "/home/jovyan", "GLOBUS_COLLECTION_PATH": "/shared"},
            ("/home/jovyan", "/shared/x.sif"),
        ),
        ({"GLOBUS_HOST_POSIX_BASEPATH": "/home/jovyan"}, ("/home/jovyan", "/x.sif")),
        ({"GLOBUS_HOST_COLLECTION_BASEPATH": "/shared"}, ("/data", "/shared/data/x.sif")),
        ({}, ("~", "/~/x.sif")),
    ],
)
def test_the_variables_of_globus_jupyterlab_are_understood(
    make: Make, home: Path, variables: dict[str, str], expected: tuple[str, str]
) -> None:
    here, there = expected
    folder = home if here == "~" else Path(here)
    variables = {"GLOBUS_COLLECTION_ID": SITE, "GLOBUS_LOCAL_ENDPOINT": OTHER, **variables}
    hosts = make(environment=variables)
    assert serving(hosts, folder / "x.sif") == [(SITE, there)]
    # Without a path it is only a guess.
    assert [each.is_guess for each in hosts.folders()] == [here == "~"]
    # The setting wins.
    assert serving(make(entry("/", "/", MINE), environment=variables), folder / "x.sif") == [
        (MINE, str(folder / "x.sif"))
    ]


def test_the_variable_of_globusoauthenticator_is_about_the_home(make: Make, home: Path) -> None:
    hosts = make(environment={"GLOBUS_LOCAL_ENDPOINT": f" {OTHER} "}, personal="~/,0,1\n")
    assert serving(hosts, home / "a.sif") == [(OTHER, "/~/a.sif"), (MINE, str(home / "a.sif"))]
    assert hosts.folders()[0].is_guess


def test_a_wrong_variable_says_so_and_stops_nothing_else(make: Make, home: Path) -> None:
    hosts = make(environment={"GLOBUS_COLLECTION_ID": "mine"}, personal="~/,0,1\n")
    assert serving(hosts, home / "a.sif") == [(MINE, str(home / "a.sif"))]
    assert hosts.problem == (
        "GLOBUS_COLLECTION_ID, entry 1: 'mine' is not an endpoint id, because it is not a UUID."
    )
