"""Finds tokens and codes where none may be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.auth.tokens import digest

_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9_-]{16,}")


def secrets_in(texts: Iterable[str], sandbox: Sandbox) -> list[str]:
    """Every token or code of the sandbox that stands in the texts.

    The sandbox keeps digests alone, so each word that could be a secret is looked up by its own.
    """
    words = {word for text in texts for word in _LIKE_A_SECRET.findall(text)}
    world = sandbox.services.world
    with world.change():
        return sorted(
            word for word in words if digest(word) in world.tokens or digest(word) in world.codes
        )
