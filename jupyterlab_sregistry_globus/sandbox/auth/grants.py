"""The login: from an authorize request to a code, and from a code to tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..errors import Refused
from ..world import World, new_secret
from . import consents, scopes, sessions, tokens
from .model import Client, Code, Transaction

CODE_LIFETIME_S = 600
PAGE_LIFETIME_S = 1800
AUTH_CODE_PATH = "/v2/web/auth-code"

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Returned(Exception):
    """An authorize request that ends at the app without a page."""

    def __init__(self, location: str) -> None:
        super().__init__("the browser goes back to the app")
        self.location = location


def begin(world: World, query: Mapping[str, str], browser: str | None) -> Transaction:
    """Check an authorize request, and create the page that answers it.

    Errors that are not the user's go to the app, but only after its redirect_uri was checked.
    Before that they are shown on a page, so that nothing redirects a browser to an unknown address.

    :param browser: session of the browser, or None.
    :raises Refused: shown as a page.
    :raises Returned: the app gets an error, or its code without a page.
    """
    client = world.clients.get(query.get("client_id", ""))
    if client is None:
        raise Refused(400, "INVALID_CLIENT", "No app has this client_id")
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_allowed(client, redirect_uri):
        raise Refused(400, "INVALID_REDIRECT_URI", "The redirect_uri does not belong to this app")
    state = query.get("state")

    def back(error: str, description: str) -> Returned:
        return Returned(
            location(redirect_uri, error=error, error_description=description, state=state)
        )

    if query.get("response_type", "code") != "code":
        raise back("unsupported_response_type", "Only response_type=code is supported")
    challenge = query.get("code_challenge")
    if challenge is not None:
        if query.get("code_challenge_method", "plain") != "S256":
            raise back("invalid_request", "code_challenge_method must be S256")
        if not _CHALLENGE.fullmatch(challenge):
            raise back("invalid_request", "Malformed code_challenge")
    elif client.is_native:
        raise back("invalid_request", "A native app must send a code_challenge")
    requested = query.get("scope", "")
    trees = scopes.check(world, requested)
    required = _listed(query.get("session_required_identities"))
    domains = _listed(query.get("session_required_single_domain"))
    policies = _listed(query.get("session_required_policies"))
    people = sessions.choices(
        world,
        required_identities=required,
        required_domains=domains,
        required_policies=policies,
    )
    offline = query.get("access_type", "online") == "offline"
    transaction = Transaction(
        id=new_secret(),
        client=client.id,
        scopes=requested,
        redirect_uri=redirect_uri,
        state=state,
        challenge=challenge,
        offline=offline,
        choices=people,
        required=required,
        message=query.get("session_message"),
        browser=browser,
        expires=world.clock.now() + PAGE_LIFETIME_S,
        wants_mfa=_wants_mfa(world, query, policies),
    )
    asked_for_login = query.get("prompt") == "login" or any(
        name.startswith("session_required") for name in query
    )
    session = world.sessions.get(browser) if browser else None
    # A native app shows its page each time, because any program could use its client_id. Other
    # apps skip it if the browser is logged in and all consents exist.
    if session and not asked_for_login and not client.is_native:
        identity = session.account
        if consents.covers(world, identity, client.id, trees):
            raise Returned(_code(world, transaction, identity, session.id))
    world.transactions.put(transaction.id, transaction)
    return transaction


def decide(
    world: World, transaction_id: str, *, allow: bool, identity: str | None
) -> tuple[str, str | None]:
    """Process the user's answer to the page.

    :param identity: the chosen identity; None for the first that was offered.
    :returns: where to redirect the browser, and its session (None after a denial).
    :raises Refused: the page was already answered or is too old, or the choice was not on it.
    """
    transaction = world.transactions.get(transaction_id)
    if transaction is None:
        raise Refused(400, "INVALID_TRANSACTION", "This page was already answered. Start again.")
    world.transactions.delete(transaction_id)
    if transaction.expires < world.clock.now():
        raise Refused(400, "INVALID_TRANSACTION", "This page is too old. Start again.")
    if not allow:
        denied = location(
            transaction.redirect_uri,
            error="access_denied",
            error_description="The resource owner denied the request",
            state=transaction.state,
        )
        return denied, None
    chosen = identity or transaction.choices[0]
    if chosen not in transaction.choices:
        raise Refused(400, "INVALID_PARAMETER", "That identity was not offered")
    together = [
        identity_id for identity_id in transaction.required if identity_id in transaction.choices
    ]
    session = sessions.authenticate(
        world, transaction.browser, [chosen, *together], has_mfa=transaction.wants_mfa
    )
    # Tokens belong to the account's primary identity, even if a linked one was used to log in, so
    # that linked identities are one user to an app.
    owner = sessions.account_of(world, chosen)
    client = world.clients.get(transaction.client)
    if client is None:
        raise Refused(400, "INVALID_CLIENT", "The app has been deleted")
    trees = scopes.check(world, transaction.scopes)
    consents.grant(world, owner, client.id, trees, allows_refresh=transaction.offline)
    _end_waits_for_login(world)
    return _code(world, transaction, owner, session.id), session.id


def exchange(world: World, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    """Return a token document for a code, which cannot be used again even if this fails.

    :raises Refused: invalid_grant.
    """
    name = tokens.digest(form.get("code", ""))
    code = world.codes.get(name)
    if code is None:
        raise tokens.invalid_grant()
    world.codes.delete(name)
    sound = (
        code.client == client.id
        and code.expires > world.clock.now()
        and form.get("redirect_uri") == code.redirect_uri
        and _verified(code.challenge, form.get("code_verifier"))
    )
    if not sound:
        raise tokens.invalid_grant()
    trees = scopes.parse(code.scopes)
    documents = tokens.issue(
        world,
        client,
        app=client.id,
        path=[],
        identity=code.identity,
        session=code.session,
        scopes=list(dict.fromkeys(tree.scope for tree in trees)),
        offline=code.offline,
    )
    first, *others = documents
    return {**first, "state": code.state, "other_tokens": others}


def redirect_allowed(client: Client, uri: str) -> bool:
    """Whether the app may be answered at this address.

    Native apps, and apps registered from a native one (as the globus CLI does), may use any port
    and path of http://localhost, and the page that shows the code. Whether Globus restricts the
    path is not known. Any is accepted here.
    """
    if uri in client.redirect_uris:
        return True
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if parts.fragment or parts.username or "\\" in uri:
        return False
    if not client.is_native and client.template is None:
        return False
    if parts.path.endswith(AUTH_CODE_PATH) and parts.hostname in (
        "127.0.0.1",
        "localhost",
        "auth.globus.org",
    ):
        return True
    return parts.scheme == "http" and parts.hostname == "localhost"


def location(uri: str, **parameters: str | None) -> str:
    """Return the address with parameters added, leaving out each None."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{uri}{'&' if '?' in uri else '?'}{query}"


def _code(world: World, transaction: Transaction, identity: str, session: str) -> str:
    secret = new_secret(24)
    world.codes.put(
        tokens.digest(secret),
        Code(
            client=transaction.client,
            identity=identity,
            session=session,
            scopes=transaction.scopes,
            redirect_uri=transaction.redirect_uri,
            challenge=transaction.challenge,
            offline=transaction.offline,
            state=transaction.state,
            expires=world.clock.now() + CODE_LIFETIME_S,
        ),
    )
    return location(transaction.redirect_uri, code=secret, state=transaction.state)


def _verified(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        return verifier is None
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made.decode(), challenge)


def _wants_mfa(world: World, query: Mapping[str, str], policies: list[str]) -> bool:
    if query.get("session_required_mfa", "").lower() in ("true", "1"):
        return True
    rows = [world.policies.get(name) for name in policies]
    return any(row is not None and row.required_mfa for row in rows)


def _end_waits_for_login(world: World) -> None:
    for fault in world.task_faults.values():
        if fault.until_login:
            world.task_faults.delete(fault.id)
    world.wake()


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
