"""Replies without a route: refusals, and what a fault sends in place of the real reply."""

from __future__ import annotations

from ..errors import Refused
from ..faults import Fault
from .routes import Call, Reply, Routes

CODES = {
    400: "BadRequest",
    401: "AuthenticationFailed",
    403: "PermissionDenied",
    404: "NotFound",
    408: "RequestTimeout",
    409: "Conflict",
    413: "ContentTooLarge",
    429: "TooManyRequests",
    500: "InternalError",
    # Not an EndpointError, which clients do not retry.
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
    507: "InsufficientStorage",
}


def refusal_reply(refused: Refused, routes: Routes, call: Call) -> Reply:
    """Return a refusal in the shape of the service."""
    document = routes.shape(refused, call)
    headers = dict(refused.headers)
    if isinstance(document, str):
        return Reply(status=refused.status, html=document, headers=headers)
    return Reply(document, status=refused.status, headers=headers)


def fault_reply(fault: Fault, routes: Routes, call: Call, real: Reply | None) -> Reply:
    """Return what to send in place of the real reply, or None if no reply was made."""
    if fault.html is not None:
        return Reply(status=fault.status or 200, html=fault.html, headers=dict(fault.headers))
    if fault.body is not None:
        return Reply(fault.body, status=fault.status or 200, headers=dict(fault.headers))
    if fault.status is not None:
        code = fault.code or CODES.get(fault.status, "ServiceUnavailable")
        refused = Refused(fault.status, code, fault.message)
        return Reply(routes.shape(refused, call), fault.status, headers=dict(fault.headers))
    return real or Reply(status=500)
