"""What is sent again from a transfer that has ended."""

from __future__ import annotations

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import TransferActive
from jupyterlab_sregistry_globus.models.plans import TransferOptions
from jupyterlab_sregistry_globus.models.tasks import Arrival
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.transfers.planning.retries import retry_request

from ..builders import arrived, digest, image, task, transfer


def references(sent: Transfer) -> list[str]:
    return [source.text for source in retry_request(sent).sources]


def test_of_two_images_only_the_one_that_did_not_arrive_is_sent_again() -> None:
    one, other = image("a"), image("b")
    sent = transfer(task(one, other, state="failed", arrivals=arrived(one)))
    assert references(sent) == ["images://a/b:1"]


def test_of_two_tasks_each_ones_missing_images_are_sent_again() -> None:
    a, b, c = image("a"), image("b"), image("c")
    done = task(a, state="succeeded", arrivals=arrived(a))
    half = task(b, c, state="canceled", arrivals=arrived(b), submission_id="s2")
    assert references(transfer(done, half)) == ["images://a/c:1"]
    never = task(c, state="failed", submission_id="s3")
    assert references(transfer(half, never)) == ["images://a/c:1", "images://a/c:1"]


def test_if_all_arrived_all_are_sent_again() -> None:
    a, b = image("a"), image("b")
    sent = transfer(task(a, b, state="succeeded", arrivals=arrived(a, b)))
    assert references(sent) == ["images://a/a:1", "images://a/b:1"]


@pytest.mark.parametrize("state", ["written", "staging", "active"])
def test_what_has_not_ended_is_not_sent_again(state: str) -> None:
    ended = task(image("a"), state="failed")
    with pytest.raises(TransferActive):
        retry_request(transfer(ended, task(image("b"), state=state, submission_id="s2")))


def test_the_destination_and_the_options_are_the_same() -> None:
    options = TransferOptions(sync="size", encrypt_data=True)
    sent = transfer(task(image("a"), state="failed"), options=options)
    request = retry_request(sent)
    assert request.options == options
    assert (request.destination.endpoint_id, request.destination.path) == (
        sent.destination.endpoint_id,
        sent.destination.path,
    )


def test_each_image_must_be_what_was_sent() -> None:
    planned = image("a", digest=digest("a"), size_bytes=7)
    (source,) = retry_request(transfer(task(planned, state="failed"))).sources
    assert (source.digest, source.size_bytes) == (digest("a"), 7)
    # What only the destination told counts too, but not before what was asked for.
    for asked, expected in ((None, digest("b")), (digest("a"), digest("a"))):
        arrival = Arrival("/to/a", digest("b"))
        sent = task(
            msgspec.structs.replace(planned, digest=asked), state="succeeded", arrivals=(arrival,)
        )
        (source,) = retry_request(transfer(sent)).sources
        assert source.digest == expected
    (source,) = retry_request(transfer(task(image("a"), state="failed"))).sources
    assert (source.digest, source.size_bytes) == (None, None)
