"""Images of a Singularity Registry Server.

It limits requests by day and address, and the users of a hub share one address. So one request
lists everything, once an hour or when the user asks for it. The facts about an image of a public
collection come from the search, which has no limit of its own, all tags of a container at once;
they are reused for some minutes, because a plan is made again with each change while the user
types. Only other images cost a view of their detail.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from ...errors import ImageChanged, ReferenceMalformed
from ...images.reference import ImageReference, format_reference, parse
from ...models.images import Image, ImageDetails
from ..base import (
    ListingSummary,
    OnPublicImage,
    RegistryBackend,
    ServedStorage,
    Storage,
    check_digest,
    choose_tag,
)
from ..entry import Entry, InvalidEntry
from ..web.download import WebDownload
from ..web.http import Site
from .account import Account, client_settings, server_url
from .answers import Name, Page, Record, is_requestable, is_unfinished, names
from .bulk import read_facts
from .client import SRegistryClient
from .facts import HOUR_S, Facts

# Facts that do not match are asked for again if they are older than this.
JUST_NOW_S = 5.0


class SingularityRegistry(RegistryBackend):
    """The public images of one server, and the private ones that the entry names.

    :param account: returns the account for requests; None for anonymous ones. Called at each use.
    :param private: images that no listing contains, not even their owner's.
    """

    kind = "sregistry"
    retry_after_s = HOUR_S

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        account: Callable[[], Account | None] = lambda: None,
        private: Sequence[Name] = (),
        served_by: ServedStorage | None = None,
    ) -> None:
        super().__init__(name, site.url, served_by)
        self._client = SRegistryClient(site, account, {collection for collection, _, _ in private})
        self._private = tuple(private)
        self._facts = Facts(self._client)

    def variant(self) -> str:
        account = self._client.account() if self._private else None
        return "" if account is None else f"{account.username} {self._private}"

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        page = self._facts.read_page()
        seen: set[Name] = set()
        left_out = 0
        for row in page.results:
            for name in names(row):
                if name in seen or is_unfinished(name[2]):
                    continue
                seen.add(name)
                if is_requestable(name):
                    on_image(self._image(name))
                else:
                    left_out += 1
        self._read_private(on_image, seen)
        return ListingSummary(_remark(left_out, page))

    def public_variant(self) -> str:
        return ""

    def has_credentials(self) -> bool:
        return self._client.account() is not None

    def is_rationed(self) -> bool:
        # Without an account, the limit of the address holds for all users of a hub together.
        return not self.has_credentials()

    def read_public(self, on_image: OnPublicImage) -> ListingSummary:
        facts = read_facts(self._client.site)

        def add(image: Image) -> None:
            record = facts.get((image.collection, image.container, image.tag))
            if record is None:
                on_image(image, None)
            else:
                on_image(self._image(record.name, record), _served(record))

        # Only what the public listing contains, whatever else the server told.
        return self.read_listing(add)

    def read_private(self, on_image: Callable[[Image], None]) -> None:
        self._read_private(on_image, set())

    def _read_private(self, on_image: Callable[[Image], None], seen: Set[Name]) -> None:
        if self._client.account() is not None:
            for name in self._private:
                if name not in seen and not self._facts.is_hidden(name):
                    on_image(self._image(name))

    def find(self, reference: ImageReference) -> Image:
        record = self._record(reference)
        try:
            return check_digest(self._image(record.name, record), reference)
        except ImageChanged:
            # The reference may be right, and what is remembered old.
            self._facts.forget(reference.collection, reference.container, older_s=JUST_NOW_S)
        record = self._record(reference)
        return check_digest(self._image(record.name, record), reference)

    def forget(self, reference: ImageReference) -> None:
        self._facts.forget(reference.collection, reference.container)

    def inspect(self, reference: ImageReference) -> ImageDetails:
        image, record = self.find(reference), self._record(reference)
        return ImageDetails(image=image, definition=record.definition)

    def storage(self, reference: ImageReference) -> Storage | None:
        record = self._record(reference)
        client = self._client
        download = WebDownload(
            # An old record is read again, because the file may have moved.
            lambda start: client.open_file(self._facts.known(record.name) or record, start),
            size_bytes=record.size_bytes,
            digest=record.digest,
            # The server always sends native pushes from their beginning.
            is_resumable=record.is_library,
            measure=(lambda: client.measure(record)) if record.is_library else None,
        )
        return replace(_served(record), download=download)

    def _image(self, name: Name, record: Record | None = None) -> Image:
        # Its add_date and architecture are wrong: each download changes the date, and the
        # architecture is always amd64.
        return Image(
            reference=format_reference(self.name, *name),
            registry=self.name,
            collection=name[0],
            container=name[1],
            tag=name[2],
            size_bytes=record.size_bytes if record else None,
            digest=record.digest if record else None,
        )

    def _record(self, reference: ImageReference) -> Record:
        collection, container = reference.collection, reference.container
        name = (collection, container, reference.tag or "latest")
        if not is_requestable(name):
            raise self.missing(reference)
        record = self._facts.known(name)
        if record is None:
            tag = choose_tag(self, reference, self._facts.tags(collection, container))
            if not is_requestable(name := (collection, container, tag)):
                raise self.missing(reference)
            record = self._facts.known(name)
        if record is None:
            raise self.missing(reference)
        return record


def from_entry(entry: Entry) -> SingularityRegistry:
    """Make a registry from an entry with ``url``, ``username``, ``token`` and ``private``.

    Address and account default to those that the registry's own client is configured with.

    :raises InvalidEntry: one of these is not valid, or no address is configured.
    """
    url = entry.url("url", None if entry.text("url", "") else client_settings().base)
    url = server_url(url)
    username, token = entry.credential("username"), entry.credential("token")
    if bool(username) != bool(token):
        raise InvalidEntry("set both 'username' and 'token', or neither.")

    def account() -> Account | None:
        if entry.is_anonymous:
            return None
        return Account(username, token) if token else client_settings().account_at(url)

    return SingularityRegistry(
        entry.name,
        entry.site(url),
        account=account,
        private=[_private(text) for text in entry.texts("private")],
        served_by=entry.served_by(),
    )


def _private(text: str) -> Name:
    try:
        reference = parse(text)
    except ReferenceMalformed as error:
        raise InvalidEntry(f"'private' must list images. {error.message}") from error
    name = (reference.collection, reference.container, reference.tag or "latest")
    if not is_requestable(name):
        raise InvalidEntry(
            f"'private' lists {text!r}, which is not a name that the registry accepts."
        )
    return name


def _served(record: Record) -> Storage:
    return Storage(pattern_below_root=_pattern(record), may_lack_file=record.is_library)


def _pattern(record: Record) -> str | None:
    """Return where the file is on an endpoint that serves the registry's storage."""
    if "/" in record.container:
        return None
    if record.is_library:
        # Only some storages keep it as a plain file, so the folder must be listed.
        return f"{record.collection}/{glob.escape(f'{record.container}:{record.version}')}"
    # Until the server has replaced it by the sha256, the version is the md5 in the file's name.
    stem = glob.escape(f"{record.container}:{record.tag}@{record.md5 or ''}")
    return f"{record.collection}/{stem}{'' if record.md5 else '*'}.sif"


def _remark(left_out: int, page: Page) -> str:
    parts = []
    if left_out:
        images = "image whose name" if left_out == 1 else "images whose names"
        parts.append(f"Not listed: {left_out} {images} the server does not accept in a request.")
    if len(page.results) < page.count:
        parts.append(f"The server listed {len(page.results)} of its {page.count} collections.")
    return " ".join(parts)
