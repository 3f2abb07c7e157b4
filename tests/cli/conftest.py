"""Fixtures of the tests of commands."""

from __future__ import annotations

from ..support.machines import machine

__all__ = ["machine"]
