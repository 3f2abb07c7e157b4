"""How it is known that an image has arrived, and what a receipt claims."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.commands.drawing.receipts import ReceiptSheet
from jupyterlab_sregistry_globus.globus.tasks import Arrived
from jupyterlab_sregistry_globus.models.receipts import Receipt, ReceiptImage, ReceiptTask
from jupyterlab_sregistry_globus.models.tasks import Arrival, Attempt, GlobusTask
from jupyterlab_sregistry_globus.transfers.receipts.receipt import (
    KEPT,
    UNCHANGED,
    UNVERIFIED,
    arrivals,
    receipt,
)

from ..builders import arrived, digest, image, task, transfer

DIGEST, OTHER = digest("a"), digest("b")


def moved(path: str, sha256: str | None, size_bytes: int = 7) -> Arrived:
    """Return what Globus says of a file that it copied."""
    return Arrived(path, sha256, size_bytes)


def receipt_of(sent: GlobusTask, arrival: Arrival) -> Receipt:
    return receipt(transfer(msgspec.structs.replace(sent, arrivals=(arrival,))), "ada")


def row_of(sent: GlobusTask, arrival: Arrival) -> tuple[str, ...]:
    """Return the only row of the receipt as it is drawn."""
    (row,) = ReceiptSheet(receipt_of(sent, arrival)).rows
    return row


@pytest.mark.parametrize(
    ("asked_digest", "computed", "is_verified"),
    [
        (DIGEST, "a" * 64, True),
        (DIGEST, "b" * 64, False),
        (None, "a" * 64, None),
        (DIGEST, None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("state", ["succeeded", "failed"])
def test_digests_are_verified_only_if_both_are_known_and_equal(
    asked_digest: str | None, computed: str | None, is_verified: bool | None, state: str
) -> None:
    sent = task(image("a", digest=asked_digest), state=state)
    (arrival,) = arrivals(sent, [moved("/to/a", computed)], "checksum")
    assert arrival.is_verified is is_verified
    assert arrival.digest == (computed and f"sha256:{computed}")
    assert (arrival.size_bytes, arrival.note, arrival.proof) == (7, "", "globus")
    (made,) = receipt_of(sent, arrival).images
    assert (made.digest_asked, made.digest_computed) == (asked_digest, arrival.digest)
    assert (made.is_verified, made.has_arrived, made.size_bytes) == (is_verified, True, 7)
    assert row_of(sent, arrival)[3] == {True: "yes", False: "NO", None: "by Globus"}[is_verified]


@pytest.mark.parametrize(
    ("sync", "proof", "size_bytes", "word"),
    [
        ("checksum", "globus", 5, "by Globus"),
        ("size", "size", 5, "size only"),
        ("mtime", "size", 5, "size only"),
        ("exists", "name", None, "not compared"),
    ],
)
def test_a_file_that_was_kept_is_known_as_far_as_it_was_compared(
    sync: Any, proof: str, size_bytes: int | None, word: str
) -> None:
    sent = task(image("a", digest=DIGEST, size_bytes=5), state="succeeded")
    (arrival,) = arrivals(sent, [], sync)
    assert (arrival.proof, arrival.size_bytes) == (proof, size_bytes)
    assert (arrival.digest, arrival.is_verified) == (None, None)
    assert arrival.note in (UNCHANGED, KEPT)
    assert (arrival.note == KEPT) is (sync == "exists")
    assert row_of(sent, arrival)[3] == word


def test_only_a_task_that_succeeded_has_files_that_it_did_not_copy() -> None:
    for state in ("failed", "canceled", "active"):
        assert arrivals(task(image("a"), state=state), [], "checksum") == ()
    sent = task(image("a"), image("b"), image("c"), state="succeeded")
    known = arrivals(sent, [moved("/to/c", None), moved("/to/else", None)], "checksum")
    assert [(one.destination_path, one.note) for one in known] == [
        ("/to/a", UNCHANGED),
        ("/to/b", UNCHANGED),
        ("/to/c", ""),
    ]


def test_an_arrival_of_an_earlier_attempt_stays_as_it_is() -> None:
    before = arrived(image("a", digest=DIGEST))
    sent = task(image("a", digest=DIGEST), image("b"), state="succeeded", arrivals=before)
    known = arrivals(sent, [moved("/to/a", "b" * 64), moved("/to/b", None)], "checksum")
    assert known[:1] == before
    assert [one.destination_path for one in known] == ["/to/a", "/to/b"]


@pytest.mark.parametrize(("computed", "note"), [(None, UNVERIFIED), ("a" * 64, "")])
def test_a_missing_digest_is_explained_where_none_was_asked_for(
    computed: str | None, note: str
) -> None:
    sent = task(image("a", digest=DIGEST), gives_digests=False, state="succeeded")
    (arrival,) = arrivals(sent, [moved("/to/a", computed)], "checksum")
    assert arrival.note == note


def test_a_receipt_has_an_end_only_once_everything_has_ended() -> None:
    one = task(image("a"), state="succeeded", completed_at=10.0, requested_at=1.0)
    other = task(image("b"), state="failed", completed_at=30.0, submission_id="s2")
    running = task(image("c"), state="active", submission_id="s3")
    made = receipt(transfer(one, other), "ada")
    assert made.completed_at is not None and made.completed_at.timestamp() == 30.0
    assert receipt(transfer(one, running), "ada").completed_at is None
    first, last = made.tasks
    assert first.requested_at is not None and first.requested_at.timestamp() == 1.0
    assert (last.requested_at, last.key, last.submission_id) == (None, "s2", "s2")
    assert [each.has_arrived for each in made.images] == [False, False]
    assert [each.proof for each in made.images] == [None, None]


def test_a_receipt_repeats_what_is_recorded() -> None:
    before = Attempt("s0", "t0", "why")
    planned = image("a", digest=DIGEST, size_bytes=5, arch="amd64", uuid="an id")
    sent = task(
        planned,
        state="succeeded",
        task_id="t9",
        arrivals=(Arrival("/to/a", DIGEST, 7, True, "a note"),),
        requested_at=1.0,
        completed_at=2.0,
        bytes_transferred=7,
        faults=3,
        reason="a reason",
        view_url="an address",
        attempts=(before,),
    )
    recorded = transfer(sent, label="a label", software={"python": "3"})
    ended_at = datetime(1970, 1, 1, 0, 0, 2, tzinfo=timezone.utc)
    assert receipt(recorded, "ada") == Receipt(
        id="t1",
        label="a label",
        state="succeeded",
        person="ada",
        asked_at=datetime(1970, 1, 1, 0, 16, 40, tzinfo=timezone.utc),
        destination=recorded.destination,
        destination_name="Destination",
        images=(
            ReceiptImage(
                source="images://a/a:1",
                name="a",
                route="served",
                source_endpoint_id="source",
                source_endpoint_name="Source",
                source_path="/from/a",
                destination_path="/to/a",
                task_key="s1",
                task_id="t9",
                has_arrived=True,
                digest_asked=DIGEST,
                digest_computed=DIGEST,
                is_verified=True,
                proof="globus",
                size_bytes=7,
                arch="amd64",
                uuid="an id",
                note="a note",
            ),
        ),
        tasks=(
            ReceiptTask(
                kind="globus",
                key="s1",
                state="succeeded",
                task_id="t9",
                submission_id="s1",
                source_endpoint_id="source",
                source_endpoint_name="Source",
                requested_at=datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc),
                completed_at=ended_at,
                bytes_transferred=7,
                faults=3,
                reason="a reason",
                view_url="an address",
                attempts=(before,),
            ),
        ),
        software={"python": "3"},
        completed_at=ended_at,
    )
