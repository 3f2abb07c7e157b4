"""Which of an image's routes it takes, and which the plan says it could take."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.plans import (
    Location,
    PlannedImage,
    PlanRequest,
    TransferOptions,
)
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..conftest import Store

SALSA = "images://tacos/salsa:verde"


@pytest.fixture
def registry_root(contents: Path, sample_images: Path) -> Path:
    """A registry that its own endpoint serves, and this machine's, too."""
    folder = contents / "registry"
    source = sample_images / "tacos/salsa"
    shutil.copytree(source, folder / "tacos/salsa")
    return folder


def planned(ada: Services, reference: str, route: Any = None) -> PlannedImage:
    request = PlanRequest(
        (ImageSource(reference),),
        Location(names.STANFORD_SHERLOCK_SCRATCH),
        TransferOptions(route=route),
    )
    (image,) = ada.transfers.plan(request).images
    return image


def test_a_plan_names_every_possible_route_the_best_first(ada: Services) -> None:
    image = planned(ada, SALSA)
    assert image.route == "served"
    assert [option.route for option in image.routes] == ["served", "local"]
    assert image.routes[0].reason == image.reason
    assert all(option.reason for option in image.routes)


def test_the_preferred_route_is_taken_if_it_is_possible(ada: Services) -> None:
    image = planned(ada, SALSA, "local")
    assert (image.route, image.source_endpoint_id) == ("local", names.MY_COMPUTER)
    assert [option.route for option in image.routes] == ["served", "local"]


def test_an_image_takes_its_best_route_if_the_preferred_one_is_not_possible(ada: Services) -> None:
    assert planned(ada, SALSA, "staged").route == "served"


def test_the_next_route_is_taken_if_the_source_endpoint_is_offline(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.change_endpoint(names.MY_COMPUTER, gcp_connected=False)
    image = planned(ada, SALSA, "local")
    assert image.route == "served"
    assert "offline" in image.reason
    assert [option.route for option in image.routes] == ["served"]


def test_an_image_without_a_route_names_none(store: Store, ada: Services, contents: Path) -> None:
    image = planned(ada, store.add("tacos/none:1", path_below_root=None))
    assert image.routes == ()
    assert [warning.code for warning in image.warnings][:1] == ["no_route"]
