"""Accounts at a Singularity Registry Server, and how requests prove them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import urlsplit

from ...errors import SettingWrong
from ...folders import expand_folder
from ...store.regular import read_small

SECRETS_FILE = "~/.sregistry"


@dataclass(frozen=True)
class Account:
    """A user's name and token at one registry."""

    username: str
    token: str = field(repr=False)

    def by_token(self) -> dict[str, str]:
        """Return headers for the native API. They lift the anonymous limit, but open nothing."""
        return {"Authorization": f"Token {self.token}"}

    def as_bearer(self) -> dict[str, str]:
        """Return headers for a private image in the Library API."""
        return {"Authorization": f"BEARER {self.token}"}

    def signed(self, collection: str, container: str, tag: str, now: datetime) -> dict[str, str]:
        """Return headers for a private image in the native API, valid for the hour of ``now``."""
        stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%HZ")
        payload = f"pull|{collection}|{stamp}|{container}|{tag}|"
        signature = hmac.new(self.token.encode(), payload.encode(), hashlib.sha256).hexdigest()
        name = base64.b64encode(self.username.encode()).decode()
        return {
            "Authorization": f"SREGISTRY-HMAC-SHA256 Credential=pull/{name}/{stamp},"
            f"Signature={signature}"
        }


@dataclass(frozen=True)
class ClientSettings:
    """The configuration of the registry's own client. Missing values are empty."""

    base: str = ""
    username: str = ""
    token: str = field(default="", repr=False)

    def account_at(self, url: str) -> Account | None:
        """Return the account if it belongs to this registry. No other server may see its token."""
        is_whole = bool(self.username and self.token)
        return Account(self.username, self.token) if is_whole and _is_at(self.base, url) else None


def client_settings() -> ClientSettings:
    """Read the client's environment variables, then its file. Called at each use."""
    from_file = _from_file()
    return ClientSettings(
        base=os.environ.get("SREGISTRY_REGISTRY_BASE") or from_file.get("base", ""),
        username=os.environ.get("SREGISTRY_REGISTRY_USERNAME") or from_file.get("username", ""),
        token=os.environ.get("SREGISTRY_REGISTRY_TOKEN") or from_file.get("token", ""),
    )


def _from_file() -> Mapping[str, str]:
    try:
        content = json.loads(read_small(expand_folder(SECRETS_FILE, "The client")))
        values = content["registry"]
        return {key: value for key, value in values.items() if isinstance(value, str)}
    except (OSError, SettingWrong, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _is_at(base: str, url: str) -> bool:
    try:
        places = [
            (parts.scheme, parts.hostname, parts.port) for parts in (urlsplit(base), urlsplit(url))
        ]
    except ValueError:
        return False
    return places[0] == places[1]
