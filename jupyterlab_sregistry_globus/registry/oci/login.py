"""Logs in to an OCI registry, with the credentials of its entry or those that Docker stored."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ...errors import RegistryUnavailable
from ...models.actions import ConfigureAction
from ...net.deadline import Deadline, DeadlineExceeded
from ..web.http import Session, Site
from ..web.refusals import SETTING, refused_credentials
from .challenge import Challenge, choose, is_safe_realm, may_log_in_at, parse_challenges
from .logins import stored_login

MAX_TOKEN_ANSWER_BYTES = 256 * 1024


class _TokenAnswer(msgspec.Struct, frozen=True):
    token: str | None = None
    access_token: str | None = None


@dataclass(frozen=True)
class _Stored:
    """The login that Docker or Apptainer stored for a server.

    :param basic: for the header ``Authorization``; empty if there is none.
    :param problem: why it cannot be read.
    """

    basic: str = field(default="", repr=False)
    problem: str = ""


class OciLogin:
    """Answers the challenges of one server.

    :param username: empty takes what ``docker login`` or ``apptainer registry login --docker``
        stored for this server, or else asks anonymously.
    :param is_anonymous: whether to ask anonymously in any case.
    """

    def __init__(
        self, site: Site, username: str = "", password: str = "", *, is_anonymous: bool = False
    ) -> None:
        self._site = site
        self._is_anonymous = is_anonymous
        self._basic = _encode(username, password) if username else ""

    def is_known(self, repository: str) -> bool:
        """Check whether there is a login for a repository."""
        return bool(self._basic or self._stored(repository).basic)

    def authorize(self, session: Session, repository: str, header: str) -> str:
        """Return a value for the header ``Authorization``.

        :param header: the ``WWW-Authenticate`` that the server sent.
        :raises RegistryUnavailable: there are no credentials, or they are not accepted.
        """
        challenge = choose(parse_challenges(header))
        if challenge is None:
            raise refused_credentials(str(self._site))
        stored = _Stored(self._basic) if self._basic else self._stored(repository)
        if challenge.scheme == "basic":
            if not stored.basic:
                raise self._refused(stored)
            return f"Basic {stored.basic}"
        return f"Bearer {self._token(session, repository, challenge, stored)}"

    def _token(
        self, session: Session, repository: str, challenge: Challenge, stored: _Stored
    ) -> str:
        realm = challenge.parameters.get("realm", "")
        if not is_safe_realm(self._site.url, realm):
            raise self._site.unavailable("asks for a login at an address that is not secure.")
        host = urlsplit(realm).hostname or ""
        if stored.basic and not self._may_know_password(host):
            raise RegistryUnavailable(
                f"{self._site} asks for its password at {host}, another host. The "
                f"password was not sent. If you trust that host, add {host!r} to 'redirect_hosts' "
                "in its entry.",
                action=ConfigureAction(
                    setting=SETTING,
                    help=(
                        "'redirect_hosts' in the registry's entry also lists other hosts "
                        "that the registry uses for logins."
                    ),
                ),
            )
        address, _, query = realm.partition("#")[0].partition("?")
        params = dict(parse_qsl(query, max_num_fields=20)) if len(query) < 4096 else {}
        if challenge.parameters.get("service"):
            params["service"] = challenge.parameters["service"]
        params["scope"] = challenge.parameters.get("scope") or f"repository:{repository}:pull"
        answer = session.get_address(
            address,
            params=params,
            headers={"Authorization": f"Basic {stored.basic}"} if stored.basic else {},
            limit_bytes=MAX_TOKEN_ANSWER_BYTES,
        )
        if answer.status in (401, 403):
            raise self._refused(stored)
        if answer.status != 200:
            raise answer.refused()
        tokens = answer.read(_TokenAnswer)
        token = tokens.token or tokens.access_token or ""
        # It goes into a header.
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise self._site.unreadable()
        return token

    def _may_know_password(self, host: str) -> bool:
        own = urlsplit(self._site.url).hostname or ""
        return may_log_in_at(own, host) or host in self._site.redirect_hosts

    def _refused(self, stored: _Stored) -> RegistryUnavailable:
        refusal = refused_credentials(str(self._site))
        if not stored.problem:
            return refusal
        return RegistryUnavailable(f"{refusal.message} {stored.problem}", action=refusal.action)

    def _stored(self, repository: str) -> _Stored:
        """Look the login up, with a time limit: helper programs of Docker may hang."""
        if self._is_anonymous:
            return _Stored()
        host = urlsplit(self._site.url).netloc
        try:
            with Deadline(self._site.timeout_s) as deadline:
                found = deadline.run(lambda: _look_up(host, repository), _ignore)
            if not found:
                return _Stored()
            username, _, password = base64.b64decode(found, validate=True).decode().partition(":")
        except DeadlineExceeded:
            return _Stored(problem="Docker's credential helper did not respond.")
        except (binascii.Error, UnicodeDecodeError):
            return _Stored(problem="The login that Docker stored for it is damaged.")
        except Exception as error:  # oras raises many kinds for malformed files
            return _Stored(
                problem=f"Docker's stored logins cannot be read ({type(error).__name__}). Check "
                "config.json in ~/.docker or $DOCKER_CONFIG."
            )
        return _Stored(_encode(username, password))


def _look_up(host: str, repository: str) -> str:
    """Return the stored login: Docker's as ``oras`` finds it; empty without one."""
    login = stored_login(host, repository)
    if login:
        return login
    from oras.auth.base import AuthBackend
    from oras.container import Container

    backend: Any = AuthBackend()
    backend.load_configs(Container(f"{host}/{repository}", registry=host))
    found = getattr(backend, "_basic_auth", None)
    return found if isinstance(found, str) else ""


def _encode(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def _ignore(found: str) -> None:
    """Drop a result that is too late."""
