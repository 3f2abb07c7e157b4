"""Endpoints and their folders, drawn."""

from __future__ import annotations

from ...models.endpoints import EndpointPage, Folder
from ...units import human_bytes
from .tables import Table


def draw_endpoints(page: EndpointPage) -> Table:
    """Return a page of endpoints as a table."""
    rows = [
        (
            endpoint.display_name,
            endpoint.owner,
            endpoint.readiness.state.replace("_", " "),
            endpoint.id,
        )
        for endpoint in page.endpoints
    ]
    return Table(
        ("Endpoint", "Owner", "State", "ID"),
        rows,
        empty="No matching endpoints.",
        note="More endpoints match. Add words to narrow the search." if page.has_next_page else "",
        data=page,
    )


def draw_folder(folder: Folder) -> Table:
    """Return a folder's entries as a table."""
    rows = [
        (
            entry.name + ("/" if entry.type == "dir" else ""),
            "" if entry.size_bytes is None else human_bytes(entry.size_bytes),
            (entry.modified or "")[:16],
        )
        for entry in folder.entries
    ]
    return Table(
        (folder.path, "Size", "Modified"),
        rows,
        empty=f"{folder.path} is empty.",
        note=f"… and {folder.total - len(rows)} more" if folder.is_truncated else "",
        data=folder,
    )
