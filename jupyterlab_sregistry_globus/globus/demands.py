"""What endpoints demand of a person before they work: one login for all of it."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import ReloginNeeded, SRegistryGlobusError
from ..models.actions import LoginAction
from .clients import Clients
from .refusals import translated

# Where no endpoint names anything, what the task ran on has ended: the login itself.
FRESH_LOGIN = LoginAction(prompt="login")


def wanted_login(clients: Clients, endpoint_ids: Iterable[str]) -> LoginAction:
    """The login that cures a task whose right to go on has ended.

    A task says only that it stands still for want of a login; its endpoints say for which, when
    they are asked for a listing.
    """
    wanted = [
        action
        for endpoint_id in dict.fromkeys(endpoint_ids)
        if (action := _demanded(clients, endpoint_id)) is not None
    ]
    return merged(wanted) if wanted else FRESH_LOGIN


def merged(actions: Iterable[LoginAction]) -> LoginAction:
    """One login for several demands."""
    actions = list(actions)

    def joined(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for one in actions for value in getattr(one, name)))

    return LoginAction(
        required_scopes=joined("required_scopes"),
        session_message=next((one.session_message for one in actions if one.session_message), None),
        session_required_identities=joined("session_required_identities"),
        session_required_single_domain=joined("session_required_single_domain"),
        session_required_policies=joined("session_required_policies"),
        session_required_mfa=any(one.session_required_mfa for one in actions),
        prompt=next((one.prompt for one in actions if one.prompt), None),
    )


def _demanded(clients: Clients, endpoint_id: str) -> LoginAction | None:
    try:
        with translated():
            clients.transfer().operation_ls(endpoint_id, limit=1)
    except ReloginNeeded as error:
        return error.action if isinstance(error.action, LoginAction) else None
    except SRegistryGlobusError:
        return None  # offline, or not readable here: nothing that a login cures
    return None
