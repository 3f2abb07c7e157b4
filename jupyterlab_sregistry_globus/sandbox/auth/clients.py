"""Apps: their secrets, registration and deletion."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any

from ..errors import Refused
from ..world import World, new_secret, new_uuid
from .model import Client, Identity
from .tokens import digest

CLIENTS_DOMAIN = "clients.auth.globus.org"


def basic(world: World, header: str | None) -> Client | None:
    """Return the app named by an `Authorization: Basic` header, or None without such a header.

    :raises Refused: the id or secret is wrong.
    """
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _invalid_client() from None
    client = world.clients.get(name)
    if client is None or client.secret_digest is None:
        raise _invalid_client()
    if not hmac.compare_digest(digest(secret), client.secret_digest):
        raise _invalid_client()
    return client


def register(world: World, template_id: str, name: str) -> dict[str, Any]:
    """Register a confidential app for one installation, from the template of a native app.

    :raises Refused: the template does not exist.
    """
    template = world.clients.get(template_id)
    if template is None or not template.is_native:
        raise Refused(404, "CLIENT_NOT_FOUND", f"No client template {template_id}")
    secret = new_secret()
    client = Client(
        id=new_uuid(),
        name=name,
        secret_digest=digest(secret),
        template=template_id,
        created=world.clock.now(),
    )
    world.clients.put(client.id, client)
    return {
        "client": document(client),
        "included": {
            "client_credential": {
                "name": "Auto-created at client creation",
                "id": new_uuid(),
                "client": client.id,
                "secret": secret,
            }
        },
    }


def delete(world: World, client: Client) -> dict[str, Any]:
    """Delete an app with its tokens and consents."""
    world.clients.delete(client.id)
    for token in world.tokens.values():
        if client.id in (token.client, token.app):
            world.tokens.delete(token.digest)
    for consent in world.consents.values():
        if consent.app == client.id:
            world.consents.delete(str(consent.id))
    return {"client": document(client)}


def own_identity(world: World, client: Client) -> str:
    """Return the identity of a confidential app, whose id is the app's."""
    if client.id not in world.identities:
        username = f"{client.id}@{CLIENTS_DOMAIN}"
        world.identities.put(
            client.id,
            Identity(
                id=client.id,
                username=username,
                name=client.name,
                email=username,
                organization="",
                identity_provider="3d2ea65d-9e8b-4b2d-9a5e-8c6a7e1f2c03",
                identity_provider_name="Globus Auth clients",
                account=client.id,
                status="client",
            ),
        )
    return client.id


def document(client: Client) -> dict[str, Any]:
    grants = ["authorization_code", "refresh_token"]
    if not client.is_native:
        grants = ["authorization_code", "client_credentials", "refresh_token"]
    return {
        "id": client.id,
        "name": client.name,
        "client_type": "public_installed_client" if client.is_native else "confidential_client",
        "public_client": client.is_native,
        "grant_types": grants,
        "redirect_uris": client.redirect_uris,
        "parent_client": client.template,
        "project": None,
        "fqdns": [],
        "scopes": [],
        "links": {"privacy_policy": None, "terms_and_conditions": None},
        "required_idp": None,
        "preselect_idp": None,
        "prompt_for_named_grant": client.is_native,
        "userinfo_from_effective_identity": True,
        "visibility": "private",
    }


def _invalid_client() -> Refused:
    return Refused(
        401, "UNAUTHORIZED", "Client authentication failed", extra={"error": "invalid_client"}
    )


def basic_header(pair: str) -> str:
    """Return `id:secret` as an Authorization header."""
    return "Basic " + base64.b64encode(pair.encode()).decode()
