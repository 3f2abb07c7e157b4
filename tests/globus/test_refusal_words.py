"""Globus's words and ours together are sentences."""

from __future__ import annotations

import io
import json

import globus_sdk
import pytest
import requests

from jupyterlab_sregistry_globus.errors import LoginRequired
from jupyterlab_sregistry_globus.globus.refusals import translated


def demand(message: str) -> globus_sdk.TransferAPIError:
    """Return the error of a request that needs another login, with Globus's message."""
    response = requests.Response()
    response.status_code = 403
    response.headers["Content-Type"] = "application/json"
    parameters = {"session_required_identities": ["x"], "session_message": message}
    body = {"code": "AuthorizationRequired", "authorization_parameters": parameters}
    response.raw = io.BytesIO(json.dumps(body).encode())
    response.request = requests.Request("GET", "https://transfer.example/").prepare()
    return globus_sdk.TransferAPIError(response)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Once more", "Once more. Log in again to continue."),
        ("Once more.", "Once more. Log in again to continue."),
        ("Who are you? ", "Who are you? Log in again to continue."),
    ],
)
def test_a_session_message_ends_with_a_full_stop(message: str, said: str) -> None:
    with pytest.raises(LoginRequired) as caught, translated():
        raise demand(message)
    assert caught.value.message == said
