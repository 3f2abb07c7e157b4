"""What the registries listed, searchable."""

from .service import Catalog

__all__ = ["Catalog"]
