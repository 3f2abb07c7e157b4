"""Tokens that a JupyterHub hands to the servers it starts, when people sign in to it through Globus.

GlobusOAuthenticator puts its state into the environment variable GLOBUS_DATA: base64 of a pickle,
or of JSON. Whoever can set the variable could have code run by unpickling it freely, so only plain
values are ever built from it.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import logging
import pickle
from dataclasses import dataclass
from typing import Any, NoReturn

from ..models.accounts import Identity

VARIABLE = "GLOBUS_DATA"
MAX_CHARACTERS = 256 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HubTokens:
    """What a hub handed over.

    :param access_tokens: by resource server. They cannot be refreshed here, since that takes the
        hub's own secret; they last as long as Globus honours them, two days as a rule.
    :param scopes: by resource server, what they are good for.
    """

    identity: Identity
    access_tokens: dict[str, str]
    scopes: dict[str, str]


class _PlainUnpickler(pickle.Unpickler):
    """Builds dicts, lists, texts and numbers; refuses whatever would need a class or a function."""

    def find_class(self, module_name: str, global_name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no plain value")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise pickle.UnpicklingError("a persistent id is no plain value")


def read_hub_tokens(text: str) -> HubTokens | None:
    """The tokens in GLOBUS_DATA; None where there are none, or what is there is malformed."""
    if not text:
        return None
    try:
        state = _state(text)
        tokens = state["tokens"]
        user = state.get("globus_user") or state["token_response"]
        identity = Identity(
            id=str(user["sub"]),
            username=str(user.get("preferred_username") or user.get("username") or ""),
            name=str(user.get("name") or ""),
            email=str(user.get("email") or ""),
            organization=str(user.get("identity_provider_display_name") or ""),
        )
        return HubTokens(
            identity,
            {str(name): str(one["access_token"]) for name, one in tokens.items()},
            {str(name): str(one.get("scope") or "") for name, one in tokens.items()},
        )
    except Exception as error:  # whatever is wrong with it, it is not usable
        log.warning("%s is not usable: %s", VARIABLE, type(error).__name__)
        return None


def _state(text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARACTERS:
        raise ValueError("too long")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = text.encode()
    state = json.loads(raw) if raw[:1] == b"{" else _PlainUnpickler(io.BytesIO(raw)).load()
    if not isinstance(state, dict):
        raise TypeError("no dictionary")
    return state
