"""The connected account, drawn."""

from __future__ import annotations

from ...models.accounts import Account
from .tables import Fact


def draw_account(account: Account) -> Fact:
    """Return the account's identity as one line."""
    identity = account.identity
    if identity is None:
        return Fact(account.reason, account)
    address = f"<{identity.username}>" if identity.username else ""
    parts = (identity.name, address, identity.organization)
    return Fact(" ".join(part for part in parts if part), account)
