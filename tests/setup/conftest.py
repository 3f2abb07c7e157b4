"""Fixtures of every test of setup: machines in different states."""

from __future__ import annotations

from ..support.machine_fixtures import machine, own_guest, personal, ready, well

__all__ = ["machine", "own_guest", "personal", "ready", "well"]
