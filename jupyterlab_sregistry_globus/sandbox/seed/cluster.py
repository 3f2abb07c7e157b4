"""A cluster with HTTPS, which serves a folder of this host under another path."""

from __future__ import annotations

from ..transfer.model import SERVER_DEFAULT, Endpoint
from . import names

_DAYS_11_MINS = 11 * 24 * 60


def endpoints() -> list[Endpoint]:
    """Return the cluster's collections.

    `/scratch` on the mapped one is the folder `alder-cluster` in the state folder's `endpoints`. To
    serve another: `change_endpoint(names.ALDER_CLUSTER, root="/some/folder")`.
    """
    return [
        Endpoint(
            id=names.ALDER_CLUSTER,
            display_name="Alder cluster",
            entity_type="GCSv5_mapped_collection",
            owner_id=names.CAROL,
            description="The file system of the nodes",
            organization="University of Example",
            subscription_id=names.SUBSCRIPTION,
            default_directory=SERVER_DEFAULT,
            home="/scratch/ada",
            served_at="/scratch",
            # Mapped collections have a timeout even without high assurance.
            authentication_timeout_mins=_DAYS_11_MINS,
            https=True,
        ),
        Endpoint(
            id=names.ALDER_SHARE,
            display_name="Alder lab share",
            entity_type="GCSv5_guest_collection",
            owner_id=names.CAROL,
            description="A shared folder of the Alder cluster",
            organization="University of Example",
            mapped_collection_id=names.ALDER_CLUSTER,
            host_path="/scratch/lab/shared/",
            default_directory="/",
            https=True,
        ),
    ]
