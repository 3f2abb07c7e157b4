"""Receipts, drawn and saved."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from ...errors import BadRequest, StoreUnavailable
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

        A file, or a new folder, is written as a whole, or not at all.

        :raises BadRequest: it cannot be written there.
        :raises StoreUnavailable: the disk is full.
        :raises ExtraMissing: an RO-Crate requires a package that is not installed.
        """
        target = with_home(Path(path))
        try:
            if form == "ro-crate":
                from ...transfers.receipts.crate import write_crate

                write: Callable[[Path], None] = partial(write_crate, self.receipt)
            else:
                write = self._write_text
            # A device or a pipe cannot be replaced, and a folder may hold more than the crate.
            if target.exists() and not target.is_file():
                write(target)
            else:
                _replace(Path(os.path.realpath(target)), write)
        except OSError as error:
            reason = error.strerror or error
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreUnavailable(
                    f"Can't write {target}: {reason}. Free some space, or choose another disk."
                ) from error
            raise BadRequest(f"Can't write {target}: {reason}.") from error
        return target

    def _write_text(self, target: Path) -> None:
        target.write_text(self.text() + "\n", encoding="utf-8")


def _replace(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target, then put it there, with the mode of the file that it replaces."""
    # The name's end tells an RO-Crate's form.
    beside = target.with_name(f".{secrets.token_hex(4)}.{target.name}")
    try:
        write(beside)
        with contextlib.suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        else:
            beside.unlink(missing_ok=True)
        raise


# How an arrival is known whose digest was not compared.
_PROOF_WORDS = {
    "globus": "by Globus",
    "read_back": "no digest to compare",
    "received": "no digest to compare",
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
