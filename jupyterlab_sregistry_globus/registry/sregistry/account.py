"""Who we are at a Singularity Registry Server, and how we say so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

SECRETS_FILE = "~/.sregistry"


@dataclass(frozen=True)
class Account:
    """A person's name and token at one registry."""

    username: str
    token: str = field(repr=False)

    def by_token(self) -> dict[str, str]:
        """For the native API, which then lifts its limit for strangers; shows nothing private."""
        return {"Authorization": f"Token {self.token}"}

    def as_bearer(self) -> dict[str, str]:
        """For the Library API of a private image."""
        return {"Authorization": f"BEARER {self.token}"}

    def signed(self, collection: str, container: str, tag: str, now: datetime) -> dict[str, str]:
        """For the native API of a private image; good for the hour of ``now`` alone."""
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
    """What the registry's own client is set up with; what is not set is empty."""

    base: str = ""
    username: str = ""
    token: str = field(default="", repr=False)

    def account_at(self, url: str) -> Account | None:
        """The account, if it is one of this registry: no other may see its token."""
        is_whole = bool(self.username and self.token)
        return Account(self.username, self.token) if is_whole and _is_at(self.base, url) else None


def client_settings() -> ClientSettings:
    """What the variables say, and where they say nothing the client's file; read at each use."""
    written = _written()
    return ClientSettings(
        base=os.environ.get("SREGISTRY_REGISTRY_BASE") or written.get("base", ""),
        username=os.environ.get("SREGISTRY_REGISTRY_USERNAME") or written.get("username", ""),
        token=os.environ.get("SREGISTRY_REGISTRY_TOKEN") or written.get("token", ""),
    )


def _written() -> Mapping[str, str]:
    try:
        content = json.loads(Path(SECRETS_FILE).expanduser().read_bytes())
        values = content["registry"]
        return {key: value for key, value in values.items() if isinstance(value, str)}
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _is_at(base: str, url: str) -> bool:
    try:
        places = [(one.scheme, one.hostname, one.port) for one in (urlsplit(base), urlsplit(url))]
    except ValueError:
        return False
    return places[0] == places[1]
