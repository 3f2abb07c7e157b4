"""Make the documentation's pictures small, and an animation of the frames: ``make pictures``."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
FRAMES = ROOT / "ui-tests" / "test-results" / "frames"
FRAME_MS = 1800
COLORS = 128


def main() -> None:
    for theme in ("light", "dark"):
        for file in IMAGES.glob(f"*-{theme}.png"):
            with Image.open(file) as picture:
                small = picture.convert("RGB").quantize(COLORS)
            small.save(file, optimize=True)
        frames = [Image.open(file).convert("RGB") for file in sorted((FRAMES / theme).iterdir())]
        first, *others = frames
        first.save(
            IMAGES / f"send-{theme}.webp",
            save_all=True,
            append_images=others,
            duration=FRAME_MS,
            loop=0,
            quality=70,
            method=6,
        )


if __name__ == "__main__":
    main()
