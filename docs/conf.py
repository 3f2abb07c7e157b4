"""How Sphinx builds this documentation: `make docs`."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "jupyterlab-sregistry-globus"
author = "jupyterlab-sregistry-globus contributors"
project_copyright = author
version = release = installed_version(project)

extensions = ["myst_parser", "references"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "reference/generated"]
myst_enable_extensions = ["colon_fence", "deflist"]
# Headings down to this level can be linked to.
myst_heading_anchors = 4

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": project},
    "show_prev_next": True,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
}
# Pages without others beside them need no navigation.
ALONE = ("index", "first-steps", "install", "troubleshooting", "contributing", "changelog")
html_sidebars: dict[str, list[str]] = {page: [] for page in ALONE}
