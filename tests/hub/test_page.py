"""The hub's settings in the documentation exist in the real hub and its authenticator."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import yaml
from traitlets.config import PyFileConfigLoader

from ..support import hubpage

SCRIPT = """
import json
from jupyterhub.app import JupyterHub
from oauthenticator.globus import GlobusOAuthenticator
print(json.dumps({c.__name__: c.class_trait_names() for c in (JupyterHub, GlobusOAuthenticator)}))
"""


def test_every_setting_of_the_hub_exists(hub_environment: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [hub_environment / "bin" / "python", "-c", SCRIPT], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    known = json.loads(done.stdout.splitlines()[-1])
    file = tmp_path / "globus.py"
    file.write_text(hubpage.configurations()[hubpage.TLJH], "utf-8")
    values = yaml.safe_load(hubpage.configurations()[hubpage.CHART])
    for config in (PyFileConfigLoader(str(file)).load_config(), values["hub"]["config"]):
        for name, settings in config.items():
            assert set(settings) <= set(known[name])
