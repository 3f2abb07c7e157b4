"""OpenID Connect: the signing key, and the id_token."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..world import World

ISSUER = "https://auth.globus.org"
ALGORITHM = "RS256"
LIFETIME_S = 172_800
_KEY_ID = "sandbox"


def id_token(world: World, audience: str, identity: str, scopes: list[str]) -> str:
    """Return signed proof of who logged in.

    :param audience: the app's id.
    :param scopes: "profile" and "email" add the members that they name.
    """
    # By the wall clock, because programs that check the token use their own clock.
    now = int(time.time())
    row = world.identities.get(identity)
    claims: dict[str, Any] = {
        "sub": identity,
        "aud": audience,
        "iss": ISSUER,
        "iat": now,
        "exp": now + LIFETIME_S,
    }
    if row is not None:
        if "profile" in scopes:
            claims |= {
                "name": row.name,
                "preferred_username": row.username,
                "organization": row.organization,
                "identity_provider": row.identity_provider,
                "identity_provider_display_name": row.identity_provider_name,
                "last_authentication": now,
            }
        if "email" in scopes:
            claims["email"] = row.email
    return jwt.encode(claims, _key(world), algorithm=ALGORITHM, headers={"kid": _KEY_ID})


def jwks(world: World) -> dict[str, Any]:
    """Return the public key, as `jwks_uri` serves it."""
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_key(world).public_key()))
    public.pop("key_ops", None)
    return {"keys": [{**public, "kid": _KEY_ID, "use": "sig", "alg": ALGORITHM}]}


def _key(world: World) -> rsa.RSAPrivateKey:
    """Return the key, created once and stored, so that a restart does not invalidate signatures."""
    stored = world.setting("signing_key", None)
    if isinstance(stored, str):
        key = serialization.load_pem_private_key(stored.encode(), password=None)
        if isinstance(key, rsa.RSAPrivateKey):
            return key
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    world.set_setting("signing_key", pem.decode())
    return key
