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
_PREFIX = "SREGISTRY_REGISTRY_"
_PORT_BY_SCHEME = {"http": 80, "https": 443}


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

    base = os.environ.get("SREGISTRY_REGISTRY_BASE", "").strip()
    username = os.environ.get("SREGISTRY_REGISTRY_USERNAME", "").strip()
    token = os.environ.get("SREGISTRY_REGISTRY_TOKEN", "").strip()
    return ClientSettings(
        base=server_url(base or from_file.get("base", "")),
        username=username or from_file.get("username", ""),
        token=token or from_file.get("token", ""),
    )


def server_url(text: str) -> str:
    """Return a server's address as it is used here, from one as its client has it.

    The client adds ``/api``, and takes https for an address without a scheme. Text that is no
    address is returned as it is.
    """
    text = text.strip().rstrip("/")
    if text and "://" not in text:
        # The client's own variable for servers without TLS.
        scheme = "http" if os.environ.get("SREGISTRY_REGISTRY_NOHTTPS") is not None else "https"
        text = f"{scheme}://{text}"
    return text.removesuffix("/api").rstrip("/")


def _from_file() -> Mapping[str, str]:
    """Return the values of the client's file.

    The client writes them below ``registry``; some of its versions, and many people, with the names
    of the environment variables, there or at the top.
    """
    try:
        content = json.loads(_read_secrets())
        values = dict(content)
        inner = content.get("registry", {})
        values.update(inner if isinstance(inner, dict) else {})
    except (OSError, SettingWrong, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for name in ("base", "username", "token"):
        # Written by the client's command, so newer than what its documentation has people write.
        for key in (f"{_PREFIX}{name.upper()}", name):
            if isinstance(values.get(key), str) and values[key].strip():
                found.setdefault(name, values[key].strip())
    return found


def _read_secrets() -> bytes:
    named = os.environ.get("SREGISTRY_CLIENT_SECRETS", "").strip()
    return read_small(expand_folder(named or SECRETS_FILE, "SREGISTRY_CLIENT_SECRETS"))


def _is_at(base: str, url: str) -> bool:
    try:
        places = [
            (parts.scheme, parts.hostname, parts.port or _PORT_BY_SCHEME.get(parts.scheme))
            for parts in (urlsplit(base), urlsplit(url))
        ]
    except ValueError:
        return False
    return places[0] == places[1]
