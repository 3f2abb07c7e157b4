"""Endpoints and their folders, in words."""

from __future__ import annotations

from ..models.endpoints import SearchScope
from ..models.plans import Location
from ..services import Services
from ..units import human_bytes
from .tables import Fact, Table
from .words import read_target

PAGE = 25


def search(here: Services, text: str, scope: SearchScope = "all") -> Table:
    """The endpoints that match, the best 25."""
    page = here.endpoints.search(text, scope=scope, limit=PAGE)
    rows = [
        (one.display_name, one.owner, one.readiness.state.replace("_", " "), one.id)
        for one in page.endpoints
    ]
    more = "There are more; use more words." if page.has_next_page else ""
    return Table(
        ("Endpoint", "Owner", "State", "ID"),
        rows,
        empty="No endpoint matches.",
        more=more,
        data=page,
    )


def location(here: Services, text: str) -> Location:
    """The place that ``EP:PATH`` means.

    :raises EndpointNotFound: nothing is called so.
    :raises EndpointAmbiguous: several endpoints are.
    """
    return here.endpoints.resolve(*read_target(text))


def ls(here: Services, target: str) -> Table:
    """What is in a folder."""
    folder = here.endpoints.folder(location(here, target))
    rows = [
        (
            one.name + ("/" if one.type == "dir" else ""),
            "" if one.size_bytes is None else human_bytes(one.size_bytes),
            (one.modified or "")[:16],
        )
        for one in folder.entries
    ]
    more = f"… and {folder.total - len(rows)} more" if folder.is_truncated else ""
    return Table(
        (folder.path, "Size", "Modified"),
        rows,
        empty=f"{folder.path} is empty.",
        more=more,
        data=folder,
    )


def mkdir(here: Services, target: str) -> Fact:
    """Create a folder."""
    folder = here.endpoints.create_folder(location(here, target))
    return Fact(f"Created {folder.path}", folder)
