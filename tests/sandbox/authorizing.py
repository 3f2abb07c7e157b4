"""Authorize pages of the sandbox, asked for as an app or a browser does."""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import globus_sdk

from jupyterlab_sregistry_globus.sandbox import Sandbox

from .helpers import USUAL, path_of

CALLBACK = "http://localhost:8899/callback"


def native(sandbox: Sandbox) -> globus_sdk.NativeAppAuthClient:
    return globus_sdk.NativeAppAuthClient(sandbox.client_id)


def start(client: globus_sdk.NativeAppAuthClient, scopes: str = USUAL, **query: str) -> str:
    client.oauth2_start_flow(
        requested_scopes=scopes, redirect_uri=CALLBACK, refresh_tokens=True, state="xyz"
    )
    return client.oauth2_get_authorize_url(query_params=query)


def parameters(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def authorize_url(sandbox: Sandbox, **changed: str | None) -> str:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = {
        "client_id": sandbox.client_id,
        "redirect_uri": CALLBACK,
        "scope": USUAL,
        "state": "xyz",
        "response_type": "code",
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
        **changed,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{sandbox.url}v2/oauth2/authorize?{urlencode(kept)}"


def fetch(
    sandbox: Sandbox, path: str, *, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        connection.request(method, path_of(sandbox, path), body or None, headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(), dict(reply.getheaders())
    finally:
        connection.close()
