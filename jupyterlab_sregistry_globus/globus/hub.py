"""Tokens that a JupyterHub passes to the servers it starts, if users sign in to it through Globus.

GlobusOAuthenticator puts its state into the environment variable GLOBUS_DATA: base64 of a pickle,
or of JSON. Unpickling can run code, so only plain values are built from the variable.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import logging
import pickle
import pickletools
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from ..models.accounts import Identity

VARIABLE = "GLOBUS_DATA"
MAX_CHARACTERS = 256 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HubTokens:
    """The login that a hub passed on.

    :param access_tokens: by resource server. Refreshing them requires the hub's secret, so they
        last only as long as Globus accepts them, usually two days.
    """

    identity: Identity
    access_tokens: dict[str, str]


class _User(msgspec.Struct):
    sub: str
    preferred_username: str | None = None
    username: str | None = None
    name: str | None = None
    email: str | None = None
    identity_provider_display_name: str | None = None


class _Token(msgspec.Struct):
    access_token: str


class _State(msgspec.Struct):
    """The useful part of the authenticator's state. Older hubs have no ``globus_user``."""

    tokens: dict[str, _Token]
    globus_user: _User | None = None
    token_response: Any = None


class _PlainUnpickler(pickle.Unpickler):
    """Builds dicts, lists, strings and numbers. Refuses classes and functions."""

    def find_class(self, module_name: str, global_name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is not a plain value")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise pickle.UnpicklingError("a persistent id is not a plain value")


def _check_opcodes(raw: bytes) -> None:
    """Refuse a pickle that would allocate more than its own size.

    The memo is an array, which a single index of a few bytes can make gigabytes long. A
    pickler uses one index after the other, so none is larger than the pickle.
    """
    for opcode, argument, _ in pickletools.genops(raw):
        if "PUT" in opcode.name and not 0 <= int(argument or 0) <= len(raw):
            raise pickle.UnpicklingError(f"{opcode.name} {argument} is not a plausible index")


def read_hub_tokens(text: str) -> HubTokens | None:
    """Return the tokens in GLOBUS_DATA, or None if it is empty or malformed."""
    if not text:
        return None
    try:
        state = msgspec.convert(_plain(text), _State)
        user = state.globus_user or msgspec.convert(state.token_response, _User)
        identity = Identity(
            id=user.sub,
            username=user.preferred_username or user.username or "",
            name=user.name or "",
            email=user.email or "",
            organization=user.identity_provider_display_name or "",
        )
        return HubTokens(
            identity, {name: token.access_token for name, token in state.tokens.items()}
        )
    except Exception as error:  # the variable can hold anything
        log.warning("%s is not usable: %s", VARIABLE, type(error).__name__)
        return None


def _plain(text: str) -> Any:
    if len(text) > MAX_CHARACTERS:
        raise ValueError("too long")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = text.encode()
    if raw[:1] == b"{":
        return json.loads(raw)
    _check_opcodes(raw)
    return _PlainUnpickler(io.BytesIO(raw)).load()
