"""All settings of the package, as traitlets."""

from .settings import SRegistryGlobus

__all__ = ["SRegistryGlobus"]
