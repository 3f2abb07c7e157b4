"""Registries, collections and images."""

from __future__ import annotations

import msgspec

from ..errors import BadRequest
from ..models.images import Catalog, DigestState, ImageDetails, Listing
from ..models.sources import FileSource, ImageRequest, ImageSource
from ..services import Services
from .base import BaseHandler, operation


class ImagesQuery(msgspec.Struct, frozen=True):
    """A page of images: those of a collection, or those that match a text."""

    registry: str | None = None
    collection: str | None = None
    q: str = ""
    offset: int = 0
    limit: int = 200


class ImageQuery(msgspec.Struct, frozen=True):
    """One image: by reference, or by its path in Jupyter's contents API."""

    reference: str | None = None
    path: str | None = None


class CatalogHandler(BaseHandler):
    @operation("List the registries and their collections", answer=Catalog)
    def get(self, services: Services) -> Catalog:
        return services.catalog.overview()

    @operation("Refresh every registry", answer=Catalog)
    def post(self, services: Services) -> Catalog:
        return services.catalog.refresh()


class ImagesHandler(BaseHandler):
    @operation("List a page of images", query=ImagesQuery, answer=Listing)
    def get(self, services: Services, query: ImagesQuery) -> Listing:
        return services.catalog.images(
            registry=query.registry,
            collection=query.collection,
            text=query.q,
            offset=query.offset,
            limit=query.limit,
        )


class ImageHandler(BaseHandler):
    @operation(
        "Show an image's metadata", asks_registries=True, query=ImageQuery, answer=ImageDetails
    )
    def get(self, services: Services, query: ImageQuery) -> ImageDetails:
        return services.images.inspect(_source(query))


class DigestHandler(BaseHandler):
    @operation(
        "Show an image's digest, or the progress of computing it",
        asks_registries=True,
        query=ImageQuery,
        answer=DigestState,
    )
    def get(self, services: Services, query: ImageQuery) -> DigestState:
        return services.images.digest(_source(query))

    @operation(
        "Compute an image's digest in the background",
        asks_registries=True,
        body=ImageRequest,
        answer=DigestState,
    )
    def post(self, services: Services, request: ImageRequest) -> DigestState:
        return services.images.compute_digest(request.source)

    @operation(
        "Stop computing an image's digest",
        asks_registries=True,
        query=ImageQuery,
        answer=DigestState,
    )
    def delete(self, services: Services, query: ImageQuery) -> DigestState:
        return services.images.cancel_digest(_source(query))


def _source(query: ImageQuery) -> ImageSource | FileSource:
    if query.reference and not query.path:
        return ImageSource(query.reference)
    if query.path and not query.reference:
        return FileSource(query.path)
    raise BadRequest("Specify one image, by reference or by path.")


ROUTES = [
    ("catalog", CatalogHandler),
    ("images", ImagesHandler),
    ("image", ImageHandler),
    ("image/digest", DigestHandler),
]
