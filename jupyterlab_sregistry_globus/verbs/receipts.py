"""Receipts, in words and in files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from ..errors import BadRequest
from ..models.receipts import Receipt
from ..services import Services
from .tables import Table
from .transfers import by_id

ReceiptFormat = Literal["json", "ro-crate"]


class ReceiptSheet(Table):
    """A receipt that draws itself as a table of its images, and can be saved.

    :param receipt: what it is made from, also as ``data``.
    """

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(
            ("Image", "At", "Digest", "Verified", "Task"),
            [
                (
                    one.source,
                    one.destination_path if one.has_arrived else "not arrived",
                    one.digest_computed or one.digest_asked or "",
                    {True: "yes", False: "NO", None: "by Globus" if one.has_arrived else ""}[
                        one.is_verified
                    ],
                    one.task_id or "",
                )
                for one in receipt.images
            ],
            empty="No image.",
            more=f"{receipt.state}, asked for by {receipt.person} at {receipt.asked_at:%Y-%m-%d %H:%M} UTC",
            data=receipt,
        )
        self.receipt = receipt

    def text(self, form: ReceiptFormat = "json") -> str:
        """The document: the receipt itself, or the metadata of its RO-Crate.

        :raises ExtraMissing: an RO-Crate needs a package that is not installed.
        """
        if form == "ro-crate":
            from ..transfers.receipts.crate import crate_json

            return crate_json(self.receipt).decode()
        return msgspec.json.format(msgspec.json.encode(self.receipt), indent=2).decode()

    def save(self, path: str | Path, form: ReceiptFormat = "json") -> Path:
        """Write it: a file of JSON; or an RO-Crate, a folder, or a file if that ends in .zip.

        :raises BadRequest: it cannot be written there.
        :raises ExtraMissing: an RO-Crate needs a package that is not installed.
        """
        target = Path(path).expanduser()
        try:
            if form == "ro-crate":
                from ..transfers.receipts.crate import write_crate

                write_crate(self.receipt, target)
            else:
                target.write_text(self.text() + "\n", encoding="utf-8")
        except OSError as error:
            raise BadRequest(f"{target} cannot be written: {error.strerror or error}.") from error
        return target


def receipt(here: Services, text: str) -> ReceiptSheet:
    """The receipt of one transfer, asked for anew at Globus if it has not ended."""
    found = by_id(here, text)
    here.follower.look(found)
    return ReceiptSheet(here.receipt(found.id))


def words_of(words: list[str]) -> tuple[str, str | None, ReceiptFormat]:
    """The id, the file and the form out of ``ID [FILE] [--ro-crate]``.

    :raises BadRequest: it is something else.
    """
    form: ReceiptFormat = "ro-crate" if "--ro-crate" in words else "json"
    names = [word for word in words if word != "--ro-crate"]
    if not 1 <= len(names) <= 2 or (form == "ro-crate" and len(names) != 2):
        raise BadRequest(
            "Give the ID of one transfer and, to save it, a FILE; --ro-crate needs one."
        )
    return names[0], names[1] if len(names) == 2 else None, form
