"""Registries and their images, in words."""

from __future__ import annotations

from datetime import datetime

from ..models.images import Listing, Registry
from ..services import Services
from ..units import human_bytes, human_moment
from .tables import Table
from .words import read_source


def collections(here: Services) -> Table:
    """Every collection; what could not be listed is said below."""
    overview = here.catalog.overview()
    rows = [(one.name, str(one.images_count), one.registry) for one in overview.collections]
    notes = [f"{one.name}: {note}" for one in overview.registries if (note := _note(one))]
    places = ", ".join(one.location for one in overview.registries if one.location)
    return Table(
        ("Collection", "Images", "Registry"),
        rows,
        empty="\n".join(notes) or f"No images in {places}.",
        more="\n".join(notes),
        data=overview,
    )


def refresh(here: Services) -> Table:
    """List the registries again."""
    here.catalog.refresh()
    return collections(here)


def ls(here: Services, collection: str) -> Table:
    """The images of one collection."""
    return _table(here.catalog.images(collection=collection, limit=1000))


def search(here: Services, text: str) -> Table:
    """The images that match, the best hundred."""
    return _table(here.catalog.images(text=text, limit=100))


def inspect(here: Services, text: str) -> Table:
    """What an image says about itself."""
    details = here.inspect(read_source(text))
    image = details.image
    created = details.created_at
    facts = {
        "Reference": image.reference or image.container,
        "Size": "" if image.size_bytes is None else human_bytes(image.size_bytes),
        "Format": image.format or "",
        "Architecture": image.arch or "",
        "Digest": image.digest or "",
        "SIF id": details.uuid or "not recorded",
        "Created": "not recorded"
        if created is None
        else datetime.fromtimestamp(created).astimezone().isoformat(" ", "seconds"),
        "File system": details.filesystem or "",
        "Base image": details.base_image or "",
        "Base image's digest": details.base_digest or "",
        "Bill of materials": "included" if details.has_sbom else "",
        "Encrypted": "yes" if details.is_encrypted else "",
        "Signed by": ", ".join(
            f"{one.fingerprint or 'a DSSE key'} (not verified)" for one in details.signatures
        ),
        "Problem": details.problem,
        **{f"Label {name}": text for name, text in details.labels.items()},
    }
    rows = [(name, value) for name, value in facts.items() if value]
    definition = f"\nDefinition file:\n{details.definition.strip()}" if details.definition else ""
    return Table(("Fact", "Value"), rows, empty="Nothing is known.", more=definition, data=details)


def _note(registry: Registry) -> str:
    """What to know of a registry's listing; empty where all is well."""
    if registry.state == "listing":
        return registry.message or "still listing"
    if registry.state == "failed" and registry.listed_at is not None:
        return f"{registry.message} What is shown is from {human_moment(registry.listed_at)}."
    return registry.message


def _table(listing: Listing) -> Table:
    rows = [
        (
            one.reference,
            "" if one.size_bytes is None else human_bytes(one.size_bytes),
            one.arch or "",
        )
        for one in listing.images
    ]
    left = listing.total - len(rows)
    more = "\n".join(
        note for note in (f"… and {left} more" if left else "", listing.message) if note
    )
    return Table(
        ("Image", "Size", "Architecture"),
        rows,
        empty=listing.message or "No image matches.",
        more=more,
        data=listing,
    )
