"""Send container images from a registry to Globus endpoints, from inside JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["__version__"]

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

try:
    from ._version import __version__
except ImportError:  # a source tree that was never built
    __version__ = "0.0.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-sregistry-globus"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import SRegistryGlobusExtension

    return [{"module": "jupyterlab_sregistry_globus", "app": SRegistryGlobusExtension}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make ``%globus`` and ``%sregistry`` known to an IPython shell (``%load_ext``)."""
    from .magics import register

    register(shell)
