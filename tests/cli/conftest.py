"""Fixtures of the tests of commands."""

from __future__ import annotations

from ..support.machine_fixtures import machine

__all__ = ["machine"]
