"""What the user has let this app do at Globus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import SRegistryGlobusError
from .clients import Clients
from .credentials import Credentials
from .refusals import translated
from .scopes import data_access_scope

if TYPE_CHECKING:
    from globus_sdk.scopes.consents import ConsentForest


class Consents:
    """The connected user's consents, requested once for each login."""

    def __init__(self, clients: Clients, credentials: Credentials) -> None:
        self._clients = clients
        self._credentials = credentials
        self._known: tuple[object, ConsentForest] | None = None

    def with_data_access(self, endpoint_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the endpoints that Transfer may use on the user's behalf."""
        forest = self._forest()
        if forest is None:
            return frozenset()
        return frozenset(
            endpoint_id
            for endpoint_id in endpoint_ids
            if forest.meets_scope_requirements(data_access_scope(endpoint_id))
        )

    def _forest(self) -> ConsentForest | None:
        """Return the consents, or None if they are unknown."""
        from globus_sdk.scopes.consents import ConsentParseError, ConsentTreeConstructionError

        stored = self._credentials.read()
        # A login stores new tokens, and only a login can add a consent.
        key = tuple(sorted(str(data.refresh_token) for data in stored.tokens.values()))
        if self._known is not None and self._known[0] == key:
            return self._known[1]
        if not stored.identities:
            return None
        try:
            with translated():
                forest = self._clients.auth().get_consents(stored.identities[0].id).to_forest()
        except (SRegistryGlobusError, ConsentParseError, ConsentTreeConstructionError):
            # A search is useful without this; the first listing shows whether a consent is missing.
            return None
        self._known = (key, forest)
        return forest
