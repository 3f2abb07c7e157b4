"""Ids of the seed world, for tests and for programs configured to use it."""

from __future__ import annotations

from typing import Final

# People. Ada has a second identity at the hospital, linked to the first.
ADA: Final = "ada00000-0000-4000-8000-000000000001"
ADA_HOSPITAL: Final = "ada00000-0000-4000-8000-000000000002"
BOB: Final = "b0b00000-0000-4000-8000-000000000001"
CAROL: Final = "ca401000-0000-4000-8000-000000000001"

# Apps.
NATIVE_APP: Final = "a9900000-0000-4000-8000-000000000001"
CONFIDENTIAL_APP: Final = "a9900000-0000-4000-8000-000000000002"
CONFIDENTIAL_SECRET: Final = "sandbox-secret-of-the-confidential-app"  # noqa: S105
CONFIDENTIAL_SCOPE: Final = f"https://auth.globus.org/scopes/{CONFIDENTIAL_APP}/images"
GLOBUS_CLI_TEMPLATE: Final = "95fdeba8-fac2-42bd-a357-e068d82ff78e"

HOSPITAL_POLICY: Final = "90110000-0000-4000-8000-000000000001"
SUBSCRIPTION: Final = "5ab50000-0000-4000-8000-000000000001"


def _endpoint(number: int) -> str:
    return f"e9d00000-0000-4000-8000-{number:012d}"


# Ready for Ada.
REGISTRY: Final = _endpoint(1)
MY_COMPUTER: Final = _endpoint(2)
STANFORD_SHERLOCK_SCRATCH: Final = _endpoint(3)
STANFORD_SRCC_GUEST: Final = _endpoint(4)
RESEARCH_CLOUD: Final = _endpoint(5)
ADAS_RESULTS: Final = _endpoint(6)
BOBS_SHARE: Final = _endpoint(7)
DEPARTMENT_NAS: Final = _endpoint(8)

# Readable only.
STANFORD_GENOMICS_ARCHIVE: Final = _endpoint(9)
GENOME_MIRROR: Final = _endpoint(10)
SKY_SURVEY: Final = _endpoint(11)

# Usable after a login or consent.
STANFORD_OAK: Final = _endpoint(12)
NATIONAL_CENTER: Final = _endpoint(13)
CLINICAL_IMAGING: Final = _endpoint(14)
POLICY_CONSORTIUM: Final = _endpoint(15)
HOSPITAL_PATHOLOGY: Final = _endpoint(16)

# With HTTPS, on a cluster whose folder /scratch is a folder of this host: a mapped collection that
# needs a data_access consent, and a guest collection of one of its folders.
ALDER_CLUSTER: Final = _endpoint(24)
ALDER_SHARE: Final = _endpoint(25)

# Unusable, for now or for good.
ADAS_LAPTOP_OFFLINE: Final = _endpoint(17)
LAB_WORKSTATION_PAUSED: Final = _endpoint(18)
STANFORD_SHERLOCK_ENDPOINT: Final = _endpoint(19)
OLD_CLUSTER_V4: Final = _endpoint(20)
DELETED_PROJECT: Final = _endpoint(21)
BOBS_LAPTOP: Final = _endpoint(22)
PAUSED_BY_ADMINISTRATOR: Final = _endpoint(23)

HUGE_FOLDER: Final = "/frames"
HUGE_FOLDER_FILES: Final = 100_000
