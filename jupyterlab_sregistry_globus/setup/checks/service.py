"""Globus itself: whether it answers, agrees on the time, and knows the account."""

from __future__ import annotations

from collections.abc import Iterator

from ...config import SRegistryGlobus
from ...errors import NotConnected, SRegistryGlobusError
from ...globus.probes import Probes
from ...globus.refusals import translated
from ...services import Services
from .report import Check, fail, ok, warn

# Tokens are refreshed a minute before they expire, by this machine's clock.
SKEW_WARN_S = 30.0
SKEW_FAIL_S = 300.0

CHECK_NETWORK = (
    "Check the network and its proxy (HTTPS_PROXY, NO_PROXY), and https://status.globus.org."
)


def check_reachable(settings: SRegistryGlobus, services: Services) -> Iterator[Check]:
    """Check that Globus answers. Works without a connected account."""
    probes = Probes(services.parts.clients)
    place = "the sandbox on this machine" if settings.is_sandbox else settings.auth_url
    try:
        reached = probes.auth()
    except SRegistryGlobusError as error:
        yield fail("Globus Auth", error.message, CHECK_NETWORK)
    else:
        yield ok("Globus Auth", f"It responded in {reached.took_s * 1000:.0f} ms ({place}).")
        yield from _clock(reached.ahead_s)
    try:
        reached = probes.transfer()
    except SRegistryGlobusError as error:
        yield fail("Globus Transfer", error.message, CHECK_NETWORK)
    else:
        yield ok("Globus Transfer", f"It responded in {reached.took_s * 1000:.0f} ms.")


def _clock(ahead_s: float | None) -> Iterator[Check]:
    if ahead_s is None:
        return
    direction = "ahead" if ahead_s > 0 else "behind"
    message = f"This machine's clock is {abs(ahead_s):.0f} s {direction}."
    fix = "Set the clock from the network (NTP)."
    if abs(ahead_s) > SKEW_FAIL_S:
        yield fail("clock", message, fix)
    elif abs(ahead_s) > SKEW_WARN_S:
        yield warn("clock", message, fix)
    else:
        yield ok("clock", "This machine's clock agrees with Globus's clock.")


def check_account(settings: SRegistryGlobus, services: Services) -> Iterator[Check]:
    """Check which identity is connected, and that Globus accepts its tokens."""
    if settings.client_secret:
        try:
            Probes(services.parts.clients).secret()
        except SRegistryGlobusError as error:
            yield fail(
                "app",
                error.message,
                "Create a new secret on the app's page at Globus, and run "
                "jupyter sregistry-globus setup again.",
            )
            return
        yield ok("app", "Globus accepts the client id and secret.")
    account = services.account.current()
    fix = "Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login"
    if account.identity is None:
        yield fail("account", account.reason or "Not connected to Globus.", fix)
        return
    try:
        with translated():
            if account.source == "login":
                services.parts.clients.auth().userinfo()
            else:
                # A hub's tokens may be valid only for Transfer.
                services.parts.clients.transfer().task_list(limit=1)
    except NotConnected as error:
        yield fail("account", error.message, fix)
        return
    except SRegistryGlobusError as error:
        yield fail("account", f"Cannot check the account: {error.message}", CHECK_NETWORK)
        return
    identity = account.identity
    source = {"hub": ", through the hub", "service": ", as itself", "login": ""}[account.source]
    organization = f" ({identity.organization})" if identity.organization else ""
    name = identity.username or identity.id
    yield ok("account", f"Connected as {name}{organization}{source}.")
