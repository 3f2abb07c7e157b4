"""Registries, collections and images."""

from __future__ import annotations

import msgspec

from ..images.hashing import Hasher
from ..models.images import Catalog, DigestState, ImageDetails, Listing
from ..models.plans import ImageRequest, Source
from ..services import Services
from .base import BaseHandler, operation


class ImagesQuery(msgspec.Struct, frozen=True):
    """Which images: all of a collection, or those that match a text; a page of them."""

    registry: str | None = None
    collection: str | None = None
    q: str = ""
    offset: int = 0
    limit: int = 200


class ImageQuery(msgspec.Struct, frozen=True):
    """One image: by reference, or by path below the contents root."""

    reference: str | None = None
    path: str | None = None


class CatalogHandler(BaseHandler):
    @operation("The registries and their collections", answer=Catalog)
    def get(self, services: Services) -> Catalog:
        return services.catalog.overview()

    @operation("List every registry again", answer=Catalog)
    def post(self, services: Services) -> Catalog:
        return services.catalog.refresh()


class ImagesHandler(BaseHandler):
    @operation("A page of images", query=ImagesQuery, answer=Listing)
    def get(self, services: Services, query: ImagesQuery) -> Listing:
        return services.catalog.images(
            registry=query.registry,
            collection=query.collection,
            text=query.q,
            offset=query.offset,
            limit=query.limit,
        )


class ImageHandler(BaseHandler):
    @operation("What one image says about itself", query=ImageQuery, answer=ImageDetails)
    def get(self, services: Services, query: ImageQuery) -> ImageDetails:
        return services.inspect(_source(query))


class DigestHandler(BaseHandler):
    @operation("How far an image's digest is", query=ImageQuery, answer=DigestState)
    def get(self, services: Services, query: ImageQuery) -> DigestState:
        return services.digest(_source(query))

    @operation("Compute an image's digest in the background", body=ImageRequest, answer=DigestState)
    def post(self, services: Services, request: ImageRequest) -> DigestState:
        return services.digest(request.source, Hasher.start)

    @operation("Give up on an image's digest", query=ImageQuery, answer=DigestState)
    def delete(self, services: Services, query: ImageQuery) -> DigestState:
        return services.digest(_source(query), Hasher.cancel)


def _source(query: ImageQuery) -> Source:
    return Source(reference=query.reference, path=query.path)


ROUTES = [
    ("catalog", CatalogHandler),
    ("images", ImagesHandler),
    ("image", ImageHandler),
    ("image/digest", DigestHandler),
]
