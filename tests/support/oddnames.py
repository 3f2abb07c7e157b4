"""Names of files and containers that may break a shell, an address, a page or a reference."""

from __future__ import annotations

ODD_NAMES = ("a b", "'a'", '"a"', "#a", "%41", "a:b:c", "a@b", "a\nb", "<b>a</b>")
