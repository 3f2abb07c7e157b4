"""Requests to a Singularity Registry Server, each through the API that answers it."""

from __future__ import annotations

import contextlib
import email.utils
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from urllib.parse import quote

from ...errors import ImageNotFound, RegistryBusy, RegistryUnavailable
from ..web.answers import Answer, Stream
from ..web.http import Session, Site
from ..web.refusals import busy, refused_credentials
from .account import Account
from .answers import (
    MAX_DETAIL_BYTES,
    MAX_LISTING_BYTES,
    CollectionRow,
    Name,
    Page,
    Record,
    is_hidden,
    names,
    read_page,
    record_of,
    refused,
    status_of,
)

LISTING_TIMEOUT_S = 60.0
# A limit lasts for hours, and transfers that wait for its end repeat their requests.
REST_S = 600.0
_MAX_RESTING = 1000
# The server has no maximum. Separate pages would lose rows, because rows have no order.
MAX_COLLECTIONS = 1_000_000


class SRegistryClient:
    """One server, and the account for requests to it.

    :param account: returns the account; None for anonymous requests. Called at each use.
    :param private: collections that are known to be private.
    """

    def __init__(
        self, site: Site, account: Callable[[], Account | None], private: Iterable[str]
    ) -> None:
        self.site = site
        self.account = account
        self._private = set(private)
        self._size_by_digest: dict[str, int] = {}
        self._resting: dict[tuple[str, Name], tuple[float, RegistryBusy]] = {}
        self._lock = threading.Lock()

    def read_page(self) -> Page:
        """Read all public collections with their images.

        :raises RegistryUnavailable: the server does not answer.
        """
        with self._lock:
            self._resting.clear()
        answer = self.site.get(
            "api/collections/",
            params={"limit": str(MAX_COLLECTIONS)},
            headers=self._by_token(),
            limit_bytes=MAX_LISTING_BYTES,
            timeout_s=max(LISTING_TIMEOUT_S, self.site.timeout_s),
            retries=0,
        )
        if status_of(answer) != 200:
            raise refused(answer)
        return read_page(answer)

    def tags(self, collection: str, container: str) -> Sequence[str]:
        """Return the tags of a container; none if the server does not say."""
        answer = self.site.get(f"api/collection/{quote(collection)}", headers=self._by_token())
        if status_of(answer) != 200:
            return ()
        # The server finds collections regardless of case.
        return [
            name[2]
            for name in names(answer.read(CollectionRow))
            if name[:2] == (collection, container)
        ]

    def record(self, name: Name) -> Record | None:
        """Return the server's facts about an image; None if it does not exist.

        :raises ImageNotFound: this account may not see it.
        :raises RegistryUnavailable: the server does not answer.
        """
        with self._pausing("record", name):
            return self._read_record(name)

    def _read_record(self, name: Name) -> Record | None:
        collection, container, tag = name
        # A container with its collection's name is requested by that name alone.
        place = container if container == collection else f"{collection}/{container}"
        path = f"api/container/{quote(place)}:{quote(tag)}"
        account = self.account()
        is_private = account is not None and collection in self._private
        with self.site.session() as session:
            if account is None or not is_private:
                answer = session.get(path, headers=self._by_token(), limit_bytes=MAX_DETAIL_BYTES)
                # With a token, the server answers so if the collection is private.
                is_private = answer.status == 500 or is_hidden(answer)
            if account is not None and is_private:
                answer = _get_signed(session, path, name, account)
        status = status_of(answer)
        if status == 404:
            return None
        if is_hidden(answer):
            raise self._hidden(name, account)
        if status != 200:
            raise refused(answer)
        record = record_of(answer, is_private=is_private)
        if record.name != name:
            return None
        if is_private:
            with self._lock:
                self._private.add(collection)
        return record

    def measure(self, record: Record) -> int | None:
        """Return the size of an image in the Library API. This uses up one of its views."""
        if record.digest is not None and record.digest in self._size_by_digest:
            return self._size_by_digest[record.digest]
        total = None
        with (
            contextlib.suppress(RegistryUnavailable, ImageNotFound),
            self.open_file(record, 0) as stream,
        ):
            total = stream.total
        if record.digest is not None and total is not None:
            with self._lock:
                self._size_by_digest[record.digest] = total
        return total

    @contextlib.contextmanager
    def open_file(self, record: Record, start: int) -> Iterator[Stream]:
        """Open an image's bytes at an offset. How it was pushed decides where they are.

        :raises ImageNotFound: the server has no file for it.
        :raises RegistryUnavailable: the server does not send them.
        """
        with self._pausing("file", record.name), self.site.session() as session:
            for request in self._requests(session, record, start):
                with request as stream:
                    if stream.status == 404:
                        continue
                    self._check(stream)
                    yield stream
                    return
        raise ImageNotFound(
            f"{self.site} lists {'/'.join(record.name[:2])}:{record.tag}, but has no file for it. "
            "Ask its owner to push it again."
        )

    def _requests(
        self, session: Session, record: Record, start: int
    ) -> Iterator[AbstractContextManager[Stream]]:
        # With one more part in its path, a GET of the Library API may create a container.
        if "/" not in record.collection + record.container:
            account = self.account()
            headers = account.as_bearer() if account and record.is_private else self._by_token()
            path = quote(f"{record.collection}/{record.container}:{record.tag}", safe="/:")
            yield session.stream(
                f"v1/imagefile/{path}", start=start, headers=headers, is_handed_on=True
            )
        if record.download_path and not record.is_library:
            yield session.stream(record.download_path)

    def _check(self, stream: Stream) -> None:
        is_page = stream.headers.get("content-type", "").startswith("text/html")
        if stream.status == 429 or (stream.status == 403 and is_page):
            raise busy(str(self.site), {"retry-after": "86400", **stream.headers})
        if stream.status not in (200, 206, 416):
            raise self.site.unavailable(f"did not send the file (status {stream.status}).")
        if is_page:
            raise self.site.unreadable()

    @contextlib.contextmanager
    def _pausing(self, kind: str, name: Name) -> Iterator[None]:
        """Refuse, for a while, to repeat a request that has just met a limit."""
        with self._lock:
            until, error = self._resting.get((kind, name), (0.0, None))
        if error is not None and time.monotonic() < until:
            raise RegistryBusy(error.message, action=error.action)
        try:
            yield
        except RegistryBusy as error:
            with self._lock:
                if len(self._resting) >= _MAX_RESTING:
                    self._resting.clear()
                self._resting[kind, name] = (time.monotonic() + REST_S, error)
            raise

    def _by_token(self) -> dict[str, str]:
        account = self.account()
        return account.by_token() if account is not None else {}

    def _hidden(self, name: Name, account: Account | None) -> Exception:
        if account is None:
            return refused_credentials(str(self.site))
        return ImageNotFound(
            f"{account.username!r} may not read {name[0]}/{name[1]}:{name[2]} at {self.site.url}. "
            "Ask its owner for access."
        )


def _get_signed(session: Session, path: str, name: Name, account: Account) -> Answer:
    now = datetime.now(timezone.utc)
    answer = session.get(path, headers=account.signed(*name, now), limit_bytes=MAX_DETAIL_BYTES)
    if status_of(answer) == 400:
        # The server's hour counts. Its next hour may have begun, or our clock may be wrong.
        server_time = _parse_date(answer.headers.get("date", ""))
        if server_time is not None and (server_time.date(), server_time.hour) != (
            now.date(),
            now.hour,
        ):
            answer = session.get(
                path, headers=account.signed(*name, server_time), limit_bytes=MAX_DETAIL_BYTES
            )
    return answer


def _parse_date(text: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(timezone.utc)
    except (ValueError, TypeError, OverflowError):
        return None
