"""Errors of a collection's HTTPS, and what a fault sends in place of the real answer."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ..errors import Refused
from ..faults import Fault
from .replies import CODES


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def answer_of(refused: Refused, request_id: str) -> Answer:
    """Return a refusal as the service words it. Its real shape is not known."""
    document = {
        "code": refused.code,
        "message": refused.message,
        "request_id": request_id,
        "http_response_code": refused.status,
        **refused.extra,
    }
    return _json(refused.status, document, refused.headers)


def fault_answer(fault: Fault, request_id: str) -> Answer:
    """Return what to send for a fault that replaces the answer but keeps the connection."""
    status = fault.status or 200
    if fault.html is not None:
        kind = {"Content-Type": "text/html", "Server": "proxy"}
        return Answer(status, {**kind, **fault.headers}, fault.html.encode())
    if fault.body is not None:
        return _json(status, fault.body, fault.headers)
    code = fault.code or CODES.get(status, "ServiceUnavailable")
    return answer_of(Refused(status, code, fault.message, headers=fault.headers), request_id)


def _json(status: int, document: Any, headers: dict[str, str]) -> Answer:
    return Answer(
        status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode()
    )
