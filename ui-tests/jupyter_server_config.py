"""JupyterLab for the browser tests, started by serve.py, which sets the environment.

Unlike Galata's configuration it keeps what guards a server that people use, because connecting
rests on it: the token, cookies that belong to one host name, and XSRF checks.
"""

import os
import socket

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
