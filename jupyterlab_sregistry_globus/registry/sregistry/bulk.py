"""The facts about all images at once, for publishing: one request instead of one for each image.

The server computes its answer for seconds, so only a program that publishes may request it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping

import msgspec

from ...errors import RegistryBusy, RegistryUnavailable
from ..web.http import Site
from .answers import Name, Record, is_unfinished, status_of
from .refusals import refused

# The server queries its database once for each row, and sends nothing before the last one.
TIMEOUT_S = 300.0
# With each image's recipe, which is skipped as the answer is read.
MAX_BYTES = 512 * 1024 * 1024
# The server has no maximum. Separate pages would lose rows, because rows have no order.
MAX_ROWS = 1_000_000

log = logging.getLogger(__name__)


class _Metadata(msgspec.Struct, frozen=True):
    size_bytes: object = msgspec.field(default=None, name="upload_filesize")
    push_mark: object = msgspec.field(default=None, name="pushSecret")
    upload_mark: object = msgspec.field(default=None, name="upload_id")


class _Row(msgspec.Struct, frozen=True):
    collection: str | None = None
    name: str | None = None
    tag: str | None = None
    version: str | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Rows(msgspec.Struct, frozen=True):
    results: list[_Row]


def read_facts(site: Site) -> Mapping[Name, Record]:
    """Return the facts about all images, by name; none if the server does not send them.

    Secrets of pushes are read only to learn that they exist.

    :raises RegistryBusy: the server allows no more requests for now.
    """
    try:
        answer = site.get(
            "api/containers/",
            params={"limit": str(MAX_ROWS)},
            limit_bytes=MAX_BYTES,
            timeout_s=max(TIMEOUT_S, site.timeout_s),
            retries=0,
        )
        if status_of(answer) != 200:
            raise refused(answer, has_account=False)
        rows = answer.read(_Rows).results
    except RegistryBusy:
        raise
    except RegistryUnavailable as error:
        log.warning("no sizes and digests of all images: %s", error.message)
        return {}
    records = (_record(row) for row in rows)
    return {record.name: record for record in records if not is_unfinished(record.tag)}


def _record(row: _Row) -> Record:
    metadata = _Metadata()
    with contextlib.suppress(msgspec.MsgspecError):  # some rows have a list or a text
        metadata = msgspec.json.decode(row.metadata, type=_Metadata)
    size = metadata.size_bytes
    return Record(
        collection=row.collection or "",
        container=row.name or "",
        tag=row.tag or "",
        version=row.version or "",
        is_library=metadata.push_mark is not None or metadata.upload_mark is not None,
        size_bytes=size if isinstance(size, int) and size > 0 else None,
        definition=None,
        download_path="",
    )
