"""The Tab key in cells: commands, options, images, endpoints, folders and transfers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from click.shell_completion import ShellComplete, split_arg_string
from IPython.core.completer import SimpleCompletion, context_matcher

from ..commands.grammar.invocation import Invocation
from ..commands.tree import globus, sregistry
from .session import make_face

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext

_GROUPS = {"globus": globus, "sregistry": sregistry}
_LINE = re.compile(r"(?:^|=)\s*%{1,2}(globus|sregistry)\s+(.*)$", re.DOTALL)
_CELL = re.compile(r"\s*%%globus\s+(send\b[^\n]*)\n")
_LAST_WORD = re.compile(r"\S*$")


@context_matcher()  # type: ignore[untyped-decorator]
def complete_magic(context: CompletionContext) -> dict[str, Any]:
    """Return what the word before the cursor could become, if it belongs to one of the magics."""
    line = context.text_until_cursor
    match = _LINE.search(line)
    cell = _CELL.match(context.full_text) if match is None and context.cursor_line else None
    if match is not None:
        name, words = match[1], match[2]
    elif cell is not None:
        name, words = "globus", f"{cell[1]} {line}"
    else:
        return {"completions": []}
    fragment = _fragment(words)
    completer = ShellComplete(_GROUPS[name], {"obj": Invocation(make_face())}, f"%{name}", "")
    items = completer.get_completions(
        split_arg_string(words[: len(words) - len(fragment)]), fragment
    )
    return {
        "completions": [SimpleCompletion(item.value, type=item.help or "magic") for item in items],
        "matched_fragment": fragment,
        # Python's own names mean nothing in such a line.
        "suppress": True,
    }


def _fragment(words: str) -> str:
    match = _LAST_WORD.search(words)
    return match[0] if match is not None else ""
