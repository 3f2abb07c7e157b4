"""The services of one kernel, and the notebook as a face."""

from __future__ import annotations

import functools

from ..commands.grammar.face import Face
from ..configfiles import load_settings
from ..folders import working_folder
from ..images.localfiles import LocalFiles
from ..net.pools import Pools
from ..services import Services, make_services
from .asker import KernelAsker


@functools.cache
def services() -> Services:
    """Return the services of this kernel, which acts with the user's own rights."""
    return make_services(
        load_settings(),
        files=LocalFiles(working_folder(), None),
        pools=Pools(2),
    )


def make_face() -> Face:
    """Return the notebook as a face. Its browser may be on another machine than the kernel."""
    return Face(
        origin="magic",
        services=services,
        asker=KernelAsker(),
        login_asker=KernelAsker(),
        can_ask=True,
        opens_browser=False,
        login_hint="Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login",
    )
