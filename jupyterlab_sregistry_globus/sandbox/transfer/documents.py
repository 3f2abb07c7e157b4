"""Endpoints as the Transfer API shows them."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from ..world import World
from . import access
from .model import Endpoint


def endpoint(
    world: World, row: Endpoint, identities: tuple[str, ...], base_url: str
) -> dict[str, Any]:
    """Return the `endpoint` document, as these identities see it.

    :param base_url: the sandbox's address, with a slash at the end.
    """
    owner = world.identities.get(row.owner_id)
    owner_name = owner.username if owner else row.owner_id
    is_owner = access.has_role(row, identities)
    roles = ["administrator"] if is_owner else []
    if is_owner and row.is_guest:
        roles.append("access_manager")

    host = row
    if row.is_personal and row.host_endpoint_id is not None:
        host = world.endpoints.get(row.host_endpoint_id) or row
    successor = world.endpoints.get(row.non_functional_endpoint_id or "")
    mapped = world.endpoints.get(row.mapped_collection_id or "")
    is_v5 = row.entity_type.startswith("GCSv5")
    return {
        "DATA_TYPE": "endpoint",
        "id": row.id,
        "display_name": row.display_name,
        "name": row.id,
        "canonical_name": f"{username(row.owner_id)}#{row.id}",
        "username": username(row.owner_id),
        # At Globus, a Connect Server collection is owned by its endpoint in this member. Here it
        # is the user, whom owner filters compare with.
        "owner_id": row.owner_id,
        "owner_string": owner_name,
        "organization": row.organization,
        "department": row.department,
        "keywords": row.keywords,
        "description": row.description,
        "contact_email": row.contact_email,
        "contact_info": "",
        "info_link": row.info_link,
        "user_message": row.user_message,
        "user_message_link": None,
        "entity_type": row.entity_type,
        "public": row.public,
        "french_english_bilingual": False,
        "is_globus_connect": row.is_personal,
        "globus_connect_setup_key": row.setup_key if is_owner else None,
        "gcp_connected": host.gcp_connected,
        "gcp_paused": host.gcp_paused,
        "s3_url": None,
        "s3_owner_activated": False,
        "host_endpoint_id": row.host_endpoint_id,
        "host_path": row.host_path if is_owner else None,
        "mapped_collection_id": row.mapped_collection_id,
        "mapped_collection_display_name": mapped.display_name if mapped else None,
        "default_directory": row.default_directory,
        "disable_verify": row.disable_verify,
        "disable_anonymous_writes": False,
        "force_verify": False,
        "force_encryption": row.force_encryption,
        "high_assurance": row.high_assurance,
        "authentication_policy_id": row.authentication_policy_id,
        "authentication_timeout_mins": row.authentication_timeout_mins,
        "authentication_assurance_timeout": row.authentication_timeout_mins,
        "mfa_required": False,
        "myproxy_server": None,
        "myproxy_dn": None,
        "oauth_server": None,
        "non_functional": row.non_functional,
        "non_functional_endpoint_id": row.non_functional_endpoint_id,
        "non_functional_endpoint_display_name": successor.display_name if successor else None,
        # Also false on working collections, since activation ended.
        "activated": False,
        "expires_in": -1,
        "expire_time": None,
        "shareable": row.subscription_id is not None and not row.is_guest,
        "acl_available": row.is_guest,
        "acl_editable": row.is_guest and is_owner,
        "acl_max_expiration_period_mins": None,
        "in_use": in_use(world, row),
        "my_effective_roles": roles,
        "subscription_id": row.subscription_id,
        "subscription_admin_verified": None,
        "network_use": "normal",
        "location": "Automatic",
        "storage_type": None if row.is_personal else "POSIX",
        "gcs_version": "5.4.80" if is_v5 else None,
        "gcs_manager_url": f"https://{row.id[:6]}.sandbox.example" if is_v5 else None,
        "https_server": f"{base_url}https/{row.id}" if row.https else None,
        "tlsftp_server": None,
        "local_user_info_available": is_v5 and not row.is_guest,
        "DATA": [],
    }


def username(identity: str) -> str:
    """Return the short name that Transfer uses for an identity."""
    return "u_" + base64.b32encode(uuid.UUID(identity).bytes).decode().rstrip("=").lower()


def in_use(world: World, row: Endpoint) -> bool:
    return any(
        task.completion_time is None and row.id in touched(task.request)
        for task in world.tasks.values()
    )


def touched(request: dict[str, Any]) -> list[str]:
    """Return the ids of the endpoints that a transfer or delete document names."""
    names = ("source_endpoint", "destination_endpoint", "endpoint")
    return [str(request[name]) for name in names if request.get(name)]
