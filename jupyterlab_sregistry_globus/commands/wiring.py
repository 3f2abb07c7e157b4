"""The services of a command or a notebook, which act with the user's own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..services import Services


def make_user_services() -> Services:
    """Build the services with the settings in files, for paths from the working folder."""
    # Loaded by the first command that needs services, not for --help.
    from ..configfiles import load_settings
    from ..folders import working_folder
    from ..images.localfiles import LocalFiles
    from ..net.pools import Pools
    from ..services import make_services

    return make_services(
        load_settings(),
        files=LocalFiles(working_folder(), None),
        pools=Pools(2),
    )
