"""Whether a plan can be sent as it is, and the label its tasks get at Globus."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ImageChanged, LabelMalformed, NotSendable
from ...models.plans import Plan, PlannedImage, TransferOptions
from ...models.sources import ImageSource

MAX_LABEL = 128


def check_plan(plan: Plan) -> None:
    """Refuse a plan that cannot be sent.

    :raises NotSendable: it has a blocking warning.
    :raises ImageChanged: an image is no longer what the request says the user saw.
    """
    blocking = [
        warning.message
        for warning in (*plan.warnings, *(w for image in plan.images for w in image.warnings))
        if warning.severity == "blocking"
    ]
    if blocking:
        raise NotSendable(" ".join(dict.fromkeys(blocking)))
    for image in plan.images:
        seen = image.source
        is_different = (seen.digest and image.digest and seen.digest != image.digest) or (
            seen.size_bytes is not None
            and image.size_bytes is not None
            and seen.size_bytes != image.size_bytes
        )
        if is_different:
            raise ImageChanged(f"{image.name} has changed since it was chosen. Choose it again.")


def label_of(options: TransferOptions, images: Sequence[PlannedImage]) -> str:
    """Return the label for Globus: the given one, or one made from the images' names.

    :raises LabelMalformed: the given label is too long, or not a single line of text.
    """
    if options.label is None:
        first = images[0]
        name = first.source.text if isinstance(first.source, ImageSource) else first.name
        others = len(images) - 1
        text = f"{name} and {others} more" if others else name
        return _printable(text)[:MAX_LABEL].strip()
    given = options.label
    if given != _printable(given).strip() or not 0 < len(given) <= MAX_LABEL:
        raise LabelMalformed(
            f"A label must be one line of 1 to {MAX_LABEL} characters, without leading or trailing "
            "spaces."
        )
    return given


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
