"""The reference of the settings, from the traits of ``SRegistryGlobus``."""

from __future__ import annotations

import re
from typing import Any

import traitlets

from jupyterlab_sregistry_globus.config import SRegistryGlobus

TYPES = {
    "Bool": "True or False",
    "Enum": "One of",
    "Float": "A number",
    "Int": "A whole number",
    "List": "A list",
    "Unicode": "A text",
}


def settings() -> str:
    """Return a section for each setting, in the order of the alphabet."""
    traits = SRegistryGlobus.class_traits(config=True)
    return "\n".join(_section(name, traits[name]) for name in sorted(traits))


def _section(name: str, trait: traitlets.TraitType[Any, Any]) -> str:
    kind = TYPES[type(trait).__name__]
    if isinstance(trait, traitlets.Enum):
        kind += " " + ", ".join(f"`{value!r}`" for value in trait.values or ())
    default = "" if "Default: " in trait.help else f"; default `{_default(trait)!r}`"
    return f"### `{name}`\n\n_{kind}{default}._ {escaped(trait.help)}\n"


def _default(trait: traitlets.TraitType[Any, Any]) -> Any:
    return [] if isinstance(trait, traitlets.List) else trait.default_value


def escaped(text: str) -> str:
    """Return plain text as Markdown."""
    text = re.sub(r"([\\`*_\[\]<>{}$])", r"\\\1", text)
    return re.sub(r"https?://[^\s)]+[^\s).,;]", lambda match: f"<{match[0]}>", text)
