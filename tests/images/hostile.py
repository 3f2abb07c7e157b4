"""Damaged copies of real image files, and a search for new kinds of damage.

    python -m tests.images.hostile SECONDS

changes the files in data/ at random, and keeps in data/hostile.jsonl the changes that make the
reader run through new lines of its source. Each line there has the name of a file, the changes to
its bytes, and its new length.
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
    """One damaged file.

    :param changes: offsets, and bytes in hexadecimal.
    :param length: None keeps the file's length.
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
        content = super().read(size)
        self.count += len(content)
        return content


def base(name: str, known: dict[str, bytes] = {}) -> bytes:  # noqa: B006
    """Return a real image. Its first 128 KiB are enough for all that is read."""
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


def inspect(content: bytes) -> tuple[ImageDetails, int]:
    """Return a file's details, and how many of its bytes were read."""
    file = Watched(content)
    return inspect_open(file, len(content), ROW), file.count


def search(seconds: float, say: Callable[[str], None]) -> None:
    dice = random.Random()
    seen: set[Any] = set()
    kept = corpus() if CORPUS.exists() else []
    for sample in [*(Hostile(name, []) for name in bases()), *kept]:
        seen |= lines_of(sample.content())
    say(f"{len(kept)} files cover {len(seen)} steps")
    until, tries = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        tries += 1
        start = (
            dice.choice(kept) if kept and dice.random() < 0.6 else Hostile(dice.choice(bases()), [])
        )
        sample = changed(start, dice)
        new = lines_of(sample.content()) - seen
        if new:
            seen |= new
            kept.append(sample)
            CORPUS.write_text("".join(json.dumps(asdict(each)) + "\n" for each in kept))
    say(f"{tries} tries later, {len(kept)} files cover {len(seen)} steps")


def changed(sample: Hostile, dice: random.Random) -> Hostile:
    """Return a sample with one more change, mostly in a field of a SIF."""
    size = len(base(sample.base))
    fields = [*range(32, 128, 4), *(4096 + 585 * n + at for n in range(5) for at in _FIELDS)]
    place = dice.choice(fields) if dice.random() < 0.8 else dice.randrange(min(size, 65536))
    kind = dice.randrange(4)
    if kind == 0:
        return Hostile(
            sample.base, sample.changes, dice.choice([place, dice.randrange(size), None])
        )
    number = dice.choice([*_NUMBERS, size, size - 1, dice.randrange(size)])
    new = [
        struct.pack("<q", max(-(2**63), min(number, 2**63 - 1))),
        struct.pack("<i", max(-(2**31), min(number, 2**31 - 1))),
        bytes(dice.randrange(256) for _ in range(dice.randint(1, 8))),
    ][kind - 1]
    return Hostile(sample.base, [*sample.changes, (place, new.hex())][-6:], sample.length)


_FIELDS = (0, 4, 5, 9, 13, 17, 25, 33, 41, 49, 73, 201, 205, 209, 213)


def lines_of(content: bytes) -> set[Any]:
    """Return the steps between source lines that the reader takes."""
    steps: set[Any] = set()
    last = (0, 0)

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal last
        if "sregistry_globus/images" not in frame.f_code.co_filename:
            return None
        line = (hash(frame.f_code.co_filename), frame.f_lineno)
        steps.add((last, line))
        last = line
        return trace

    sys.settrace(trace)
    try:
        inspect(content)
    finally:
        sys.settrace(None)
    return steps


if __name__ == "__main__":
    search(float(sys.argv[1]), print)
