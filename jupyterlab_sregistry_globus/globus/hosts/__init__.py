"""The endpoints that serve folders of this host: Connect Personal, and the site's own."""

from .endpoints import HostEndpoints
from .folders import ServedPath
from .paths import HostPaths

__all__ = ["HostEndpoints", "HostPaths", "ServedPath"]
