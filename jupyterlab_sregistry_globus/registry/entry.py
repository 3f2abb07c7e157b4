"""One entry of the setting that lists the registries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..config import SRegistryGlobus
from ..globus.endpoints import Endpoints
from ..images.digest import Digests
from .base import ServedStorage

if TYPE_CHECKING:
    from .web.http import Site


class EntryWrong(ValueError):
    """An entry makes no registry; the text says what to write instead."""


class Entry:
    """One entry of the setting ``registries``, read with checks.

    :param settings: the others, for what all registries share.
    :param endpoints: Globus, for registries that lie there.
    """

    def __init__(
        self, values: Mapping[str, Any], settings: SRegistryGlobus, endpoints: Endpoints
    ) -> None:
        self._values = values
        self.settings = settings
        self.endpoints = endpoints
        self.name = str(values.get("name", ""))
        self.kind = str(values.get("kind", "folder"))

    def text(self, key: str, default: str | None = None) -> str:
        """A text, stripped.

        :raises EntryWrong: it is missing and has no default, or is no text.
        """
        value = self._values.get(key, default)
        if not isinstance(value, str) or not (value.strip() or default is not None):
            raise EntryWrong(f"write its {key!r}, a text.")
        return value.strip()

    def url(self, key: str, default: str | None = None) -> str:
        """An address of http or https, without a slash at its end.

        :raises EntryWrong: it is missing and has no default, or is none.
        """
        text = self.text(key, default)
        try:
            parts = urlsplit(text)
            is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_whole = False
        if not is_whole or parts.query or parts.fragment:
            raise EntryWrong(
                f"its {key!r} must be an address such as https://registry.example.org."
            )
        if "@" in parts.netloc:
            raise EntryWrong(f"its {key!r} must hold no name or password; they are shown with it.")
        return text.rstrip("/")

    def number(self, key: str, default: float) -> float:
        """A number above zero.

        :raises EntryWrong: it is none.
        """
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise EntryWrong(f"{key!r} must be a number above zero.")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if it is missing.

        :raises EntryWrong: it is none.
        """
        value = self._values.get(key, ())
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise EntryWrong(f"{key!r} must be a list of texts.")
        return tuple(value)

    def served_by(self) -> ServedStorage | None:
        """Where the storage is seen through Globus, if the entry says so.

        :raises EntryWrong: it says one half of it.
        """
        endpoint_id, path = self.text("endpoint_id", ""), self.text("endpoint_path", "")
        if not endpoint_id and not path:
            return None
        if not endpoint_id or not path.startswith(("/", "~/")):
            raise EntryWrong(
                "write both 'endpoint_id' and an absolute 'endpoint_path', or neither."
            )
        path = "/" + path if path.startswith("~") else path
        return ServedStorage(endpoint_id, path if path.endswith("/") else path + "/")

    def site(self, url: str) -> Site:
        """The server at an address, asked as patiently as the settings say."""
        from .web.http import Site

        return Site(
            self.name,
            url,
            timeout_s=self.settings.upstream_timeout_s,
            retries=self.settings.upstream_retries,
        )

    def digests(self) -> Digests:
        """The digests of local files that are known."""
        return Digests(Path(self.settings.cache_dir) / "digests.sqlite3")
