"""Receipts, drawn and saved."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from ...errors import BadRequest
from ...folders import with_home
from ...models.receipts import Receipt, ReceiptImage
from .tables import Table
from .transfertext import STATE_WORDS

ReceiptFormat = Literal["json", "ro-crate"]


class ReceiptSheet(Table):
    """A receipt that draws itself as a table of its images, and can be saved.

    :param receipt: the receipt for programs, also as ``data``.
    """

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(
            ("Image", "At", "Digest", "Verified", "Task"),
            [_draw_row(image) for image in receipt.images],
            empty="No images.",
            note=f"{STATE_WORDS[receipt.state]}. Submitted by {receipt.person} "
            f"at {receipt.asked_at:%Y-%m-%d %H:%M} UTC",
            data=receipt,
        )
        self.receipt = receipt

    def text(self, form: ReceiptFormat = "json") -> str:
        """Return the document: the receipt itself, or the metadata of its RO-Crate.

        :raises ExtraMissing: an RO-Crate requires a package that is not installed.
        """
        if form == "ro-crate":
            from ...transfers.receipts.crate import crate_json

            return crate_json(self.receipt).decode()
        return msgspec.json.format(msgspec.json.encode(self.receipt), indent=2).decode()

    def save(self, path: str | Path, form: ReceiptFormat = "json") -> Path:
        """Write a JSON file, or an RO-Crate: a .zip file if the path ends so, else a folder.

        :raises BadRequest: it cannot be written there.
        :raises ExtraMissing: an RO-Crate requires a package that is not installed.
        """
        target = with_home(Path(path))
        try:
            if form == "ro-crate":
                from ...transfers.receipts.crate import write_crate

                write_crate(self.receipt, target)
            else:
                target.write_text(self.text() + "\n", encoding="utf-8")
        except OSError as error:
            raise BadRequest(f"Can't write {target}: {error.strerror or error}.") from error
        return target


# How an arrival is known whose digest was not compared.
_PROOF_WORDS = {
    "globus": "by Globus",
    "read_back": "no digest to compare",
    "size": "size only",
    "name": "not compared",
    None: "",
}


def _draw_row(image: ReceiptImage) -> tuple[str, ...]:
    verified = {True: "yes", False: "NO", None: _PROOF_WORDS[image.proof]}
    return (
        image.source,
        image.destination_path if image.has_arrived else "not arrived",
        image.digest_computed or image.digest_asked or "",
        verified[image.is_verified],
        image.task_id or "",
    )
