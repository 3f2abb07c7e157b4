"""What uploads work with."""

from __future__ import annotations

from dataclasses import dataclass

from ....globus.endpoints import Endpoints
from ....globus.files import EndpointFiles
from ....globus.https import HttpsFiles
from ...outbox import Outbox
from ...staging.pace import RetryPace
from .cleanup import Cleanup
from .commit import Commits
from .copies import Copies
from .proof import Proofs
from .sender import Sender


@dataclass(frozen=True)
class Kit:
    """What a run works with."""

    outbox: Outbox
    endpoints: Endpoints
    files: EndpointFiles
    https: HttpsFiles
    sender: Sender
    proofs: Proofs
    commits: Commits
    copies: Copies
    cleanup: Cleanup
    pace: RetryPace
