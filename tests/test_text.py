"""Remote text on the terminal and in notebooks: shown, never obeyed."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from jupyterlab_sregistry_globus.text import REPLACEMENT, one_line, printable

HARMFUL = {
    "terminal escape": "\x1b[2J",
    "window title": "\x1b]0;owned\x07",
    "C1 escape": "\x9b2J",
    "backspace": "a\x08b",
    "carriage return": "safe\rfake",
    "null": "\0",
    "delete": "\x7f",
    "right-to-left override": "\u202egpj.exe",
    "isolate": "\u2066a\u2069",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "zero width space": "a\u200bb",
    "zero width joiner": "a\u200db",
    "byte order mark": "\ufeff",
    "soft hyphen": "a\xadb",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "tag characters": "a\U000e0061b",
    "variation selector": "a\ufe0fb",
    "Hangul filler": "\u3164",
    "empty Braille": "\u2800",
    "lone surrogate": "\udc80",
    "private use": "\ue000",
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
def test_no_character_acts_or_hides(text: str) -> None:
    for shown in (printable(text), one_line(text)):
        assert REPLACEMENT in shown
        assert shown.isprintable()
        shown.encode()


@pytest.mark.parametrize(
    "text",
    ["tacos/avocados:latest", "Übung für Ägypten", "日本語", "مرحبا", "שלום", "e\u0301", "→ … —"],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == one_line(text) == text


def test_lines_stay_lines_or_become_one() -> None:
    assert printable("a\n\tb\r\nc") == "a\n\tb\nc"
    assert one_line("a\n\tb") == f"a{REPLACEMENT} b"


def test_unusual_spaces_become_plain_ones() -> None:
    assert one_line("a\xa0b\u2003c\u3000d") == "a b c d"


def test_no_control_or_format_character_of_unicode_passes() -> None:
    passed = [
        hex(point)
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and one_line(chr(point)) == chr(point)
    ]
    assert passed == []
