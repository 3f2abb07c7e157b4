"""The routes of Globus Auth that programs use."""

from __future__ import annotations

import uuid
from typing import Any

from ..auth import clients, consents, grants, introspection, service_grants, tokens
from ..auth.idtoken import ALGORITHM, ISSUER, jwks
from ..auth.model import Client, Identity
from ..auth.scopes import AUTH
from ..auth.sessions import linked_ids
from ..auth.tokens import Caller
from ..errors import Refused
from ..world import new_uuid
from .routes import Call, Reply, Routes


def shape(refused: Refused, call: Call) -> dict[str, Any]:
    """Return an error as Globus Auth words it."""
    extra = dict(refused.extra)
    if extra.pop("bare", False):
        return {"error": refused.code}
    error = extra.pop("error", refused.code.lower())
    return {
        "errors": [
            {
                "status": str(refused.status),
                "id": str(uuid.uuid4()),
                "code": refused.code,
                "detail": refused.message,
                "title": refused.code.replace("_", " ").title(),
                **extra,
            }
        ],
        "error": error,
        "error_description": refused.message,
    }


routes = Routes("auth", shape)

_DEPENDENT = "urn:globus:auth:grant_type:dependent_token"


@routes.add("POST", "/v2/oauth2/token")
def token(call: Call) -> Reply:
    form = call.form
    kind = form.get("grant_type", "")
    with call.world.change():
        if kind == "authorization_code":
            return _no_store(grants.exchange(call.world, _client(call, native=True), form))
        if kind == "refresh_token":
            client = _client(call, native=True)
            secret = form.get("refresh_token", "")
            requested = form.get("scope", "").split()
            return _no_store(tokens.refresh(call.world, client, secret, requested))
        if kind == "client_credentials":
            client = _client(call)
            return _no_store(
                service_grants.client_credentials(call.world, client, form.get("scope", ""))
            )
        if kind == _DEPENDENT:
            client = _client(call)
            offline = form.get("access_type") == "offline"
            return _no_store(
                service_grants.dependent_tokens(
                    call.world, client, form.get("token", ""), offline=offline
                )
            )
    raise Refused(
        400,
        "UNSUPPORTED_GRANT_TYPE",
        f"Unsupported grant_type: {kind}",
        extra={"error": "unsupported_grant_type"},
    )


@routes.add("POST", "/v2/oauth2/token/revoke")
def revoke(call: Call) -> Reply:
    """Always answer "not active", also if the token was unknown or missing."""
    with call.world.change():
        tokens.revoke(call.world, call.form.get("token", ""))
    return Reply({"active": False})


@routes.add("POST", "/v2/oauth2/token/introspect")
def introspect(call: Call) -> Reply:
    with call.world.change():
        client = _client(call)
        return Reply(
            introspection.introspect(
                call.world, client, call.form.get("token", ""), call.form.get("include", "")
            )
        )


@routes.add("POST", "/v2/oauth2/token/validate")
def validate(call: Call) -> Reply:
    with call.world.change():
        client = _client(call, native=True)
        token = tokens.live(call.world, call.form.get("token", ""))
        return Reply({"active": token is not None and token.client == client.id})


@routes.add("GET", "/v2/oauth2/userinfo")
@routes.add("POST", "/v2/oauth2/userinfo")
def userinfo(call: Call) -> Reply:
    with call.world.change():
        return Reply(introspection.userinfo(call.world, _caller(call)))


@routes.add("GET", "/v2/api/identities")
def identities(call: Call) -> Reply:
    ids, usernames = call.value("ids"), call.value("usernames")
    if (ids is None) == (usernames is None):
        raise Refused(400, "INVALID_PARAMETER", "Give either ids or usernames")
    requested = [part.strip().lower() for part in (ids or usernames or "").split(",")]
    with call.world.change():
        if _authenticated_client(call) is None:
            _caller(call)
        people = call.world.identities.values()
        matches = [row for row in people if (row.id if ids else row.username).lower() in requested]
        if call.value("provision") in ("true", "True", "1"):
            matched = {row.username for row in matches}
            for username in (usernames or "").split(","):
                if "@" in username and username not in matched:
                    matches.append(_provision(call, username))
        return Reply({"identities": [introspection.identity_document(row) for row in matches]})


@routes.add("GET", "/v2/api/identity_providers")
def identity_providers(call: Call) -> Reply:
    with call.world.change():
        _caller(call)
        providers: dict[str, dict[str, Any]] = {}
        for identity in call.world.identities.values():
            domain = identity.username.rpartition("@")[2]
            provider = providers.setdefault(
                identity.identity_provider,
                {
                    "id": identity.identity_provider,
                    "name": identity.identity_provider_name,
                    "short_name": domain,
                    "domains": [],
                    "alternative_names": [],
                },
            )
            if domain not in provider["domains"]:
                provider["domains"].append(domain)
    requested = (call.value("ids") or call.value("domains") or "").split(",")
    rows = [
        row
        for row in providers.values()
        if row["id"] in requested or set(row["domains"]) & set(requested)
    ]
    return Reply({"identity_providers": rows})


@routes.add("GET", "/v2/api/identities/{identity_id}/consents")
def identity_consents(call: Call) -> Reply:
    with call.world.change():
        caller = _caller(call)
        identity_id = call.arguments["identity_id"]
        if identity_id not in linked_ids(call.world, caller.identity):
            raise Refused(403, "FORBIDDEN", "These consents are not yours")
        everything = call.value("all") in ("true", "True", "1")
        rows = [
            consents.document(call.world, row)
            for row in call.world.consents.values()
            if row.identity == caller.identity and (everything or row.app == caller.app)
        ]
    return Reply({"consents": rows})


@routes.add("POST", "/v2/api/clients")
def register(call: Call) -> Reply:
    document = call.document if isinstance(call.document, dict) else {}
    requested = document.get("client")
    if not isinstance(requested, dict) or "template_id" not in requested:
        raise Refused(
            401, "UNAUTHORIZED", "Only clients of a template can be created without a login"
        )
    with call.world.change():
        made = clients.register(
            call.world, str(requested["template_id"]), str(requested.get("name", "Unnamed"))
        )
    return Reply(made, status=201)


@routes.add("GET", "/v2/api/clients/{client_id}")
def show_client(call: Call) -> Reply:
    with call.world.change():
        return Reply({"client": clients.document(_self(call))})


@routes.add("DELETE", "/v2/api/clients/{client_id}")
def delete_client(call: Call) -> Reply:
    with call.world.change():
        return Reply(clients.delete(call.world, _self(call)))


@routes.add("GET", "/.well-known/openid-configuration")
def openid_configuration(call: Call) -> Reply:
    base = call.base_url
    return Reply(
        {
            "issuer": ISSUER,
            "authorization_endpoint": f"{base}v2/oauth2/authorize",
            "token_endpoint": f"{base}v2/oauth2/token",
            "userinfo_endpoint": f"{base}v2/oauth2/userinfo",
            "revocation_endpoint": f"{base}v2/oauth2/token/revoke",
            "introspection_endpoint": f"{base}v2/oauth2/token/introspect",
            "jwks_uri": f"{base}jwk.json",
            "scopes_supported": ["openid", "email", "profile"],
            "response_types_supported": ["code"],
            "grant_types_supported": [
                "authorization_code",
                "client_credentials",
                "refresh_token",
            ],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "claims_supported": ["sub", "name", "preferred_username", "email", "iss", "aud"],
        }
    )


@routes.add("GET", "/jwk.json")
def signing_keys(call: Call) -> Reply:
    with call.world.change():
        return Reply(jwks(call.world))


def _client(call: Call, *, native: bool = False) -> Client:
    """Return the app that sent the request.

    :param native: whether a native app, which has no secret, may identify itself by its id alone.
    """
    client = _authenticated_client(call)
    if client is not None:
        return client
    if native:
        named = call.world.clients.get(call.form.get("client_id", ""))
        if named is not None and named.is_native:
            return named
    raise Refused(
        401, "UNAUTHORIZED", "Call must be authenticated", extra={"error": "invalid_client"}
    )


def _authenticated_client(call: Call) -> Client | None:
    client = clients.basic(call.world, call.authorization)
    if client is None and "client_secret" in call.form:
        raw = f"{call.form.get('client_id', '')}:{call.form['client_secret']}"
        client = clients.basic(call.world, clients.basic_header(raw))
    return client


def _self(call: Call) -> Client:
    client = _client(call)
    if client.id != call.arguments["client_id"]:
        raise Refused(403, "FORBIDDEN", "An app can only see itself")
    return client


def _caller(call: Call) -> Caller:
    caller = tokens.bearer(call.world, call.authorization, AUTH)
    if caller is None:
        raise Refused(
            401, "UNAUTHORIZED", "Call must be authenticated", extra={"error": "unauthorized"}
        )
    call.caller = caller
    return caller


def _provision(call: Call, username: str) -> Identity:
    identity_id = new_uuid()
    made = Identity(
        id=identity_id,
        username=username,
        name="",
        email="",
        organization="",
        identity_provider=str(uuid.uuid5(uuid.NAMESPACE_DNS, username.rpartition("@")[2])),
        identity_provider_name=username.rpartition("@")[2],
        account=identity_id,
        status="unused",
    )
    call.world.identities.put(identity_id, made)
    return made


def _no_store(document: Any) -> Reply:
    return Reply(document, headers={"Pragma": "no-cache"})
