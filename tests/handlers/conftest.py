"""Where the routes are."""

from __future__ import annotations

import pytest


@pytest.fixture
def prefix(server_url: str) -> str:
    return f"{server_url}sregistry-globus/"
