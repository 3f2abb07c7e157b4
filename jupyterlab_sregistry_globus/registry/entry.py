"""One entry of the setting ``registries``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..config import SRegistryGlobus
from ..errors import SettingWrong
from ..folders import expand_folder
from ..globus.endpoints import Endpoints
from ..images.digest import Digests
from .base import ServedStorage

if TYPE_CHECKING:
    from .web.http import Site


class InvalidEntry(ValueError):
    """An entry of the setting is not valid. The text says what to write instead."""


class Entry:
    """One entry of the setting ``registries``, checked as it is read.

    :param settings: all settings, for what all registries share.
    :param endpoints: for registries on a Globus endpoint.
    :param is_anonymous: whether requests must carry no credentials, wherever they are stored.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        settings: SRegistryGlobus,
        endpoints: Endpoints,
        *,
        is_anonymous: bool = False,
    ) -> None:
        self._values = values
        self.is_anonymous = is_anonymous
        self.settings = settings
        self.endpoints = endpoints
        self.name = str(values.get("name", ""))
        self.kind = str(values.get("kind", "folder"))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, without blanks around it.

        :raises InvalidEntry: it is missing without a default, or not a text.
        """
        value = self._values.get(key, default)
        if not isinstance(value, str) or not (value.strip() or default is not None):
            raise InvalidEntry(f"set {key!r} to a string.")
        return value.strip()

    def folder(self, key: str, default: str | None = None) -> Path:
        """An absolute path on this host, expanded as in every setting.

        :raises InvalidEntry: it is missing and has no default, or cannot be expanded.
        """
        try:
            return expand_folder(self.text(key, default), f"its {key!r}")
        except SettingWrong as error:
            raise InvalidEntry(error.message) from error

    def credential(self, key: str) -> str:
        """Return a part of an account, such as a token; empty without one.

        :raises InvalidEntry: it is not a text.
        """
        text = self.text(key, "")
        return "" if self.is_anonymous else text

    def listing(self) -> Path | None:
        """Return the file that an administrator published the registry's listing in.

        :raises InvalidEntry: the path cannot be expanded.
        """
        return self.folder("listing") if self.text("listing", "") else None

    def url(self, key: str, default: str | None = None) -> str:
        """Return an http or https address, without a slash at its end.

        :raises InvalidEntry: it is missing without a default, or not such an address.
        """
        text = self.text(key, default)
        try:
            parts = urlsplit(text)
            is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_whole = False
        if not is_whole or parts.query or parts.fragment:
            raise InvalidEntry(
                f"its {key!r} must be an address such as https://registry.example.org."
            )
        if "@" in parts.netloc:
            raise InvalidEntry(
                f"{key!r} must not contain a username or password, because users can see it."
            )
        return text.rstrip("/")

    def number(self, key: str, default: float) -> float:
        """Return a number above zero.

        :raises InvalidEntry: it is not such a number.
        """
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise InvalidEntry(f"{key!r} must be a positive number.")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty if it is missing.

        :raises InvalidEntry: it is not such a list.
        """
        value = self._values.get(key, ())
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise InvalidEntry(f"{key!r} must be a list of strings.")
        return tuple(value)

    def served_by(self) -> ServedStorage | None:
        """Return where Globus serves the storage, if the entry says so.

        :raises InvalidEntry: only one of the two keys is there.
        """
        endpoint_id, path = self.text("endpoint_id", ""), self.text("endpoint_path", "")
        if not endpoint_id and not path:
            return None
        if not endpoint_id or not path.startswith(("/", "~/")):
            raise InvalidEntry(
                "set both 'endpoint_id' and an absolute 'endpoint_path', or neither."
            )
        path = "/" + path if path.startswith("~") else path
        return ServedStorage(endpoint_id, path if path.endswith("/") else path + "/")

    def site(self, url: str) -> Site:
        """Return the server at an address, with the time limits of the settings."""
        from .web.http import Site

        return Site(
            self.name,
            url,
            timeout_s=self.settings.upstream_timeout_s,
            retries=self.settings.upstream_retries,
            redirect_hosts=[_host(text) for text in self.texts("redirect_hosts")],
            ca_bundle=self._ca_bundle(),
        )

    def _ca_bundle(self) -> str:
        own = self.text("ca_bundle", "")
        return str(self.folder("ca_bundle")) if own else self.settings.ca_bundle

    def digests(self) -> Digests:
        """Return the cache of local files' digests."""
        return Digests(Path(self.settings.cache_dir) / "digests.sqlite3")


def _host(text: str) -> str:
    """Return the host alone, also of ``host:port`` and of an address.

    :raises InvalidEntry: there is none.
    """
    text = text.strip()
    if text.count(":") > 1 and not text.startswith("[") and "/" not in text:
        text = f"[{text}]"  # IPv6
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        host = None
    if not host:
        raise InvalidEntry("'redirect_hosts' must be a list of host names.")
    return host
