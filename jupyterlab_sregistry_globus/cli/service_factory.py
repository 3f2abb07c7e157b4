"""Services for commands that change or examine the settings as they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ..config import SRegistryGlobus
from ..images.localfiles import LocalFiles
from ..services import Services, make_services


@contextmanager
def service_factory() -> Iterator[Callable[[SRegistryGlobus], Services]]:
    """Provide a function that builds the services for some settings, with the user's own rights."""
    with ThreadPoolExecutor(2, thread_name_prefix="sregistry-globus") as pool:
        yield lambda settings: make_services(
            settings, files=LocalFiles(Path.cwd(), None), pool=pool
        )
