"""One run of a command, and the logins that it takes on the way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import BadRequest, ReloginNeeded
from ...models.actions import LoginAction

if TYPE_CHECKING:
    from ...asking import Asker
    from ...services import Services
    from .face import Face

# A consent, a session and a policy, one after the other, are the most that Globus requires.
MAX_LOGINS = 3

# The words of each line below a ``%%`` magic, or why a line cannot be split into words.
Body = Sequence[Sequence[str] | BadRequest]

Answer = TypeVar("Answer")


class Invocation:
    """One run of a command.

    :param body: the lines below a ``%%`` magic; None if there is no such cell.
    """

    def __init__(self, face: Face, body: Body | None = None) -> None:
        self.face = face
        self.body = body
        self.is_json_wanted = False
        self._results: dict[Hashable, Any] = {}

    @property
    def services(self) -> Services:
        """The services of this program."""
        return self.face.services()

    @property
    def has_acted(self) -> bool:
        """Whether something happened that must not happen twice."""
        return bool(self._results)

    def run(self, act: Callable[[], Answer]) -> Answer:
        """Do something. If Globus requires a login for it, let the user log in, and do it again.

        :raises ReloginNeeded: no user can answer here, or the user gave no code.
        """
        for _ in range(MAX_LOGINS):
            try:
                return act()
            except ReloginNeeded as error:
                login = error.action if isinstance(error.action, LoginAction) else None
                if not self.face.can_ask:
                    raise
                if not self.log_in(error.message, self.face.asker, login=login):
                    raise
        return act()

    def once(self, key: Hashable, act: Callable[[], Answer]) -> Answer:
        """Do something once, however often a login makes the command begin anew.

        What was refused has not happened, and is tried again.
        """
        if key not in self._results:
            self._results[key] = act()
        answer: Answer = self._results[key]
        return answer

    def log_in(
        self,
        reason: str,
        asker: Asker,
        *,
        login: LoginAction | None = None,
        on_address: Callable[[str], object] = lambda address: None,
    ) -> bool:
        """Let the user log in with a code that Globus shows.

        :param login: what the login must satisfy; None for a plain one.
        :param on_address: called with the address to open, after it was shown.
        :returns: False if no user can answer here, or the user gave no code.
        :raises LoginFailed: Globus rejected the code.
        """
        started = self.services.account.logins.begin_pasting(login)
        asker.tell(
            f"{reason}\nOpen this address, log in, and copy the code:\n\n{started.authorize_url}\n"
        )
        on_address(started.authorize_url)
        code = asker.ask("Code", default="")
        if not code:
            return False
        self.services.account.logins.finish_with_code(started.login_id, code)
        return True
