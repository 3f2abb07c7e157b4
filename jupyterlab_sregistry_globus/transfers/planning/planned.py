"""The images of a plan, each with its path at the destination and its warnings."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...globus.hosts import HostPaths
from ...images.spelling import composed
from ...models.endpoints import Endpoint, Folder, FolderEntry
from ...models.plans import PlannedImage, PlanWarning, Sync
from ...store.nodes import node_local_place, this_node
from ...units import human_bytes
from .candidate import Candidate


def planned_images(
    candidates: Sequence[Candidate],
    *,
    origins: Mapping[str, Endpoint],
    destination: Endpoint,
    folder: Folder,
    sync: Sync,
    hosts: HostPaths,
) -> tuple[PlannedImage, ...]:
    """Compare images with each other and with the destination folder's entries of their names."""
    existing = {composed(entry.name): entry for entry in folder.entries}
    counts = Counter(candidate.name for candidate in candidates if not candidate.is_lost)
    planned = []
    for candidate in candidates:
        name = candidate.name
        path = posixpath.join(folder.path, name)
        warnings = list(candidate.warnings)
        if candidate.size_bytes is None and not candidate.is_lost:
            warnings.append(PlanWarning("size_unknown", "The size is unknown.", "note"))
        if counts[name] > 1:
            text = f"Two of these images would be named {name}. Send them to different folders."
            warnings.append(PlanWarning("same_name", text, "blocking"))
        origin = origins.get(candidate.endpoint_id)
        entry = None if candidate.is_lost else existing.get(composed(name))
        if _is_same_file(candidate, origin, hosts, destination, path):
            text = "The image is already in this folder."
            warnings.append(PlanWarning("same_file", text, "blocking"))
        elif entry is not None:
            warnings.append(_exists(candidate, entry, sync))
        planned.append(
            PlannedImage(
                source=candidate.source,
                name=name,
                route=candidate.route or "staged",
                reason=candidate.reason,
                routes=candidate.possible,
                source_endpoint_id=candidate.endpoint_id,
                source_endpoint_name=origin.display_name if origin is not None else "",
                source_path=candidate.path,
                staged_path=str(candidate.staged_at) if candidate.staged_at is not None else None,
                node=_node(candidate.staged_at),
                source_alternatives=candidate.alternatives,
                destination_path=path,
                size_bytes=candidate.size_bytes,
                digest=candidate.digest,
                arch=candidate.arch,
                uuid=candidate.uuid,
                existing=entry,
                warnings=tuple(warnings),
            )
        )
    return tuple(planned)


def _node(staged_at: Path | None) -> str | None:
    is_local = staged_at is not None and node_local_place(staged_at) is not None
    return this_node() if is_local else None


def _is_same_file(
    candidate: Candidate, origin: Endpoint | None, hosts: HostPaths, target: Endpoint, path: str
) -> bool:
    if origin is not None and origin.id == target.id and candidate.path == path:
        return True
    # One folder of this host can have several paths, and several endpoints.
    file = candidate.file if origin is None else hosts.local_path(origin, candidate.path)
    return file is not None and file == hosts.local_path(target, path)


def _exists(candidate: Candidate, entry: FolderEntry, sync: str) -> PlanWarning:
    if entry.type == "dir":
        text = (
            f"The destination already contains a folder named {candidate.name}. Choose another "
            "folder."
        )
        return PlanWarning("exists_folder", text, "blocking")
    fact = f"A file {candidate.name} already exists"
    if entry.size_bytes is not None:
        fact += f" ({human_bytes(entry.size_bytes)})"
    outcome = {
        "always": "it will be replaced.",
        "exists": "it will be kept, and the image will not be sent.",
        "size": "it will be replaced if its size differs.",
        "mtime": "it will be replaced if it is older.",
        "checksum": "it will be replaced if its content differs.",
    }[sync]
    if candidate.route == "direct" and sync == "checksum":
        outcome = "it will be replaced, because checksums cannot be compared over HTTPS."
    sizes = (entry.size_bytes, candidate.size_bytes)
    is_different = None not in sizes and entry.size_bytes != candidate.size_bytes
    if is_different:
        return PlanWarning("exists_other", f"{fact}; {outcome}", "warning")
    return PlanWarning("exists", f"{fact}; {outcome}", "note")
