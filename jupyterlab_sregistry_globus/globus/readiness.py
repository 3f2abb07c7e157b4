"""Whether an endpoint can be used, by its document and the user's consents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..models.endpoints import Endpoint, Readiness
from .scopes import data_access_scope


def requires_consent(document: Mapping[str, Any]) -> bool:
    """Whether this kind of endpoint may require a data_access consent.

    For any other kind, Globus Auth would refuse the whole login.
    """
    return document.get("entity_type") == "GCSv5_mapped_collection" and not document.get(
        "high_assurance"
    )


def readiness(document: Mapping[str, Any], consented: Collection[str]) -> Readiness:
    """Return whether an endpoint can be used now, and what the user can do next.

    :param document: the endpoint as Globus describes it. Its ``activated`` is ignored: it is false
        on collections that work.
    :param consented: ids of the endpoints that this app may use on the user's behalf.
    """
    kind = str(document.get("entity_type") or "")
    if document.get("non_functional") or kind.startswith("GCSv4") or kind == "GCSv5_endpoint":
        return Readiness(
            "not_usable", "This entry holds no files. Choose one of the endpoints it hosts."
        )
    if kind.startswith("GCP"):
        # Only these kinds say whether their computer is on; on a guest collection, it is null.
        if document.get("gcp_connected") is False:
            return Readiness("offline", "Start Globus Connect Personal on its computer.")
        if document.get("gcp_paused"):
            return Readiness("paused", "Unpause Globus Connect Personal on its computer.")
        return Readiness("ready")
    if requires_consent(document) and document.get("id") not in consented:
        return Readiness("needs_consent", "Allow this app to use the endpoint on your behalf.")
    return Readiness("probably_ready")


def describe(
    document: Mapping[str, Any], consented: Collection[str], mine: Collection[str]
) -> Endpoint:
    """Return an endpoint in our words.

    :param mine: ids of the user's identities.
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
        default_directory=_default_directory(document),
        is_high_assurance=bool(document.get("high_assurance")),
        host_endpoint_id=document.get("mapped_collection_id")
        or document.get("host_endpoint_id")
        or None,
        host_path=document.get("host_path") or None,
        https_server=document.get("https_server") or None,
        is_mine=document.get("owner_id") in mine,
        required_scopes=(
            (data_access_scope(endpoint_id),) if state.state == "needs_consent" else ()
        ),
    )


def _default_directory(document: Mapping[str, Any]) -> str | None:
    """Return where browsing begins; None if only the endpoint itself knows."""
    path = document.get("default_directory") or None
    # "/{server_default}/" is a macro, which Globus resolves if it is asked for no path.
    return None if path is None or "{" in path else str(path)
