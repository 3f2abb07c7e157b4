"""Services for commands that change or examine the settings as they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..config import SRegistryGlobus
from ..images.localfiles import LocalFiles
from ..net.pools import Pools
from ..services import Services, make_services


@contextmanager
def service_factory() -> Iterator[Callable[[SRegistryGlobus], Services]]:
    """Provide a function that builds the services for some settings, with the user's own rights."""
    pools = Pools(2)
    yield lambda settings: make_services(settings, files=LocalFiles(Path.cwd(), None), pools=pools)
    pools.close()
