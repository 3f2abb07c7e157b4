"""The request or the file is malformed: change it."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


class Invalid(SRegistryGlobusError):
    """The request, or the file that it names, is malformed."""


class BadRequest(Invalid, code="bad_request"):
    """The request makes no sense; the message says what would."""


class ReferenceMalformed(Invalid, code="reference_malformed"):
    """The text is not an image reference."""


class LabelMalformed(Invalid, code="label_malformed"):
    """Globus would reject the label."""


class AnswerMissing(Invalid, code="answer_missing"):
    """Setup requires an answer, or another one. A face looks up how to give it by its name."""

    def __init__(self, message: str, *, answer: str) -> None:
        super().__init__(message)
        self.answer = answer


class EndpointAmbiguous(Invalid, code="endpoint_ambiguous", action=actions.ChooseEndpointAction()):
    """Several endpoints have this name."""


class ImageUnreadable(Invalid, code="image_unreadable"):
    """The file is not an image, is truncated, or its header contradicts its content."""
