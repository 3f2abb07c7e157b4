"""JupyterLab for the browser tests, started by serve.py, which sets the environment.

Unlike Galata's configuration it keeps what guards a server that people use, because connecting
rests on it: the token, cookies that belong to one host name, and XSRF checks.
"""

import os
import socket
from typing import Any

from jupyter_server.services.contents.filecheckpoints import GenericFileCheckpoints
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.services.contents.manager import ContentsManager

c = get_config()  # noqa: F821 - Jupyter defines it

c.IdentityProvider.token = os.environ["BROWSER_TEST_TOKEN"]
c.ServerApp.allow_unauthenticated_access = False
c.ServerApp.root_dir = os.environ["BROWSER_TEST_ROOT"]
c.ServerApp.base_url = os.environ["BROWSER_TEST_BASE_URL"]
c.ServerApp.local_hostnames = ["localhost", os.environ["BROWSER_TEST_HOST"]]
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    c.ServerApp.port = free.getsockname()[1]
c.ServerApp.port_retries = 50

# The tests wait for window.jupyterapp to be ready.
c.LabApp.expose_app_in_browser = True
# No requests to the network, and no questions to the user.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"


class ContentsElsewhere(ContentsManager):
    """Stands for a contents manager that keeps its files in a database or an object store."""

    def __init__(self, **options: Any) -> None:
        super().__init__(checkpoints_class=GenericFileCheckpoints, **options)
        self._store = FileContentsManager(root_dir=os.environ["BROWSER_TEST_ROOT"])

    def get(self, *arguments: Any, **options: Any) -> Any:
        return self._store.get(*arguments, **options)

    def dir_exists(self, path: str) -> bool:
        return self._store.dir_exists(path)

    def file_exists(self, path: str = "") -> bool:
        return self._store.file_exists(path)

    def is_hidden(self, path: str) -> bool:
        return self._store.is_hidden(path)


if os.environ["BROWSER_TEST_VARIANT"] == "no-files":
    c.ServerApp.contents_manager_class = ContentsElsewhere
