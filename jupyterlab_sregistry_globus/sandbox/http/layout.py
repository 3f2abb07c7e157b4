"""The frame around every page: plain HTML, no script."""

from __future__ import annotations

from html import escape

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: Canvas; color: CanvasText; }
header { background: #1c4f82; color: white; padding: 0.75rem 1.5rem; }
main { max-width: 36rem; margin: 2rem auto; padding: 0 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; }
fieldset { border: 1px solid GrayText; border-radius: 6px; padding: 0.5rem 1rem; }
.choice { display: block; padding: 0.35rem 0; }
.quiet { color: light-dark(#595959, #b3b3b3); }
.message { border-left: 4px solid #1c4f82; padding-left: 0.75rem; }
.code { font-size: 1.1rem; padding: 0.5rem; border: 1px dashed GrayText; user-select: all; }
.buttons { display: flex; gap: 0.75rem; }
button { font: inherit; padding: 0.5rem 1.5rem; border-radius: 6px; border: 1px solid GrayText; }
button.main { background: #1c4f82; color: white; border-color: #1c4f82; }
th { text-align: left; padding-right: 1.5rem; }
"""


def page(title: str, body: str) -> str:
    """Return a whole document.

    :param title: text, which is escaped here.
    :param body: HTML, in which the caller has escaped text from outside.
    """
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)} · Globus sandbox</title><style>{_STYLE}</style></head>"
        "<body><header>Globus sandbox · on this machine only</header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
