"""Sessions: which identities are logged in, and since when."""

from __future__ import annotations

from ..errors import Refused
from ..world import World, new_uuid
from .model import Identity, Policy, Session


def linked(world: World, identity: str) -> list[Identity]:
    """Return the identity set, the primary identity first."""
    row = world.identities.get(identity)
    if row is None:
        return []
    members = [member for member in world.identities.values() if member.account == row.account]
    return sorted(members, key=lambda member: member.id != row.account)


def linked_ids(world: World, identity: str) -> list[str]:
    return [member.id for member in linked(world, identity)] or [identity]


def authenticate(
    world: World, browser: str | None, identities: list[str], *, has_mfa: bool = False
) -> Session:
    """Log in with these identities, now.

    :param browser: session of the browser. Another user's session is left alone, and a new one
        started. None for a browser without a session.
    """
    account = account_of(world, identities[0])
    session = world.sessions.get(browser) if browser else None
    if session is None or session.account != account:
        session = Session(id=new_uuid(), account=account)
    for identity in identities:
        session.authentications[identity] = world.clock.now()
    session.has_mfa = session.has_mfa or has_mfa
    world.sessions.put(session.id, session)
    return session


def account_of(world: World, identity: str) -> str:
    row = world.identities.get(identity)
    return row.account if row else identity


def satisfies(world: World, session_id: str, policy: Policy) -> bool:
    """Whether the session has an authentication that the policy allows and that is recent."""
    session = world.sessions.get(session_id)
    if session is None or (policy.required_mfa and not session.has_mfa):
        return False
    for identity, when in session.authentications.items():
        age_s = world.clock.now() - when
        is_fresh = policy.timeout_mins is None or age_s <= policy.timeout_mins * 60
        if is_fresh and allows(world, policy, identity):
            return True
    return False


def allows(world: World, policy: Policy, identity: str) -> bool:
    """Whether a login with this identity can satisfy the policy."""
    return policy.domains is None or domain_of(world, identity) in policy.domains


def domain_of(world: World, identity: str) -> str:
    row = world.identities.get(identity)
    return row.username.rpartition("@")[2] if row else ""


def choices(
    world: World,
    *,
    required_identities: list[str],
    required_domains: list[str],
    required_policies: list[str],
) -> list[str]:
    """Return the identities that a login page may offer, by what the app requires of the session.

    :raises Refused: no identity matches, or a policy is unknown.
    """
    people = [candidate.id for candidate in world.identities.values() if candidate.status == "used"]
    if required_identities:
        people = [candidate for candidate in people if candidate in required_identities]
    if required_domains:
        people = [
            candidate for candidate in people if domain_of(world, candidate) in required_domains
        ]
    for name in required_policies:
        policy = world.policies.get(name)
        if policy is None:
            raise Refused(400, "INVALID_PARAMETER", f"Unknown policy: {name}")
        people = [candidate for candidate in people if allows(world, policy, candidate)]
    if not people:
        raise Refused(400, "INVALID_PARAMETER", "No identity meets what the app requires")
    return people
