"""The logins that endpoints demand, merged into one."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import ReloginNeeded, SRegistryGlobusError
from ..models.actions import LoginAction
from .clients import Clients
from .refusals import translated

# If no endpoint demands anything, the login that the task started with has ended.
FRESH_LOGIN = LoginAction(prompt="login")


def demanded_login(clients: Clients, endpoint_ids: Iterable[str]) -> LoginAction:
    """Return the login that lets a stopped task continue.

    A task says only that it requires a login. A listing of its endpoints says which login.
    """
    demanded = [
        action
        for endpoint_id in dict.fromkeys(endpoint_ids)
        if (action := _demanded(clients, endpoint_id)) is not None
    ]
    return merged(demanded) if demanded else FRESH_LOGIN


def merged(actions: Iterable[LoginAction]) -> LoginAction:
    """Return one login that meets several demands."""
    actions = list(actions)

    def joined(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for action in actions for value in getattr(action, name)))

    return LoginAction(
        required_scopes=joined("required_scopes"),
        session_message=next(filter(None, (action.session_message for action in actions)), None),
        session_required_identities=joined("session_required_identities"),
        session_required_single_domain=joined("session_required_single_domain"),
        session_required_policies=joined("session_required_policies"),
        session_required_mfa=any(action.session_required_mfa for action in actions),
        prompt=next(filter(None, (action.prompt for action in actions)), None),
    )


def _demanded(clients: Clients, endpoint_id: str) -> LoginAction | None:
    try:
        with translated():
            clients.transfer().operation_ls(endpoint_id, limit=1)
    except ReloginNeeded as error:
        return error.action if isinstance(error.action, LoginAction) else None
    except SRegistryGlobusError:
        return None  # offline or not permitted: a login would not help
    return None
