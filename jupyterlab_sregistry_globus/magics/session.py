"""The services of one kernel, and the notebook as a face."""

from __future__ import annotations

import functools

from ..commands.completion.suggestions import Suggestions
from ..commands.grammar.face import Face
from ..commands.wiring import make_user_services
from ..services import Services
from .asker import KernelAsker

# A key press in a notebook waits for the answer of its kernel.
_PATIENCE_S = 0.1


@functools.cache
def services() -> Services:
    """Return the services of this kernel."""
    return make_user_services()


@functools.cache
def suggestions() -> Suggestions:
    """Return what completes words in this kernel."""
    return Suggestions(services, _PATIENCE_S)


def make_face() -> Face:
    """Return the notebook as a face. Its browser may be on another machine than the kernel."""
    return Face(
        origin="magic",
        services=services,
        suggestions=suggestions,
        asker=KernelAsker(),
        login_asker=KernelAsker(),
        can_ask=True,
        opens_browser=False,
        login_hint="Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login",
    )
