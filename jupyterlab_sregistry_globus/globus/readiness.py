"""Whether an endpoint can be used, read from its document and the person's consents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..models.endpoints import Endpoint, Readiness
from .scopes import data_access_scope


def wants_consent(document: Mapping[str, Any]) -> bool:
    """Whether a data_access consent is ever asked for this kind of endpoint.

    Asking it of any other kind makes Globus Auth refuse the whole login.
    """
    return document.get("entity_type") == "GCSv5_mapped_collection" and not document.get(
        "high_assurance"
    )


def readiness(document: Mapping[str, Any], consented: Collection[str]) -> Readiness:
    """Whether an endpoint can be used now, and what the person can do about it.

    :param document: the endpoint as Globus describes it. Its ``activated`` is ignored: it is false
        on collections that work.
    :param consented: ids of the endpoints that this app may use in the person's name.
    """
    kind = str(document.get("entity_type") or "")
    if document.get("non_functional") or kind.startswith("GCSv4") or kind == "GCSv5_endpoint":
        return Readiness("not_usable", "This endpoint holds no files itself. Choose a collection.")
    if kind.startswith("GCP"):
        # Only these three say whether their computer is on; a guest's own fields are null.
        if document.get("gcp_connected") is False:
            return Readiness("offline", "Start Globus Connect Personal on its computer.")
        if document.get("gcp_paused"):
            return Readiness("paused", "Un-pause Globus Connect Personal on its computer.")
        return Readiness("ready")
    if wants_consent(document) and document.get("id") not in consented:
        return Readiness("needs_consent", "Allow this app to use the endpoint in your name.")
    return Readiness("probably_ready")


def endpoint(
    document: Mapping[str, Any], consented: Collection[str], mine: Collection[str]
) -> Endpoint:
    """An endpoint in our words.

    :param mine: ids of the person's identities.
    """
    state = readiness(document, consented)
    endpoint_id = str(document["id"])
    return Endpoint(
        id=endpoint_id,
        display_name=str(
            document.get("display_name") or document.get("canonical_name") or endpoint_id
        ),
        entity_type=str(document.get("entity_type") or ""),
        readiness=state,
        owner=str(document.get("owner_string") or ""),
        organization=str(document.get("organization") or ""),
        description=str(document.get("description") or ""),
        default_directory=document.get("default_directory") or None,
        is_high_assurance=bool(document.get("high_assurance")),
        is_mine=document.get("owner_id") in mine,
        required_scopes=(
            (data_access_scope(endpoint_id),) if state.state == "needs_consent" else ()
        ),
    )
