"""Comparing JSON documents by shape, and finding the SDK's recorded answers."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from globus_sdk.testing.models import RegisteredResponse

SERVICES = ("auth", "transfer", "timer")

# Members whose value is part of the contract.
EXACT = frozenset({"DATA_TYPE", "code", "error", "token_type", "timer_type", "active", "rel"})


@dataclass(frozen=True)
class Recorded:
    """A recorded answer of globus_sdk.testing."""

    name: str
    response: RegisteredResponse


def recorded() -> Iterator[Recorded]:
    """Return all recorded answers of the services that the sandbox emulates."""
    for service in SERVICES:
        package = importlib.import_module(f"globus_sdk.testing.data.{service}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            responses = getattr(importlib.import_module(module.name), "RESPONSES", None)
            short = module.name.removeprefix("globus_sdk.testing.data.")
            for case in responses.cases() if responses is not None else ():
                response = responses.lookup(case)
                if isinstance(response, RegisteredResponse):
                    yield Recorded(f"{short}:{case}", response)


def differences(real: Any, own: Any, at: str = "") -> Iterator[str]:
    """Return what one document has that the other lacks or has differently, as sentences.

    A null on either side matches anything. Lists are compared by their first elements.
    """
    if real is None or own is None:
        return
    if isinstance(real, dict) and isinstance(own, dict):
        for name in sorted(set(real) - set(own)):
            yield f"{at}{name}: missing"
        for name in sorted(set(own) - set(real)):
            yield f"{at}{name}: added"
        for name in sorted(set(real) & set(own)):
            if name in EXACT and isinstance(real[name], str | bool) and own[name] is not None:
                if real[name] != own[name]:
                    yield f"{at}{name}: {own[name]!r} instead of {real[name]!r}"
            else:
                yield from differences(real[name], own[name], f"{at}{name}.")
    elif isinstance(real, list) and isinstance(own, list):
        if real and own:
            yield from differences(real[0], own[0], f"{at}0.")
        elif real:
            yield f"{at}: empty"
    elif _kind(real) != _kind(own):
        yield f"{at.rstrip('.')}: {_kind(own)} instead of {_kind(real)}"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {dict: "object", list: "list", str: "text"}[type(value)]
