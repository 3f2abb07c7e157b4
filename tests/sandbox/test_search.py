"""Endpoint search: words, scopes, pages."""

from __future__ import annotations

from collections.abc import Callable

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.sandbox.transfer.model import Endpoint

from .helpers import finished, refused, send


def ids(page: globus_sdk.IterableResponse) -> list[str]:
    return [row["id"] for row in page]


def test_every_word_must_start_a_word_somewhere(ada: globus_sdk.TransferClient) -> None:
    stanford = ids(ada.endpoint_search("stanford"))
    assert len(stanford) >= 4
    assert names.STANFORD_SHERLOCK_SCRATCH in stanford
    assert ids(ada.endpoint_search("STAN sherl scra")) == [names.STANFORD_SHERLOCK_SCRATCH]
    assert ids(ada.endpoint_search("stanford nowhere")) == []
    assert ids(ada.endpoint_search("anford")) == []
    assert names.GENOME_MIRROR in ids(ada.endpoint_search("reference"))
    assert ids(ada.endpoint_search("bob@uni.example sky")) == [names.SKY_SURVEY]


def test_a_name_counts_more_than_a_description(ada: globus_sdk.TransferClient) -> None:
    assert ids(ada.endpoint_search("registry"))[0] == names.REGISTRY


def test_an_id_finds_its_endpoint(ada: globus_sdk.TransferClient) -> None:
    assert ids(ada.endpoint_search(names.GENOME_MIRROR)) == [names.GENOME_MIRROR]


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("my-endpoints", names.MY_COMPUTER, names.RESEARCH_CLOUD),
        ("my-gcp-endpoints", names.ADAS_LAPTOP_OFFLINE, names.ADAS_RESULTS),
        ("shared-with-me", names.RESEARCH_CLOUD, names.MY_COMPUTER),
        ("shared-by-me", names.ADAS_RESULTS, names.MY_COMPUTER),
        ("administered-by-me", names.MY_COMPUTER, names.REGISTRY),
        ("recently-used", names.STANFORD_SHERLOCK_SCRATCH, names.RESEARCH_CLOUD),
    ],
)
def test_a_scope_requires_no_words(
    ada: globus_sdk.TransferClient, scope: str, inside: str, outside: str
) -> None:
    endpoint_ids = ids(ada.endpoint_search(filter_scope=scope, limit=100))
    assert inside in endpoint_ids
    assert outside not in endpoint_ids
    assert names.DELETED_PROJECT not in endpoint_ids


def test_linked_identities_are_one_user(
    transfer: Callable[..., globus_sdk.TransferClient],
) -> None:
    hospital = transfer(names.ADA_HOSPITAL)
    assert names.MY_COMPUTER in ids(hospital.endpoint_search(filter_scope="my-endpoints"))


def test_private_endpoints_are_found_only_by_users_who_may_see_them(
    ada: globus_sdk.TransferClient, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    bob = transfer(names.BOB)
    assert names.RESEARCH_CLOUD in ids(ada.endpoint_search("research cloud"))
    assert names.RESEARCH_CLOUD not in ids(bob.endpoint_search("research cloud"))
    assert names.BOBS_LAPTOP not in ids(ada.endpoint_search("laptop"))
    assert refused(lambda: ada.get_endpoint(names.BOBS_LAPTOP)) == (403, "PermissionDenied")


def test_all_requires_words(ada: globus_sdk.TransferClient) -> None:
    assert refused(ada.endpoint_search)[0] == 400
    assert refused(lambda: ada.endpoint_search(" "))[0] == 400
    assert refused(lambda: ada.endpoint_search("x", filter_scope="nonsense"))[0] == 400
    assert ids(ada.endpoint_search(filter_owner_id=names.ADA, limit=100))


def test_filters_narrow_a_search(ada: globus_sdk.TransferClient) -> None:
    def search(**filters: object) -> list[str]:
        return ids(ada.endpoint_search("stanford", limit=100, **filters))  # type: ignore[arg-type]

    assert search(filter_entity_type="GCSv5_endpoint") == [names.STANFORD_SHERLOCK_ENDPOINT]
    assert search(filter_owner_id=names.BOB) == []
    assert search(filter_host_endpoint=names.STANFORD_SHERLOCK_ENDPOINT) == [names.STANFORD_OAK]
    broken = ada.endpoint_search("old cluster", filter_non_functional=True)
    assert ids(broken) == [names.OLD_CLUSTER_V4]
    assert ids(ada.endpoint_search("old cluster", filter_non_functional=False)) == []


def test_in_use_lists_endpoints_of_active_tasks(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    assert ids(ada.endpoint_search(filter_scope="in-use")) == []
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    task = send(
        ada,
        (names.REGISTRY, "/tools/fastqc:0.12.sif"),
        (names.DEPARTMENT_NAS, "/images/fastqc.sif"),
    )
    assert set(ids(ada.endpoint_search(filter_scope="in-use"))) == {
        names.REGISTRY,
        names.DEPARTMENT_NAS,
    }
    assert ada.get_endpoint(names.DEPARTMENT_NAS)["in_use"] is True
    ada.cancel_task(task)
    finished(ada, task)
    assert ids(ada.endpoint_search(filter_scope="in-use")) == []
    recent = ids(ada.endpoint_search(filter_scope="recently-used"))
    assert recent[:2] == [names.DEPARTMENT_NAS, names.REGISTRY]


def test_pages_are_consistent_and_end(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    world = sandbox.services.world
    with world.change():
        for number in range(1200):
            world.endpoints.put(
                f"many-{number}",
                Endpoint(
                    id=f"many-{number}",
                    display_name=f"Crowd {number:04d}",
                    entity_type="GCSv5_guest_collection",
                    owner_id=names.BOB,
                ),
            )
    first = ada.endpoint_search("crowd")
    assert len(ids(first)) == 10
    assert first["has_next_page"] is True
    assert len(ids(ada.endpoint_search("crowd", limit=5000))) == 100
    rows = [row["id"] for row in ada.paginated.endpoint_search("crowd").items()]
    assert len(rows) == len(set(rows)) == 1000
    last = ada.endpoint_search("crowd", limit=10, offset=1000)
    assert ids(last) == []
    assert last["has_next_page"] is False
    assert refused(lambda: ada.endpoint_search("crowd", limit=0))[0] == 400
    assert refused(lambda: ada.endpoint_search("crowd", offset=-1))[0] == 400
