"""Real image files made wrong, and a search for new ways to do so.

    python -m tests.images.hostile SECONDS

changes the files in data/ at random, and keeps in data/hostile.jsonl those changes that bring the
reader to lines of its source that none before did. Each line there has the name of a file, where
its bytes are changed to what, and how long it is then.
"""

from __future__ import annotations

import io
import json
import lzma
import random
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from jupyterlab_sregistry_globus.images.inspect import inspect_open
from jupyterlab_sregistry_globus.models.images import Image, ImageDetails

DATA = Path(__file__).parent / "data"
CORPUS = DATA / "hostile.jsonl"
ROW = Image("images://a/b:c", "images", "a", "b", "c")

_NUMBERS = (0, 1, -1, 127, 128, 585, 4096, 2**31 - 1, -(2**31), 2**62, 2**63 - 1, -(2**63))


@dataclass(frozen=True)
class Hostile:
    """One file made wrong.

    :param changes: places and bytes in hexadecimal figures.
    :param length: None leaves it as long as it is.
    """

    base: str
    changes: list[tuple[int, str]]
    length: int | None = None

    def content(self) -> bytes:
        content = bytearray(base(self.base))
        for place, figures in self.changes:
            new = bytes.fromhex(figures)
            content[place : place + len(new)] = new
        return bytes(content[: self.length])


class Watched(io.BytesIO):
    """Counts what is read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.count += len(found)
        return found


def base(name: str, known: dict[str, bytes] = {}) -> bytes:  # noqa: B006
    """A real image; the first 128 KiB of it are enough for all that is read."""
    if name not in known:
        raw = (DATA / name).read_bytes()
        known[name] = lzma.decompress(raw) if name.endswith(".xz") else raw
    return known[name]


def bases() -> list[str]:
    return sorted(
        path.name for path in DATA.iterdir() if path.suffix in (".sif", ".squashfs", ".xz")
    )


def corpus() -> list[Hostile]:
    return [Hostile(**json.loads(line)) for line in CORPUS.read_text().splitlines()]


def inspected(content: bytes) -> tuple[ImageDetails, int]:
    """What is said of a file, and how many of its bytes were read for that."""
    file = Watched(content)
    return inspect_open(file, len(content), ROW), file.count


def search(seconds: float, say: Callable[[str], None]) -> None:
    dice = random.Random()
    seen: set[Any] = set()
    kept = corpus() if CORPUS.exists() else []
    for one in [*(Hostile(name, []) for name in bases()), *kept]:
        seen |= lines_of(one.content())
    say(f"{len(kept)} files lead to {len(seen)} steps")
    until, tries = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        tries += 1
        start = (
            dice.choice(kept) if kept and dice.random() < 0.6 else Hostile(dice.choice(bases()), [])
        )
        one = changed(start, dice)
        new = lines_of(one.content()) - seen
        if new:
            seen |= new
            kept.append(one)
            CORPUS.write_text("".join(json.dumps(asdict(each)) + "\n" for each in kept))
    say(f"{tries} tries later, {len(kept)} files lead to {len(seen)} steps")


def changed(one: Hostile, dice: random.Random) -> Hostile:
    """One change more, mostly where a field of a SIF lies."""
    size = len(base(one.base))
    fields = [*range(32, 128, 4), *(4096 + 585 * n + at for n in range(5) for at in _FIELDS)]
    place = dice.choice(fields) if dice.random() < 0.8 else dice.randrange(min(size, 65536))
    kind = dice.randrange(4)
    if kind == 0:
        return Hostile(one.base, one.changes, dice.choice([place, dice.randrange(size), None]))
    number = dice.choice([*_NUMBERS, size, size - 1, dice.randrange(size)])
    new = [
        struct.pack("<q", max(-(2**63), min(number, 2**63 - 1))),
        struct.pack("<i", max(-(2**31), min(number, 2**31 - 1))),
        bytes(dice.randrange(256) for _ in range(dice.randint(1, 8))),
    ][kind - 1]
    return Hostile(one.base, [*one.changes, (place, new.hex())][-6:], one.length)


_FIELDS = (0, 4, 5, 9, 13, 17, 25, 33, 41, 49, 73, 201, 205, 209, 213)


def lines_of(content: bytes) -> set[Any]:
    """The steps from line to line that the reader takes through its source."""
    steps: set[Any] = set()
    last = (0, 0)

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal last
        if "sregistry_globus/images" not in frame.f_code.co_filename:
            return None
        here = (hash(frame.f_code.co_filename), frame.f_lineno)
        steps.add((last, here))
        last = here
        return trace

    sys.settrace(trace)
    try:
        inspected(content)
    finally:
        sys.settrace(None)
    return steps


if __name__ == "__main__":
    search(float(sys.argv[1]), print)
