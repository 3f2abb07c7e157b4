"""Write the reference pages that the code itself is the source of, whenever Sphinx starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from commandpages import commands
from restpages import routes
from settingpages import settings
from sphinx.application import Sphinx

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "rest.md": routes,
    "settings.md": settings,
}


def write_pages(app: Sphinx) -> None:
    """Write each page that is new or has changed, for the pages in ``reference/`` to include."""
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        file, text = folder / name, page()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
