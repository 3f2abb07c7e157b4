"""The endpoints of the seed world."""

from __future__ import annotations

from pathlib import Path

from ..transfer.model import SERVER_DEFAULT, Endpoint
from . import names

_GUEST = "GCSv5_guest_collection"
_MAPPED = "GCSv5_mapped_collection"
_PERSONAL = "GCP_mapped_collection"
_STANFORD = "Stanford University"
_UNIVERSITY = "University of Example"


def endpoints(registry_root: Path, config_folder: Path, home: Path) -> list[Endpoint]:
    """Return all endpoints, without their folders, which are created under the state folder.

    :param registry_root: folder that the registry's endpoint serves.
    :param config_folder: the `lta` folder of this host's Connect Personal.
    :param home: where `/~/` of this host's Connect Personal leads.
    """
    return [
        Endpoint(
            id=names.REGISTRY,
            display_name="Registry images (read only)",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Container images of the registry, one folder for each collection",
            keywords="containers singularity apptainer sif registry",
            organization=_UNIVERSITY,
            subscription_id=names.SUBSCRIPTION,
            root=str(registry_root),
            read_only=True,
            default_directory="/",
        ),
        Endpoint(
            id=names.MY_COMPUTER,
            display_name="My computer (demo)",
            entity_type=_PERSONAL,
            owner_id=names.ADA,
            description="Globus Connect Personal of this host",
            public=False,
            gcp_connected=True,
            gcp_paused=False,
            config_folder=str(config_folder),
            home=str(home),
        ),
        *_ready(),
        *_readable(),
        *_demanding(),
        *_unusable(),
    ]


def _ready() -> list[Endpoint]:
    return [
        Endpoint(
            id=names.STANFORD_SHERLOCK_SCRATCH,
            display_name="Stanford Sherlock scratch",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Scratch of the Sherlock cluster, purged after 90 days",
            keywords="hpc scratch sherlock",
            organization=_STANFORD,
            department="Research Computing",
            default_directory="/",
            subscription_id=names.SUBSCRIPTION,
            mapped_collection_id=names.STANFORD_OAK,
        ),
        Endpoint(
            id=names.STANFORD_SRCC_GUEST,
            display_name="Stanford SRCC guest collection",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Shared project space at the Stanford Research Computing Center",
            keywords="srcc project",
            organization=_STANFORD,
            default_directory="/",
            subscription_id=names.SUBSCRIPTION,
        ),
        Endpoint(
            id=names.RESEARCH_CLOUD,
            display_name="Research Cloud project space",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Object storage of the research cloud",
            keywords="cloud object storage",
            organization=_UNIVERSITY,
            default_directory="/",
            public=False,
        ),
        Endpoint(
            id=names.ADAS_RESULTS,
            display_name="Ada's shared results",
            entity_type=_GUEST,
            owner_id=names.ADA,
            description="Results of the imaging study, shared with the group",
            organization=_UNIVERSITY,
            default_directory="/",
        ),
        Endpoint(
            id=names.BOBS_SHARE,
            display_name="Bob's shared folder",
            entity_type="GCP_guest_collection",
            owner_id=names.BOB,
            description="A folder of Bob's laptop",
            public=False,
            host_endpoint_id=names.BOBS_LAPTOP,
            host_path="/home/bob/shared/",
            gcp_connected=True,
            gcp_paused=False,
            default_directory="/",
        ),
        Endpoint(
            id=names.DEPARTMENT_NAS,
            display_name="Department NAS",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="An old file server that computes only MD5 checksums",
            organization=_UNIVERSITY,
            default_directory="/",
            checksum_algorithms=["MD5"],
        ),
    ]


def _readable() -> list[Endpoint]:
    return [
        Endpoint(
            id=names.STANFORD_GENOMICS_ARCHIVE,
            display_name="Stanford Genomics archive (read only)",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Published sequencing runs",
            keywords="genomics archive",
            organization=_STANFORD,
            default_directory="/",
            read_only=True,
        ),
        Endpoint(
            id=names.GENOME_MIRROR,
            display_name="Genome reference mirror",
            entity_type=_GUEST,
            owner_id=names.BOB,
            description="Reference genomes, open to everyone",
            keywords="genomics reference",
            organization="Example Genome Center",
            default_directory="/",
            read_only=True,
        ),
        Endpoint(
            id=names.SKY_SURVEY,
            display_name="Sky survey archive",
            entity_type=_GUEST,
            owner_id=names.BOB,
            description="A folder of a hundred thousand frames",
            keywords="astronomy survey",
            organization="Example Observatory",
            default_directory="/",
            read_only=True,
            virtual={names.HUGE_FOLDER: names.HUGE_FOLDER_FILES},
        ),
    ]


def _demanding() -> list[Endpoint]:
    return [
        Endpoint(
            id=names.STANFORD_OAK,
            display_name="Stanford Oak storage",
            entity_type=_MAPPED,
            owner_id=names.CAROL,
            description="Long-term storage next to Sherlock",
            keywords="oak storage",
            organization=_STANFORD,
            department="Research Computing",
            subscription_id=names.SUBSCRIPTION,
            host_endpoint_id=names.STANFORD_SHERLOCK_ENDPOINT,
            home="/oak/ada",
        ),
        Endpoint(
            id=names.NATIONAL_CENTER,
            display_name="National Supercomputing Center home",
            entity_type=_MAPPED,
            owner_id=names.BOB,
            description="Home folders of the national center",
            keywords="hpc",
            organization="National Supercomputing Center",
            default_directory=SERVER_DEFAULT,
            home="/home/ada",
        ),
        Endpoint(
            id=names.CLINICAL_IMAGING,
            display_name="Clinical imaging (high assurance)",
            entity_type=_MAPPED,
            owner_id=names.CAROL,
            description="Protected health information",
            organization="Example University Hospital",
            high_assurance=True,
            authentication_timeout_mins=30,
            force_encryption=True,
            home="/home/ada",
        ),
        Endpoint(
            id=names.POLICY_CONSORTIUM,
            display_name="Consortium data (login policy)",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Requires a login that its authentication policy allows",
            organization="Example Consortium",
            authentication_policy_id=names.HOSPITAL_POLICY,
            default_directory="/",
        ),
        Endpoint(
            id=names.HOSPITAL_PATHOLOGY,
            display_name="Hospital pathology share",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Open to logins of the hospital",
            organization="Example University Hospital",
            domains=["hospital.example"],
            default_directory="/",
        ),
    ]


def _unusable() -> list[Endpoint]:
    return [
        Endpoint(
            id=names.ADAS_LAPTOP_OFFLINE,
            display_name="Ada's laptop",
            entity_type=_PERSONAL,
            owner_id=names.ADA,
            public=False,
            gcp_connected=False,
            gcp_paused=False,
            home="/home/ada",
        ),
        Endpoint(
            id=names.LAB_WORKSTATION_PAUSED,
            display_name="Lab workstation",
            entity_type=_PERSONAL,
            owner_id=names.ADA,
            public=False,
            gcp_connected=True,
            gcp_paused=True,
            home="/home/ada",
        ),
        Endpoint(
            id=names.STANFORD_SHERLOCK_ENDPOINT,
            display_name="Stanford Sherlock",
            entity_type="GCSv5_endpoint",
            owner_id=names.CAROL,
            description="The data transfer nodes. Use one of their collections",
            organization=_STANFORD,
            default_directory=None,
        ),
        Endpoint(
            id=names.OLD_CLUSTER_V4,
            display_name="Old cluster (retired)",
            entity_type="GCSv4_host",
            owner_id=names.CAROL,
            description="Globus Connect Server version 4, out of service",
            organization=_UNIVERSITY,
            non_functional=True,
            non_functional_endpoint_id=names.NATIONAL_CENTER,
            default_directory=None,
        ),
        Endpoint(
            id=names.DELETED_PROJECT,
            display_name="Finished project",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            deleted=True,
        ),
        Endpoint(
            id=names.BOBS_LAPTOP,
            display_name="Bob's laptop",
            entity_type=_PERSONAL,
            owner_id=names.BOB,
            public=False,
            gcp_connected=True,
            gcp_paused=False,
            subscription_id=names.SUBSCRIPTION,
            home="/home/bob",
        ),
        Endpoint(
            id=names.PAUSED_BY_ADMINISTRATOR,
            display_name="Campus tape library",
            entity_type=_GUEST,
            owner_id=names.CAROL,
            description="Transfers are paused while the robot is repaired",
            organization=_UNIVERSITY,
            default_directory="/",
            pause_message="The tape robot is being repaired",
        ),
    ]
