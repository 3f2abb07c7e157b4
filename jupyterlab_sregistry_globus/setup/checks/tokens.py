"""The tokens of registries: do they stay between us and the registry."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...config import SRegistryGlobus
from .configuration import config_files, text_of
from .report import Check, ok, warn

_SECRETS = ("token", "password")
_HERE = ("localhost", "127.0.0.1", "::1")


def checks(settings: SRegistryGlobus) -> Iterator[Check]:
    """Look at each entry that holds a token; nothing is asked of anybody."""
    for entry in settings.registries:
        secrets = [value for key in _SECRETS if isinstance(value := entry.get(key), str) and value]
        if secrets:
            yield _kept(entry, secrets)


def _kept(entry: Mapping[str, Any], secrets: list[str]) -> Check:
    name = f"token for registry {entry.get('name')}"
    url = str(entry.get("url", ""))
    if _is_in_clear(url):
        return warn(
            name,
            f"It goes to {url}, where everybody on the way can read it.",
            "If the registry can be reached by https, write that in 'url'.",
        )
    for file in config_files():
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077 and any(secret in text_of(file) for secret in secrets):
            return warn(
                name,
                f"It stands in {file}, which others can read (mode {mode:04o}).",
                f"If it is one person's own: chmod 600 {file}. What all users of a hub may know, "
                "such as an account that reads public images, can stay there.",
            )
    return ok(name, "Only this account can read it here.")


def _is_in_clear(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname not in _HERE
