"""Globus itself: reachable, at the same time of day, and knowing who is connected."""

from __future__ import annotations

from collections.abc import Iterator

from ...config import SRegistryGlobus
from ...errors import NotConnected, SRegistryGlobusError
from ...globus.probes import Probes
from ...globus.refusals import translated
from ...services import Services
from .report import Check, fail, ok, warn

# Access tokens are refreshed by this machine's clock, a minute before their end.
SKEW_WARN_S = 30.0
SKEW_FAIL_S = 300.0

REACH_CURE = (
    "Check the network and its proxy (HTTPS_PROXY, NO_PROXY), and https://status.globus.org."
)


def reachable(settings: SRegistryGlobus, here: Services) -> Iterator[Check]:
    """Whether the services answer at all; nobody need be connected."""
    probes = Probes(settings, here.clients)
    place = "played on this machine" if settings.is_sandbox else settings.auth_url
    try:
        reached = probes.auth()
    except SRegistryGlobusError as error:
        yield fail("Globus Auth", error.message, REACH_CURE)
    else:
        yield ok("Globus Auth", f"Answers within {reached.took_s * 1000:.0f} ms ({place}).")
        yield from _clock(reached.ahead_s)
    try:
        reached = probes.transfer()
    except SRegistryGlobusError as error:
        yield fail("Globus Transfer", error.message, REACH_CURE)
    else:
        yield ok("Globus Transfer", f"Answers within {reached.took_s * 1000:.0f} ms.")


def _clock(ahead_s: float | None) -> Iterator[Check]:
    if ahead_s is None:
        return
    words = f"This machine's clock is {abs(ahead_s):.0f} s {'ahead' if ahead_s > 0 else 'behind'}."
    cure = "Have the clock set by the network (NTP)."
    if abs(ahead_s) > SKEW_FAIL_S:
        yield fail("clock", words, cure)
    elif abs(ahead_s) > SKEW_WARN_S:
        yield warn("clock", words, cure)
    else:
        yield ok("clock", "This machine's clock agrees with Globus's.")


def account(settings: SRegistryGlobus, here: Services) -> Iterator[Check]:
    """Who is connected, and whether Globus still thinks so."""
    if settings.client_secret:
        try:
            Probes(settings, here.clients).secret()
        except SRegistryGlobusError as error:
            yield fail(
                "app",
                error.message,
                "Make a new secret on the app's page at Globus, and run "
                "jupyter sregistry-globus setup again.",
            )
            return
        yield ok("app", "Globus accepts the client id and secret.")
    known = here.account()
    cure = "Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login"
    if known.identity is None:
        yield fail("account", known.reason or "Nobody is connected.", cure)
        return
    try:
        with translated():
            if known.source == "login":
                here.clients.auth().userinfo()
            else:
                # A hub's tokens may be good for Transfer alone.
                here.clients.transfer().task_list(limit=1)
    except NotConnected as error:
        yield fail("account", error.message, cure)
        return
    except SRegistryGlobusError as error:
        yield fail("account", f"Globus does not say who is connected: {error.message}", REACH_CURE)
        return
    who = known.identity
    through = {"hub": ", through the hub", "service": ", as itself", "login": ""}[known.source]
    at = f" ({who.organization})" if who.organization else ""
    yield ok("account", f"Connected as {who.username or who.id}{at}{through}.")
