"""The configurations in docs/hub.md, by the files that they are for."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "hub.md"
_BLOCK = re.compile(
    r"^```\{code-block\} \w+\n:caption: ([^\n]+)\n\n(.*?)^```", re.MULTILINE | re.DOTALL
)
OURS = "/etc/jupyter/jupyter_sregistry_globus_config.py"
TLJH = "/opt/tljh/config/jupyterhub_config.d/globus.py"
CHART = "values.yaml"
OOD_ENDPOINTS = "/etc/ood/config/ondemand.d/globus_endpoints.yml"
OOD_OURS = "jupyter_sregistry_globus_config.py, with Open OnDemand"


def configurations() -> dict[str, str]:
    """Return the text of each file."""
    return dict(_BLOCK.findall(PAGE.read_text(encoding="utf-8")))
