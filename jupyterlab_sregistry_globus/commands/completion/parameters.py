"""What each kind of parameter could be, as click asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from ..grammar.invocation import Invocation
    from .suggestions import Found, Suggestions

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_STARTS_OF_FILES = ("/", "./", "../", "~")


def _completer(suggest: Callable[[Suggestions, str], Found]) -> Completer:
    def complete(ctx: click.Context, parameter: click.Parameter, text: str) -> list[CompletionItem]:
        invocation: Invocation = ctx.find_root().obj
        return [
            CompletionItem(value, help=help or None)
            for value, help in suggest(invocation.face.suggestions(), text)
        ]

    return complete


def _sources(suggestions: Suggestions, text: str) -> Found:
    if text.startswith(_STARTS_OF_FILES):
        return suggestions.files(text)
    return suggestions.images(text)


def _sources_and_places(suggestions: Suggestions, text: str) -> Found:
    found = _sources(suggestions, text)
    if text.startswith(_STARTS_OF_FILES):
        return found
    if ":" in text and found:  # an image's tag, not a folder on an endpoint
        return found
    return (*found, *suggestions.places(text))


complete_source = _completer(_sources)
complete_source_or_place = _completer(_sources_and_places)
complete_place = _completer(lambda suggestions, text: suggestions.places(text))
complete_collection = _completer(lambda suggestions, text: suggestions.collections(text))
complete_transfer = _completer(lambda suggestions, text: suggestions.transfers(text))
