"""Whether a plan can be sent, and the label of its tasks."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import ImageChanged, LabelMalformed, NotSendable
from jupyterlab_sregistry_globus.models.plans import (
    Location,
    Plan,
    PlannedImage,
    PlanWarning,
    TransferOptions,
)
from jupyterlab_sregistry_globus.models.sources import FileSource, ImageSource
from jupyterlab_sregistry_globus.transfers.planning.checks import check_plan, label_of

from ..builders import digest, image

A, B = digest("a"), digest("b")


def plan(*images: PlannedImage, warnings: tuple[PlanWarning, ...] = ()) -> Plan:
    return Plan(Location("destination", "/to/"), "Destination", images, 0, 0, warnings, True)


def warning(text: str, severity: str) -> PlanWarning:
    return PlanWarning(text, text, severity)  # type: ignore[arg-type]


def test_a_plan_with_only_notes_and_warnings_can_be_sent() -> None:
    harmless = (warning("a", "note"), warning("b", "warning"))
    check_plan(plan(image("a", warnings=harmless), warnings=harmless))


def test_each_reason_against_a_plan_is_named_once() -> None:
    blocking = warning("It cannot be read.", "blocking")
    images = (
        image("a", warnings=(blocking,)),
        image("b", warnings=(warning("c", "note"), blocking)),
    )
    with pytest.raises(NotSendable) as refused:
        check_plan(plan(*images, warnings=(warning("No room.", "blocking"),)))
    assert refused.value.message == "No room. It cannot be read."


@pytest.mark.parametrize(
    ("seen", "now", "is_changed"),
    [
        ({}, {}, False),
        ({}, {"digest": A, "size_bytes": 5}, False),
        ({"digest": A, "size_bytes": 5}, {}, False),
        ({"digest": A, "size_bytes": 5}, {"digest": A, "size_bytes": 5}, False),
        ({"digest": A}, {"digest": B}, True),
        ({"size_bytes": 5}, {"size_bytes": 6}, True),
        ({"size_bytes": 0}, {"size_bytes": 6}, True),
        ({"size_bytes": 6}, {"size_bytes": 0}, True),
        ({"digest": A, "size_bytes": 5}, {"digest": B, "size_bytes": 5}, True),
        ({"digest": A, "size_bytes": 5}, {"digest": A, "size_bytes": 6}, True),
    ],
)
def test_an_image_that_is_not_what_the_user_saw_is_refused(
    seen: dict[str, object], now: dict[str, object], is_changed: bool
) -> None:
    planned = image("a", source=ImageSource("images://a/a:1", **seen), **now)  # type: ignore[arg-type]
    if is_changed:
        with pytest.raises(ImageChanged, match="a has changed since it was chosen"):
            check_plan(plan(image("b"), planned))
    else:
        check_plan(plan(image("b"), planned))


@pytest.mark.parametrize(
    ("images", "label"),
    [
        ((image("a"),), "images://a/a:1"),
        ((image("a"), image("b")), "images://a/a:1 and 1 more"),
        ((image("a"), image("b"), image("c")), "images://a/a:1 and 2 more"),
        ((image("a.sif", source=FileSource("folder/a.sif")),), "a.sif"),
        ((image("a\x1b\nb", source=FileSource("x")),), "a  b"),
        ((image("n" * 200, source=FileSource("x")),), "n" * 128),
        ((image("n" * 127 + "\n\n", source=FileSource("x")),), "n" * 127),
    ],
)
def test_without_a_label_the_first_image_is_named(
    images: tuple[PlannedImage, ...], label: str
) -> None:
    assert label_of(TransferOptions(), plan(*images).images) == label


@pytest.mark.parametrize("label", ["x", "n" * 128, "two words", "Ünïcode"])
def test_a_given_label_is_used_as_it_is(label: str) -> None:
    assert label_of(TransferOptions(label=label), plan(image("a")).images) == label


@pytest.mark.parametrize("label", ["", " ", "n" * 129, " x", "x ", "a\nb", "a\x1b[1mb", "a\tb"])
def test_a_malformed_label_is_refused(label: str) -> None:
    with pytest.raises(LabelMalformed, match="1 to 128 characters"):
        label_of(TransferOptions(label=label), plan(image("a")).images)
