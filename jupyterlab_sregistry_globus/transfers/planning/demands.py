"""The logins that the endpoints of one plan demand, asked for together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...errors import ConsentRequired, LoginRequired, ReloginNeeded, SRegistryGlobusError
from ...globus.demands import merged
from ...models.actions import LoginAction


class Demands:
    """Collects demanded logins, so that one login meets them all."""

    def __init__(self) -> None:
        self._errors: list[ReloginNeeded] = []

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Collect a demanded login, instead of raising it.

        :raises ReloginNeeded: something else failed, which a login demanded before may be the
            reason for.
        """
        try:
            yield
        except ReloginNeeded as error:
            self._errors.append(error)
        except SRegistryGlobusError:
            self.check()
            raise

    def check(self) -> None:
        """Raise what was collected, as one error.

        :raises ReloginNeeded: a login was demanded; carries the login that meets all demands.
        """
        if not self._errors:
            return
        logins = [error.action for error in self._errors if isinstance(error.action, LoginAction)]
        if _exclude_each_other(logins):
            raise self._errors[0]
        login = merged(logins)
        # A fresh login says more than a consent, which the login page explains itself.
        sessions = [error for error in self._errors if isinstance(error, LoginRequired)]
        first = (sessions or self._errors)[0]
        kind = LoginRequired if sessions else ConsentRequired
        raise kind(first.message, action=login) from first


def _exclude_each_other(logins: list[LoginAction]) -> bool:
    """Return whether the demands name identities and domains that one identity may not meet."""
    domains = {domain for login in logins for domain in login.session_required_single_domain}
    identities = {name for login in logins for name in login.session_required_identities}
    return len(domains) > 1 or bool(domains and identities)
