"""Endpoints and guest collections that other users can read, as their owner manages them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import EndpointNotFound, GlobusRefused, PermissionRefused, SubscriptionMissing
from ..models.accounts import Identity
from .clients import Clients
from .refusals import translated

PERSONAL = "GCP_mapped_collection"
DESCRIPTION = "Container images, shared by jupyterlab-sregistry-globus"


@dataclass(frozen=True)
class Place:
    """An endpoint, as its owner sees it.

    :param subscription_id: the subscription that it is managed under, or None.
    :param host_id: the endpoint that a guest collection is on; None for other endpoints.
    :param host_path: the folder there; None if Globus does not say.
    :param has_rules: whether it has access rules, which the owner may list.
    :param setup_key: a secret; None after its use, and for users who do not own the endpoint.
    """

    id: str
    name: str
    entity_type: str
    owner_id: str
    owner: str
    is_connected: bool | None
    is_paused: bool
    subscription_id: str | None
    host_id: str | None
    host_path: str | None
    has_rules: bool
    setup_key: str | None = field(repr=False)

    @property
    def is_guest(self) -> bool:
        """Whether it is a guest collection, the kind that has access rules."""
        return self.entity_type.endswith("_guest_collection")

    @property
    def is_personal(self) -> bool:
        """Whether it is a Connect Personal endpoint, which serves only its owner."""
        return self.entity_type == PERSONAL


@dataclass(frozen=True)
class Rule:
    """An access rule of a guest collection.

    :param kind: ``identity``, ``group``, ``all_authenticated_users`` or ``anonymous``.
    :param principal: id of the identity or group; empty for the other two.
    :param path: below the guest collection's root, ending in ``/``.
    :param id: None for access through a role, which no rule can remove.
    """

    kind: str
    principal: str
    path: str
    permissions: str = "r"
    id: str | None = None


class Sharing:
    """Manages endpoints that the connected identity owns."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def place(self, endpoint_id: str) -> Place:
        """Return one endpoint.

        :raises EndpointNotFound: it does not exist, or was deleted.
        """
        with translated(not_found=EndpointNotFound):
            return _place(self._clients.transfer().get_endpoint(endpoint_id).data)

    def create_personal(self, name: str, subscription_id: str | None = None) -> Place:
        """Create a Connect Personal endpoint. It waits for its setup key, and serves its owner.

        :param subscription_id: a subscription to manage it under.
        """
        document: dict[str, Any] = {
            "DATA_TYPE": "endpoint",
            "is_globus_connect": True,
            "display_name": name,
            "description": DESCRIPTION,
        }
        if subscription_id is not None:
            document["subscription_id"] = subscription_id
        with translated():
            # globus-sdk no longer has a method for this. The globus CLI posts the same.
            made = self._clients.transfer().post("/v0.10/endpoint", data=document)
            endpoint_id = str(made["id"])
        return self.place(endpoint_id)

    def waiting(self, name: str) -> Place | None:
        """Return a Connect Personal endpoint with this name that was never set up, or None."""
        with translated():
            answer = self._clients.transfer().endpoint_search(
                name, filter_scope="my-endpoints", limit=100
            )
            endpoint_ids = [
                str(document["id"])
                for document in answer["DATA"]
                if document.get("display_name") == name
            ]
        for endpoint_id in endpoint_ids:
            place = self.place(endpoint_id)
            if place.is_personal and place.setup_key:
                return place
        return None

    def put_under(self, endpoint_id: str, subscription_id: str) -> None:
        """Manage an endpoint under a subscription.

        :raises PermissionRefused: the identity may not use that subscription.
        """
        with translated(not_found=EndpointNotFound):
            self._clients.transfer().update_endpoint(
                endpoint_id, {"DATA_TYPE": "endpoint", "subscription_id": subscription_id}
            )

    def guests(self, host_id: str) -> list[Place]:
        """Return the identity's own guest collections on an endpoint."""
        with translated(not_found=EndpointNotFound):
            rows = list(self._clients.transfer().my_shared_endpoint_list(host_id))
        return [_place(row) if row.get("host_path") else self.place(str(row["id"])) for row in rows]

    def create_guest(self, host: Place, folder: str, name: str) -> Place:
        """Create a guest collection of one folder, which only its owner can read at first.

        :param folder: absolute path on the host.
        :raises SubscriptionMissing: Globus refuses, and the host is under no subscription.
        :raises PermissionRefused: Globus refuses for another reason.
        """
        document = {
            "DATA_TYPE": "shared_endpoint",
            "host_endpoint": host.id,
            "host_path": folder if folder.endswith("/") else f"{folder}/",
            "display_name": name,
            "description": DESCRIPTION,
        }
        try:
            with translated(not_found=EndpointNotFound):
                made = self._clients.transfer().create_shared_endpoint(document)
                guest_id = str(made["id"])
        except (PermissionRefused, GlobusRefused) as error:
            details = getattr(error.__cause__, "message", None) or error.message
            # Told apart by the document, because Globus's message may change.
            if host.subscription_id is None:
                raise SubscriptionMissing(
                    f"Globus refused to share a folder on {host.name!r}. Guest collections on "
                    f"Connect Personal require a subscription. Globus says: {details}"
                ) from error
            raise PermissionRefused(
                f"Permission denied sharing {folder} on {host.name}. Globus says: {details}"
            ) from error
        return self.place(guest_id)

    def rules(self, guest_id: str) -> list[Rule]:
        """Return the access rules of a guest collection.

        :raises PermissionRefused: the identity may not manage it.
        """
        with translated(not_found=EndpointNotFound):
            return [_rule(row) for row in self._clients.transfer().endpoint_acl_list(guest_id)]

    def add_rule(self, guest_id: str, rule: Rule) -> str:
        """Add an access rule, and return its id."""
        document = {
            "DATA_TYPE": "access",
            "principal_type": rule.kind,
            "principal": rule.principal,
            "path": rule.path,
            "permissions": rule.permissions,
        }
        with translated(not_found=EndpointNotFound):
            answer = self._clients.transfer().add_endpoint_acl_rule(guest_id, document)
            return str(answer["access_id"])

    def remove_rule(self, guest_id: str, rule_id: str) -> None:
        """Remove an access rule."""
        with translated(not_found=EndpointNotFound):
            self._clients.transfer().delete_endpoint_acl_rule(guest_id, rule_id)

    def identities(
        self, *, ids: Sequence[str] = (), usernames: Sequence[str] = ()
    ) -> list[Identity]:
        """Return the identities that Globus knows of those named."""
        documents: list[Mapping[str, Any]] = []
        auth = self._clients.auth()
        with translated():
            if ids:
                documents += auth.get_identities(ids=ids)["identities"]
            if usernames:
                documents += auth.get_identities(usernames=usernames)["identities"]
            return [_identity(document) for document in documents]


def _place(document: Mapping[str, Any]) -> Place:
    return Place(
        id=str(document["id"]),
        name=str(document.get("display_name") or document["id"]),
        entity_type=str(document.get("entity_type") or ""),
        owner_id=str(document.get("owner_id") or ""),
        owner=str(document.get("owner_string") or ""),
        is_connected=document.get("gcp_connected"),
        is_paused=bool(document.get("gcp_paused")),
        subscription_id=document.get("subscription_id") or None,
        host_id=document.get("host_endpoint_id") or None,
        host_path=document.get("host_path") or None,
        has_rules=bool(document.get("acl_editable")),
        setup_key=document.get("globus_connect_setup_key") or None,
    )


def _rule(document: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=str(document["principal_type"]),
        principal=str(document.get("principal") or ""),
        path=str(document["path"]),
        permissions=str(document.get("permissions") or ""),
        id=document.get("id") or None,
    )


def _identity(document: Mapping[str, Any]) -> Identity:
    return Identity(
        id=str(document["id"]),
        username=str(document.get("username") or ""),
        name=str(document.get("name") or ""),
    )
