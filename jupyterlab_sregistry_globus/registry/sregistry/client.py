"""Requests to a Singularity Registry Server, each through the API that answers it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from urllib.parse import quote

from ...errors import ImageNotFound, RegistryUnavailable
from ..web.answers import Answer, Stream
from ..web.http import Session, Site
from ..web.merging import Merging
from ..web.refusals import MAX_WAIT_S, busy
from ..web.times import parse_http_date
from .account import Account
from .answers import (
    MAX_DETAIL_BYTES,
    MAX_LISTING_BYTES,
    MAX_SEARCH_BYTES,
    CollectionRow,
    Name,
    Page,
    Record,
    is_hidden,
    names,
    read_page,
    read_search,
    record_of,
    shown,
    status_of,
)
from .pauses import Pauses
from .refusals import (
    container_busy,
    denied,
    is_token_refused,
    is_token_required,
    refused,
)

LISTING_TIMEOUT_S = 60.0
# A size that only the storage knows costs a view of the Library API, of which there are 50 a day.
MAX_MEASURED = 5
MEASURED_PER_S = 3600.0
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
        self._measured_at: list[float] = []
        self._pauses = Pauses()
        self._merging = Merging()
        self._lock = threading.Lock()

    def read_page(self, timeout_s: float = LISTING_TIMEOUT_S) -> Page:
        """Read all public collections with their images.

        :param timeout_s: for each wait for bytes.
        :raises RegistryUnavailable: the server does not answer.
        """
        return self._merging.run("page", lambda: self._read_page(timeout_s))

    def rest_no_more(self) -> None:
        """Repeat requests that met a limit, because the user asks for it."""
        self._pauses.clear()

    def is_known_private(self, collection: str) -> bool:
        """Check whether this account reads a collection as a private one."""
        return collection in self._private and self.account() is not None

    def _read_page(self, timeout_s: float) -> Page:
        answer = self.site.get(
            "api/collections/",
            params={"limit": str(MAX_COLLECTIONS)},
            headers=self._by_token(),
            limit_bytes=MAX_LISTING_BYTES,
            timeout_s=max(timeout_s, self.site.timeout_s),
            retries=0,
        )
        if status_of(answer) != 200:
            raise refused(answer, has_account=self.account() is not None)
        return read_page(answer)

    def search(self, collection: str, container: str) -> Mapping[str, Record] | None:
        """Return the facts about all images of a container, by tag; None if the server can't.

        No limit by day and view holds for it. It also finds private images, so it is only for
        collections that are known to be public.

        :raises RegistryUnavailable: the server does not answer.
        """
        key = ("search", collection, container)
        return self._merging.run(key, lambda: self._search(collection, container))

    def _search(self, collection: str, container: str) -> Mapping[str, Record] | None:
        with self._pauses.around("search", None):
            answer = self.site.get(
                f"api/container/search/collection/{quote(collection)}/name/{quote(container)}",
                headers=self._by_token(),
                limit_bytes=MAX_SEARCH_BYTES,
            )
            status = status_of(answer)
            if status == 429 or is_hidden(answer):
                raise refused(answer, has_account=self.account() is not None)
            if status != 200:
                return None
            try:
                return read_search(answer, collection, container)
            except RegistryUnavailable:
                return None

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
        return self._merging.run(name, lambda: self._rested_record(name))

    def _rested_record(self, name: Name) -> Record | None:
        with self._pauses.around("record", name):
            return self._read_record(name)

    def _read_record(self, name: Name) -> Record | None:
        collection, container, tag = name
        # Builds of GitHub repositories repeat the collection's name, as in vsoch/hello-world.
        is_repeated = container == collection and "/" in container
        place = container if is_repeated else f"{collection}/{container}"
        path = f"api/container/{quote(place)}:{quote(tag)}"
        account = self.account()
        is_private = account is not None and collection in self._private
        with self.site.session() as session:
            if account is None or not is_private:
                answer = session.get(path, headers=self._by_token(), limit_bytes=MAX_DETAIL_BYTES)
                # With a token, the server answers so if the collection is private.
                if is_token_refused(answer):
                    raise denied(answer, has_account=True)
                is_private = answer.status == 500 or is_hidden(answer)
            if account is not None and is_private:
                answer = _get_signed(session, path, name, account)
        status = status_of(answer)
        if status == 404:
            return None
        if is_hidden(answer):
            raise self._hidden(name, account, answer)
        if answer.status == 200 and status == 429:
            raise container_busy(self.site, name)
        if status != 200:
            raise refused(answer, has_account=account is not None)
        record = record_of(answer, is_private=is_private)
        if record.name != name:
            return None
        if is_private:
            with self._lock:
                self._private.add(collection)
        return record

    def measure(self, record: Record) -> int | None:
        """Return the size of an image in the Library API. This uses up one of its views.

        None if the server does not say, or if too many sizes were asked for within an hour.
        """
        return self._merging.run(("size", record.name), lambda: self._measure(record))

    def _measure(self, record: Record) -> int | None:
        if record.digest is not None and record.digest in self._size_by_digest:
            return self._size_by_digest[record.digest]
        now = time.monotonic()
        with self._lock:
            self._measured_at = [at for at in self._measured_at if now - at < MEASURED_PER_S]
            if len(self._measured_at) >= MAX_MEASURED:
                return None
            self._measured_at.append(now)
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
        with self._pauses.around("file", record.name), self.site.session() as session:
            for request in self._requests(session, record, start):
                with request as stream:
                    if stream.status == 404:
                        continue
                    self._check(stream, record.name)
                    yield stream
                    return
        raise ImageNotFound(
            f"{self.site} lists {shown(record.name)}, but has no file for it. "
            "Ask its owner to push it again."
        )

    def _requests(
        self, session: Session, record: Record, start: int
    ) -> Iterator[AbstractContextManager[Stream]]:
        # With one more part in its path, a GET of the Library API may create a container.
        is_simple = "/" not in record.collection + record.container
        if is_simple and record.md5 is None:
            account = self.account()
            headers = account.as_bearer() if account and record.is_private else self._by_token()
            path = quote(f"{record.collection}/{record.container}:{record.tag}", safe="/:")
            yield session.stream(
                f"v1/imagefile/{path}", start=start, headers=headers, is_handed_on=True
            )
        if record.is_library:
            return
        # The search does not say where the file is.
        detail = record if record.download_path else self.record(record.name)
        if detail is not None and detail.download_path:
            yield session.stream(detail.download_path)

    def _check(self, stream: Stream, name: Name) -> None:
        is_page = stream.headers.get("content-type", "").startswith("text/html")
        if stream.is_from_storage:
            if stream.status not in (200, 206, 416):
                raise stream.refused()
        elif stream.status == 403 and is_page and stream.headers.get("content-length") == "0":
            raise container_busy(self.site, name)
        elif stream.status == 429 or (stream.status == 403 and is_page):
            raise busy(str(self.site), stream.headers, MAX_WAIT_S)
        elif stream.status not in (200, 206, 416):
            raise stream.refused()
        if is_page:
            raise self.site.unreadable()

    def _by_token(self) -> dict[str, str]:
        account = self.account()
        return account.by_token() if account is not None else {}

    def _hidden(self, name: Name, account: Account | None, answer: Answer) -> Exception:
        if account is None:
            return denied(answer, has_account=False, name=name)
        if is_token_refused(answer) or is_token_required(answer):
            return denied(answer, has_account=True)
        return ImageNotFound(
            f"{account.username!r} does not have permission to read {shown(name)} at "
            f"{self.site.url}. Ask its owner for access."
        )


def _get_signed(session: Session, path: str, name: Name, account: Account) -> Answer:
    now = datetime.now(timezone.utc)
    answer = session.get(path, headers=account.signed(*name, now), limit_bytes=MAX_DETAIL_BYTES)
    if status_of(answer) == 400:
        # The server's hour counts. Its next hour may have begun, or our clock may be wrong.
        server_time = parse_http_date(answer.headers.get("date", ""))
        if server_time is not None and (server_time.date(), server_time.hour) != (
            now.date(),
            now.hour,
        ):
            answer = session.get(
                path, headers=account.signed(*name, server_time), limit_bytes=MAX_DETAIL_BYTES
            )
    return answer
