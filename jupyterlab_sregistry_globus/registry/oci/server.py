"""An OCI registry's server: the reading half of its protocol, with the logins of ``oras``."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec.structs import replace

from ...errors import ImageNotFound
from ..web.answers import Answer, Stream
from ..web.http import Session, Site
from .login import OciLogin

MANIFEST_TYPES = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
MAX_TAGS = 1000
_PAGE_TAGS = 1000
_MAX_PAGES = 50


class Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a manifest."""

    digest: str = ""
    size: int = -1
    media_type: str = ""
    annotations: Any = None
    platform: Any = None


class Manifest(msgspec.Struct, frozen=True):
    """A manifest, or an index of manifests.

    :param digest: its own, as computed from its content.
    """

    layers: tuple[Descriptor, ...] | None = None
    manifests: tuple[Descriptor, ...] | None = None
    annotations: Any = None
    config: Descriptor | None = None
    digest: str = ""


class _Tags(msgspec.Struct, frozen=True):
    tags: tuple[str, ...] | None = None


class OciServer:
    """The server, and the account that asks it.

    :param username: empty takes what ``docker login`` or ``apptainer registry login --docker``
        stored for this server, or else asks anonymously.
    :param is_anonymous: whether to ask anonymously in any case.
    """

    def __init__(
        self, site: Site, username: str = "", password: str = "", *, is_anonymous: bool = False
    ) -> None:
        self.site = site
        self._login = OciLogin(site, username, password, is_anonymous=is_anonymous)
        # By repository, because a token is valid for one repository.
        self._authorizations: dict[str, str] = {}
        self._lock = threading.Lock()

    def has_login(self, repository: str) -> bool:
        """Check whether requests about a repository carry an account."""
        return self._login.is_known(repository)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open connections for several requests."""
        with self.site.session() as session:
            yield session

    def tags(self, session: Session, repository: str) -> list[str]:
        """Return a repository's tags, in the server's order; at most one more than MAX_TAGS.

        :raises ImageNotFound: there is no such repository.
        """
        path, params = f"v2/{repository}/tags/list", {"n": str(_PAGE_TAGS)}
        tags: dict[str, None] = {}
        for _ in range(_MAX_PAGES):
            answer = self._get(session, repository, path, params=params)
            self._check(answer)
            page = answer.read(_Tags).tags or ()
            before = len(tags)
            tags.update(dict.fromkeys(page))
            following = _next(answer)
            # Without new tags, the pages would never end.
            if following is None or len(tags) == before or len(tags) > MAX_TAGS:
                break
            params = following
        return [*tags][: MAX_TAGS + 1]

    def manifest(self, session: Session, repository: str, name: str) -> Manifest:
        """Return a manifest.

        :param name: a tag or a digest. Content with another digest is refused.
        :raises ImageNotFound: it does not exist.
        """
        path = f"v2/{repository}/manifests/{name}"
        answer = self._get(session, repository, path, headers={"Accept": MANIFEST_TYPES})
        self._check(answer)
        claimed = name if ":" in name else answer.headers.get("docker-content-digest", "")
        actual = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        if claimed.startswith("sha256:") and claimed != actual:
            raise self.site.unavailable("sent a manifest whose content does not match its digest.")
        return replace(answer.read(Manifest), digest=actual)

    @contextlib.contextmanager
    def blob(self, repository: str, digest: str, start: int = 0) -> Iterator[Stream]:
        """Open a blob at a byte or before it. The stream says where it begins.

        :raises ImageNotFound: it does not exist.
        """
        path = f"v2/{repository}/blobs/{digest}"
        with self.session() as session, contextlib.ExitStack() as stack:

            def ask() -> Stream:
                headers = self._headers(repository)
                stream: AbstractContextManager[Stream] = session.stream(
                    path, start=start, headers=headers
                )
                return stack.enter_context(stream)

            stream = ask()
            if stream.status == 401:
                self._authenticate(session, repository, stream.headers)
                stream = ask()
            if stream.status == 404:
                raise _missing(self.site)
            yield stream

    def _get(
        self,
        session: Session,
        repository: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        own = dict(headers or {})
        answer = session.get(path, params=params, headers=own | self._headers(repository))
        if answer.status == 401:
            self._authenticate(session, repository, answer.headers)
            answer = session.get(path, params=params, headers=own | self._headers(repository))
        return answer

    def _check(self, answer: Answer) -> None:
        if answer.status == 404:
            raise _missing(self.site)
        if answer.status != 200:
            raise answer.refused()

    def _headers(self, repository: str) -> dict[str, str]:
        with self._lock:
            known = self._authorizations.get(repository)
        return {"Authorization": known} if known else {}

    def _authenticate(self, session: Session, repository: str, headers: Mapping[str, str]) -> None:
        """Get the credentials that the server asks for.

        :raises RegistryUnavailable: there are no credentials, or the server rejects them.
        """
        with self._lock:
            self._authorizations.pop(repository, None)
        header = headers.get("www-authenticate", "")
        authorization = self._login.authorize(session, repository, header)
        with self._lock:
            self._authorizations[repository] = authorization


def _next(answer: Answer) -> dict[str, str] | None:
    """Return the query for the next page. Only the query of the link is trusted."""
    link = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', answer.headers.get("link", ""))
    if link is None:
        return None
    return dict(parse_qsl(urlsplit(link[1]).query))


def _missing(site: Site) -> ImageNotFound:
    return ImageNotFound(f"{site} has no such image. Search for its name.")
