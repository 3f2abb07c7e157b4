"""Registries and their images, drawn."""

from __future__ import annotations

from datetime import datetime

from ...models.images import Catalog, ImageDetails, Listing, Registry
from ...units import human_bytes, human_moment
from .tables import Table

# A command answers once, so it waits for first listings, up to this long.
FIRST_LISTING_S = 15.0


def draw_collections(catalog: Catalog) -> Table:
    """Return every collection as a table, with a note on each registry that could not be listed."""
    rows = [
        (collection.name, str(collection.images_count), collection.registry)
        for collection in catalog.collections
    ]
    notes = [
        f"{registry.name}: {note}" for registry in catalog.registries if (note := _note(registry))
    ]
    locations = ", ".join(registry.location for registry in catalog.registries if registry.location)
    return Table(
        ("Collection", "Images", "Registry"),
        rows,
        empty="\n".join(notes) or f"No images in {locations}.",
        note="\n".join(notes),
        data=catalog,
    )


def draw_images(listing: Listing) -> Table:
    """Return a page of images as a table."""
    rows = [
        (
            image.reference,
            "" if image.size_bytes is None else human_bytes(image.size_bytes),
            image.arch or "",
        )
        for image in listing.images
    ]
    left = listing.total - len(rows)
    notes = (f"… and {left} more" if left else "", listing.message, _partial(listing.is_partial))
    return Table(
        ("Image", "Size", "Architecture"),
        rows,
        empty="\n".join(filter(None, notes)) or "No matching images.",
        note="\n".join(note for note in notes if note),
        data=listing,
    )


def draw_details(details: ImageDetails) -> Table:
    """Return an image's metadata as a table, with the definition file below it."""
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
        "Base image digest": details.base_digest or "",
        "Bill of materials": "included" if details.has_sbom else "",
        "Encrypted": "yes" if details.is_encrypted else "",
        "Signed by": ", ".join(
            f"{signature.fingerprint or 'a DSSE key'} (not verified)"
            for signature in details.signatures
        ),
        "Problem": details.problem,
        **{f"Label {name}": label for name, label in details.labels.items()},
    }
    rows = [(name, value) for name, value in facts.items() if value]
    definition = f"\nDefinition file:\n{details.definition.strip()}" if details.definition else ""
    return Table(("Fact", "Value"), rows, empty="No metadata.", note=definition, data=details)


def _partial(is_partial: bool) -> str:
    return (
        "A registry is still being listed, so images may be missing. Try again in a moment."
        if is_partial
        else ""
    )


def _note(registry: Registry) -> str:
    """Return what the user should know about a registry's listing, or nothing."""
    if registry.state == "listing":
        return registry.message or "still listing"
    if registry.state == "failed" and registry.listed_at is not None:
        return f"{registry.message} The listing shown is from {human_moment(registry.listed_at)}."
    if registry.is_published and registry.listed_at is not None:
        note = f"published listing from {human_moment(registry.listed_at)}"
        return f"{note}. {registry.message}" if registry.message else note
    return registry.message
