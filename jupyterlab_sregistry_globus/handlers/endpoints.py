"""Globus endpoints, their folders, and bookmarks."""

from __future__ import annotations

import msgspec

from ..models.endpoints import (
    Bookmark,
    Bookmarks,
    Endpoint,
    EndpointPage,
    Folder,
    NewBookmark,
    NewFolder,
    SearchScope,
)
from ..models.plans import Location
from ..services import Services
from .base import BaseHandler, operation


class EndpointsQuery(msgspec.Struct, frozen=True):
    """A page of endpoints: those that match a text, in a scope."""

    q: str = ""
    scope: SearchScope = "all"
    offset: int = 0
    limit: int = 50


class FolderQuery(msgspec.Struct, frozen=True):
    """A folder; without a path, the endpoint's default folder."""

    path: str | None = None
    show_hidden: bool = False


class EndpointsHandler(BaseHandler):
    @operation("Search endpoints", query=EndpointsQuery, answer=EndpointPage)
    def get(self, services: Services, query: EndpointsQuery) -> EndpointPage:
        return services.endpoints.search(
            query.q, scope=query.scope, offset=query.offset, limit=query.limit
        )


class EndpointHandler(BaseHandler):
    @operation("Show an endpoint", answer=Endpoint)
    def get(self, services: Services, endpoint_id: str) -> Endpoint:
        return services.endpoints.get(endpoint_id)


class FolderHandler(BaseHandler):
    @operation("List a folder", query=FolderQuery, answer=Folder)
    def get(self, services: Services, endpoint_id: str, query: FolderQuery) -> Folder:
        return services.endpoints.folder(
            Location(endpoint_id, query.path), show_hidden=query.show_hidden
        )

    @operation("Create a folder", body=NewFolder, answer=Folder)
    def post(self, services: Services, endpoint_id: str, body: NewFolder) -> Folder:
        return services.endpoints.create_folder(
            Location(endpoint_id, body.path), parents=body.parents
        )


class BookmarksHandler(BaseHandler):
    @operation("List the user's bookmarks", answer=Bookmarks)
    def get(self, services: Services) -> Bookmarks:
        return services.endpoints.bookmarks()

    @operation("Create a bookmark", body=NewBookmark, answer=Bookmark)
    def post(self, services: Services, body: NewBookmark) -> Bookmark:
        return services.endpoints.create_bookmark(body)


class BookmarkHandler(BaseHandler):
    @operation("Delete a bookmark")
    def delete(self, services: Services, bookmark_id: str) -> None:
        services.endpoints.delete_bookmark(bookmark_id)


ROUTES = [
    ("endpoints", EndpointsHandler),
    ("endpoints/([^/]+)", EndpointHandler),
    ("endpoints/([^/]+)/folder", FolderHandler),
    ("bookmarks", BookmarksHandler),
    ("bookmarks/([^/]+)", BookmarkHandler),
]
