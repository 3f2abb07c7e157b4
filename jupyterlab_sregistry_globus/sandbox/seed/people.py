"""The people, apps and policies of the seed world."""

from __future__ import annotations

from ..auth import tokens
from ..auth.model import Client, Identity, Policy, ScopeRecord
from ..auth.scopes import TRANSFER_ALL
from ..world import World
from . import names

_UNIVERSITY = ("1d900000-0000-4000-8000-000000000001", "University of Example")
_HOSPITAL = ("1d900000-0000-4000-8000-000000000002", "Example University Hospital")


def add(world: World) -> None:
    """Add them to an empty world."""
    for identity, username, name, provider, account in (
        (names.ADA, "ada@uni.example", "Ada Researcher", _UNIVERSITY, names.ADA),
        (
            names.ADA_HOSPITAL,
            "ada@hospital.example",
            "Ada Researcher",
            _HOSPITAL,
            names.ADA,
        ),
        (names.BOB, "bob@uni.example", "Bob Colleague", _UNIVERSITY, names.BOB),
        (names.CAROL, "carol@uni.example", "Carol Curator", _UNIVERSITY, names.CAROL),
    ):
        world.identities.put(
            identity,
            Identity(
                id=identity,
                username=username,
                name=name,
                email=username,
                organization=provider[1],
                identity_provider=provider[0],
                identity_provider_name=provider[1],
                account=account,
            ),
        )
    for client in (
        Client(id=names.NATIVE_APP, name="Container registry in JupyterLab"),
        Client(
            id=names.CONFIDENTIAL_APP,
            name="Registry server",
            secret_digest=tokens.digest(names.CONFIDENTIAL_SECRET),
        ),
        Client(id=names.GLOBUS_CLI_TEMPLATE, name="Globus CLI"),
    ):
        world.clients.put(client.id, client)
    world.scopes.put(
        names.CONFIDENTIAL_SCOPE,
        ScopeRecord(
            scope=names.CONFIDENTIAL_SCOPE,
            id="5c09e000-0000-4000-8000-000000000001",
            client=names.CONFIDENTIAL_APP,
            resource_server=names.CONFIDENTIAL_APP,
            label="Send images of the registry for you",
            dependents=[TRANSFER_ALL],
        ),
    )
    world.policies.put(
        names.HOSPITAL_POLICY,
        Policy(
            id=names.HOSPITAL_POLICY,
            display_name="the hospital's login policy",
            domains=["hospital.example"],
        ),
    )
