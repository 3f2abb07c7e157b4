"""The services of one kernel."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..config import load_settings
from ..images.localfiles import LocalFiles
from ..services import Services, make_services


@functools.cache
def services() -> Services:
    """The services, with the user's own rights: any file that the operating system lets be read."""
    return make_services(
        load_settings(),
        files=LocalFiles(Path.cwd(), None),
        pool=ThreadPoolExecutor(2, thread_name_prefix="sregistry-globus"),
    )
