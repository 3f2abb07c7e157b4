"""The tokens for registries: whether others can read them."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...config import SRegistryGlobus
from ..registration import LOOPBACK
from .configuration import config_files, text_of
from .report import Check, ok, warn

_SECRETS = ("token", "password")


def checks(settings: SRegistryGlobus) -> Iterator[Check]:
    """Check each entry with a token, without any request."""
    for entry in settings.registries:
        secrets = [value for key in _SECRETS if isinstance(value := entry.get(key), str) and value]
        if secrets:
            yield _check_secrecy(entry, secrets)


def _check_secrecy(entry: Mapping[str, Any], secrets: list[str]) -> Check:
    name = f"token for registry {entry.get('name')}"
    url = str(entry.get("url", ""))
    if _is_unencrypted(url):
        return warn(
            name,
            f"It is sent unencrypted to {url}, so others on the network can read it.",
            "If the registry supports https, use that in 'url'.",
        )
    for file in config_files():
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077 and any(secret in text_of(file) for secret in secrets):
            return warn(
                name,
                f"It is in {file}, which others can read (mode {mode:04o}).",
                f"If it belongs to one user, run: chmod 600 {file}. A token that all users of a "
                "hub may know, such as one for public images, can stay there.",
            )
    return ok(name, "Only this account can read it on this machine.")


def _is_unencrypted(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname not in LOOPBACK
