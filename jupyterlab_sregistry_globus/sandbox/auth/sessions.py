"""Who is logged in as whom, and since when."""

from __future__ import annotations

from ..errors import Refused
from ..world import World, new_uuid
from .model import Identity, Policy, Session


def linked(world: World, identity: str) -> list[Identity]:
    """The identity set, the primary one first."""
    row = world.identities.get(identity)
    if row is None:
        return []
    members = [one for one in world.identities.values() if one.account == row.account]
    return sorted(members, key=lambda one: one.id != row.account)


def linked_ids(world: World, identity: str) -> list[str]:
    return [one.id for one in linked(world, identity)] or [identity]


def authenticate(
    world: World, browser: str | None, identities: list[str], *, has_mfa: bool = False
) -> Session:
    """Log in as these identities, now.

    :param browser: session of the browser; another person's session is left alone and a new one
        begun. None for a browser without one.
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
    """Whether some authentication of the session is allowed by the policy and recent enough."""
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
    """Whether a login with this identity could satisfy the policy."""
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
    """Identities that a login page may offer, given what the app asked of the session.

    :raises Refused: nobody here fits, or a policy is unknown.
    """
    people = [one.id for one in world.identities.values() if one.status == "used"]
    if required_identities:
        people = [one for one in people if one in required_identities]
    if required_domains:
        people = [one for one in people if domain_of(world, one) in required_domains]
    for name in required_policies:
        policy = world.policies.get(name)
        if policy is None:
            raise Refused(400, "INVALID_PARAMETER", f"Unknown policy: {name}")
        people = [one for one in people if allows(world, policy, one)]
    if not people:
        raise Refused(400, "INVALID_PARAMETER", "No identity meets what the app requires")
    return people
