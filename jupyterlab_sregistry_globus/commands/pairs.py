"""The images of one ``send`` and where each goes, with all that is wrong said at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import BadRequest, ReloginNeeded, SRegistryGlobusError
from .grammar.invocation import Body


@dataclass
class Complaints:
    """Errors of several lines, raised as one."""

    errors: list[SRegistryGlobusError] = field(default_factory=list)

    @contextmanager
    def collecting(self, place: str = "") -> Iterator[None]:
        """Keep an error for later. A login that is required comes first, as it may change others.

        :param place: what the error is about, if its message does not say; or empty.
        """
        try:
            yield
        except ReloginNeeded:
            raise
        except SRegistryGlobusError as error:
            if place:
                error.message = f"{place}: {error.message}"
                error.args = (error.message,)
            self.errors.append(error)

    def check(self) -> None:
        """Raise the first error, with what the others say, each on a line of its own."""
        if self.errors:
            first = self.errors[0]
            first.message = "\n".join(dict.fromkeys(error.message for error in self.errors))
            first.args = (first.message,)
            raise first


def read_pairs(
    words: Sequence[str], body: Body | None, complaints: Complaints
) -> list[tuple[str, str]]:
    """Return each image with its destination, as typed, except those of malformed lines.

    :param body: the lines of the cell; None if there is no such cell.
    :param complaints: gets an error for each malformed line.
    :raises BadRequest: there is nothing to send, or words are superfluous.
    """
    if body is None:
        if len(words) < 2:
            raise BadRequest("Name one or more images, and then ENDPOINT:PATH.")
        return [(image, words[-1]) for image in words[:-1]]
    if words:
        raise BadRequest(f"Unexpected argument {words[0]!r}. Write the images on the lines below.")
    pairs = []
    for number, line in enumerate(body, 2):  # as the editor counts: the magic is line 1
        with complaints.collecting(f"Line {number}"):
            if isinstance(line, BadRequest):
                raise line
            if len(line) == 1:
                raise BadRequest(f"{line[0]!r} alone is not IMAGE ENDPOINT:PATH.")
            pairs += [(image, line[-1]) for image in line[:-1]]
    if not pairs and not complaints.errors:
        raise BadRequest("The cell has no images. Write IMAGE ENDPOINT:PATH on each line.")
    return pairs
