"""The one error of the sandbox's state. Each service renders it in its own shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A request that the real service would answer with an error.

    :param status: HTTP status of the answer.
    :param code: the service's own code, such as "EndpointNotFound".
    :param message: one sentence for people.
    :param extra: further top-level members of the error document.
    :param headers: further headers of the answer, such as Retry-After.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
