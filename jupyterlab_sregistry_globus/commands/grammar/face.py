"""What a command knows of the face that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ...asking import Asker
    from ...services import Services
    from ..completion.suggestions import Suggestions


@dataclass(frozen=True)
class Face:
    """A terminal or a notebook.

    :param services: returns the services, built at the first call.
    :param suggestions: returns what completes words here.
    :param asker: puts questions to the user.
    :param login_asker: the same for the command ``login``, which takes a piped answer too.
    :param can_ask: False if it is known that no user can answer here.
    :param opens_browser: whether a browser on this machine is the user's own.
    :param login_hint: where to log in if no user can answer here.
    """

    origin: Literal["cli", "magic"]
    services: Callable[[], Services]
    suggestions: Callable[[], Suggestions]
    asker: Asker
    login_asker: Asker
    can_ask: bool
    opens_browser: bool
    login_hint: str
