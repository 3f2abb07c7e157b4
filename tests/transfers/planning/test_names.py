"""A plan shows each file's name at the destination: the stored one, or one made by a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest, SettingWrong
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import EndpointSource, FileSource, ImageSource
from jupyterlab_sregistry_globus.sandbox.seed import names

from ...registry.tree.trees import plant
from ..conftest import Store, codes

SALSA = "tacos/salsa/verde/salsa_verde.sif"
SCRATCH = Location(names.STANFORD_SHERLOCK_SCRATCH, None)


def planned(services: Any, *sources: Any, **options: Any) -> Any:
    return services.transfers.plan(PlanRequest(sources, SCRATCH, TransferOptions(**options)))


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        (
            "nf/depot.galaxyproject.org-singularity-multiqc-1.21--pyhdfd78af_0.img",
            "nf/depot.galaxyproject.org-singularity-multiqc:1.21--pyhdfd78af_0",
        ),
        ("cvmfs/fq:0.9.1--h9ee0642_0", "cvmfs/fq:0.9.1--h9ee0642_0"),
        ("s/a/samtools:1.9--h91753b0_8", "s/a/samtools:1.9--h91753b0_8"),
        ("lab/gatk-4.1.SIMG", "lab/gatk:4.1"),
        ("lab/tool/1.0/tool.sif", "lab/tool:1.0"),
        ("lab/two\nlines_1.sif", "lab/two%0Alines:1"),
    ],
)
def test_a_stored_name_survives(ada: Any, registry_root: Path, file: str, reference: str) -> None:
    plant(registry_root, file)
    (image,) = planned(ada, ImageSource(f"images://{reference}"), name_template="{tag}").images
    name = file.rpartition("/")[2].replace("\n", "_")
    assert (image.name, image.destination_path.rpartition("/")[2]) == (name, name)


def test_a_local_file_keeps_the_name_that_the_user_chose(ada: Any, contents: Path) -> None:
    plant(contents, "real_2.sif")
    (contents / "latest.sif").symlink_to("real_2.sif")
    (image,) = planned(ada, FileSource("latest.sif")).images
    assert image.name == "latest.sif"


def test_a_template_names_images_whose_registry_stores_no_file_name(store: Store, ada: Any) -> None:
    source = ImageSource(store.add("tacos/salsa:verde", below=SALSA))
    assert planned(ada, source).images[0].name == "salsa_verde.sif"
    template = "{collection}-{container}-{tag}.img"
    assert planned(ada, source, name_template=template).images[0].name == "tacos-salsa-verde.img"
    with pytest.raises(BadRequest, match="not a valid template"):
        planned(ada, source, name_template="../{tag}")


def test_the_setting_is_the_template_unless_the_request_has_another(
    store: Store, program: Any, ada: Any, settings: dict[str, Any]
) -> None:
    source = ImageSource(store.add("tacos/salsa:verde", below=SALSA))
    named = program(name_template="{container}@{tag}")
    assert planned(named, source).images[0].name == "salsa@verde.sif"
    assert planned(named, source, name_template="{tag}").images[0].name == "verde.sif"
    with pytest.raises(SettingWrong, match="name_template"):
        planned(program(name_template="{x}"), source)


def test_a_digest_in_the_reference_is_the_one_to_check(ada: Any, registry_root: Path) -> None:
    plant(registry_root, "lab/tool_1.0.sif")
    digest = "0123456789abcdef" * 4
    for text in (f"images://lab/tool:1.0@sha256:{digest}",):
        (image,) = planned(ada, ImageSource(text)).images
        assert image.digest == f"sha256:{digest}"


def test_the_content_of_a_file_on_an_endpoint_is_not_checked_and_the_plan_says_so(
    store: Store, ada: Any, contents: Path, registry_root: Path
) -> None:
    source = EndpointSource(names.REGISTRY, f"/{SALSA}")
    plan = planned(ada, source)
    assert codes(plan) == [["content_not_checked"]]
    assert plan.images[0].warnings[0].message.startswith("Not checked")
    plant(contents, "text_1.sif")
    plan = planned(ada, FileSource("text_1.sif"))
    assert codes(plan) == [["image_unreadable"]]
    assert not plan.is_sendable
