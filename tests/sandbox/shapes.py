"""Comparing two JSON documents by their shape, and finding the SDK's recorded answers."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from globus_sdk.testing.models import RegisteredResponse

SERVICES = ("auth", "transfer", "timer")

# Members whose very value is part of the contract.
EXACT = frozenset({"DATA_TYPE", "code", "error", "token_type", "timer_type", "active", "rel"})


@dataclass(frozen=True)
class Recorded:
    """One recorded answer of globus_sdk.testing."""

    name: str
    response: RegisteredResponse


def recorded() -> Iterator[Recorded]:
    """All of them, for the services that the sandbox plays."""
    for service in SERVICES:
        package = importlib.import_module(f"globus_sdk.testing.data.{service}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            found = getattr(importlib.import_module(module.name), "RESPONSES", None)
            short = module.name.removeprefix("globus_sdk.testing.data.")
            for case in found.cases() if found is not None else ():
                response = found.lookup(case)
                if isinstance(response, RegisteredResponse):
                    yield Recorded(f"{short}:{case}", response)


def differences(real: Any, played: Any, at: str = "") -> Iterator[str]:
    """What one document has that the other lacks or has otherwise, as short sentences.

    A null on either side fits anything. Lists are compared by their first elements.
    """
    if real is None or played is None:
        return
    if isinstance(real, dict) and isinstance(played, dict):
        for name in sorted(set(real) - set(played)):
            yield f"{at}{name}: missing"
        for name in sorted(set(played) - set(real)):
            yield f"{at}{name}: added"
        for name in sorted(set(real) & set(played)):
            if name in EXACT and isinstance(real[name], str | bool) and played[name] is not None:
                if real[name] != played[name]:
                    yield f"{at}{name}: {played[name]!r} instead of {real[name]!r}"
            else:
                yield from differences(real[name], played[name], f"{at}{name}.")
    elif isinstance(real, list) and isinstance(played, list):
        if real and played:
            yield from differences(real[0], played[0], f"{at}0.")
        elif real:
            yield f"{at}: empty"
    elif _kind(real) != _kind(played):
        yield f"{at.rstrip('.')}: {_kind(played)} instead of {_kind(real)}"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {dict: "object", list: "list", str: "text"}[type(value)]
