"""Names of files and containers that a shell, an address, a page or a reference may stumble over."""

from __future__ import annotations

ODD_NAMES = ("a b", "'a'", '"a"', "#a", "%41", "a:b:c", "a@b", "a\nb", "<b>a</b>")
