"""Every way in which a request to Globus or to a registry fails, and the error that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.errors import SRegistryGlobusError
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.webserver import DROP, Reply
from . import table

Error = type[SRegistryGlobusError]
Action = dict[str, Any]

SCOPE = (
    "urn:globus:auth:scope:transfer.api.globus.org:all"
    "[*https://auth.globus.org/scopes/x/data_access]"
)
RETRY: Action = {"kind": "retry"}
CONFIGURE: Action = {"kind": "configure", "setting": "SRegistryGlobus.registries"}
ENDLESS = b"[" + b" " * 100_000


@dataclass(frozen=True)
class Expected:
    """What becomes of a fault.

    :param error: None if the answer is one of success that shows the fault, or makes up for it.
    :param says: a part of the message.
    :param action: what is offered, at least.
    :param lasts_s: how long it is remembered, so that an earlier retry must fail too.
    :param is_done: whether the work was done nevertheless.
    """

    error: Error | None
    says: str = ""
    action: Action = field(default_factory=dict)
    lasts_s: float = 0.0
    is_done: bool = False


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    :param globus: what the sandbox does.
    :param of_globus: what that becomes.
    :param registry: what a registry's server answers; None if none can.
    :param of_registry: what that becomes.
    :param is_of_page: whether only the second of three pages fails.
    """

    globus: dict[str, Any]
    of_globus: Expected
    registry: Reply | None = None
    of_registry: Expected = Expected(None)
    is_of_page: bool = False

    def affects(self, ask: str, row: table.Row) -> bool:
        """Whether a row's request can fail so."""
        if self.is_of_page:
            return ask in row.asks and isinstance(row, table.Route) and bool(row.second_page)
        return ask not in table.OF_REGISTRY or self.registry is not None


def refusal(status: int, code: str, **members: Any) -> dict[str, Any]:
    body = {"code": code, "message": "x", "request_id": "x", "resource": "/x", **members}
    return {"status": status, "body": body}


def unavailable(says: str, fault: dict[str, Any], registry_says: str, registry: Reply) -> Fault:
    """A fault after which only waiting helps."""
    return Fault(
        fault,
        Expected(errors.GlobusUnavailable, says, RETRY),
        registry,
        Expected(errors.RegistryUnreachable, registry_says, RETRY),
    )


DENIED = Expected(errors.RegistryDenied, "denied access", CONFIGURE)
FAULTS = {
    "consent": Fault(
        refusal(403, "ConsentRequired", required_scopes=[SCOPE]),
        Expected(
            errors.ConsentRequired,
            "requires your consent",
            {"kind": "login", "required_scopes": [SCOPE]},
        ),
    ),
    "401": Fault(
        {"status": 401},
        Expected(errors.NotConnected, "Connect again", {"kind": "login"}),
        Reply(401, {"detail": "Invalid token."}),
        DENIED,
    ),
    "403": Fault(
        {"status": 403},
        Expected(errors.PermissionRefused, "Permission denied", {"kind": "choose_folder"}),
        Reply(403, {"detail": "No."}),
        DENIED,
    ),
    "404": Fault(
        {"status": 404},
        Expected(errors.GlobusRefused, "Globus refused this request"),
        Reply(404, {"detail": "Not found."}),
        Expected(errors.RegistryUnavailable, "unexpected response (status 404)"),
    ),
    "409": Fault(
        {"status": 409},
        Expected(errors.GlobusRefused, "Globus refused this request"),
        Reply(409, {"detail": "Conflict."}),
        Expected(errors.RegistryUnavailable, "unexpected response (status 409)"),
    ),
    "429": Fault(
        {"status": 429, "headers": {"Retry-After": "7"}},
        Expected(errors.GlobusBusy, "too many requests", {"kind": "retry", "after_s": 7.0}),
        Reply(429, {"detail": "Throttled."}, {"Retry-After": "1"}),
        Expected(
            errors.RegistryBusy,
            "request limit",
            {"kind": "retry", "after_s": 1.0},
            lasts_s=1.0,
        ),
    ),
    "502 of high assurance": Fault(
        refusal(
            502,
            "ExternalError.DirListingFailed.LoginFailed",
            authorization_parameters={"session_required_identities": [names.ADA]},
        ),
        Expected(
            errors.LoginRequired,
            "Log in again",
            {"kind": "login", "session_required_identities": [names.ADA], "prompt": "login"},
        ),
    ),
    "502 of an endpoint": Fault(
        refusal(502, "ExternalError.DirListingFailed.Other"),
        Expected(errors.EndpointFailed, "The endpoint could not complete"),
    ),
    "502": Fault(
        {"status": 502},
        Expected(errors.GlobusUnavailable, "temporarily unavailable", RETRY),
        Reply(502),
        Expected(errors.RegistryUnreachable, "out of service (status 502)", RETRY),
    ),
    "503": Fault(
        {"status": 503, "headers": {"Retry-After": "9"}},
        Expected(
            errors.GlobusUnavailable, "temporarily unavailable", {"kind": "retry", "after_s": 9.0}
        ),
        Reply(503, b"", {"Retry-After": "9"}),
        Expected(
            errors.RegistryUnreachable,
            "out of service (status 503)",
            {"kind": "retry", "after_s": 9.0},
        ),
    ),
    "timeout": unavailable("in time", {"delay_s": 30.0}, "in time", Reply(pause_s=30.0)),
    "reset": unavailable("cannot be reached", {"drop": True}, "closed the connection", DROP),
    "broken JSON": Fault(
        {"broken_json": True},
        Expected(errors.GlobusUnavailable, "unreadable response", RETRY),
        Reply(200, b'{"a\x00}{'),
        Expected(errors.RegistryUnavailable, "unreadable response", RETRY),
    ),
    "half a body": unavailable(
        "cannot be reached",
        {"half_body": True},
        "closed the connection",
        Reply(200, b"[" * 100, cut_after=50),
    ),
    "slow headers": unavailable(
        "in time", {"endless": "headers"}, "in time", Reply(has_endless_headers=True)
    ),
    "endless body": unavailable(
        "in time", {"endless": "body"}, "in time", Reply(200, ENDLESS, trickle_s=0.05)
    ),
    "page 2 of 3": Fault(
        {"drop": True, "query": {"offset": "1"}},
        Expected(errors.GlobusUnavailable, "cannot be reached", RETRY),
        is_of_page=True,
    ),
}

HANGING = ("timeout", "slow headers", "endless body")
_NO_FOLDER = Expected(errors.FolderNotFound, "no such folder", {"kind": "choose_folder"})
_DONE = Expected(None, is_done=True)
# What means something else for one request.
_EXCEPTIONS: dict[tuple[str, str], Expected] = {
    (table.LIST_FOLDER, "404"): _NO_FOLDER,
    (table.MAKE_FOLDER, "404"): _NO_FOLDER,
    (table.READ_ENDPOINT, "404"): Expected(
        errors.EndpointNotFound, "could not find the requested item", {"kind": "choose_endpoint"}
    ),
    (table.DELETE_BOOKMARK, "404"): Expected(
        errors.BookmarkNotFound, "could not find the requested item"
    ),
    # What Globus does not know any more is not running.
    (table.CANCEL, "404"): _DONE,
    (table.SUBMIT, "409"): Expected(
        errors.TransferConflict,
        "Another transfer of the same files",
        {"kind": "retry", "after_s": 60},
    ),
    (table.FIND_IMAGE, "404"): Expected(errors.ImageNotFound, "There is no image"),
    # The answer holds nothing that is needed.
    (table.MAKE_FOLDER, "broken JSON"): _DONE,
    (table.DELETE_BOOKMARK, "broken JSON"): _DONE,
    (table.CANCEL, "broken JSON"): _DONE,
    (table.REVOKE, "broken JSON"): _DONE,
}


def expected(ask: str, fault: str, row: table.Row) -> Expected:
    """Return what becomes of a fault of a row's request."""
    outcome = _EXCEPTIONS.get((ask, fault)) or (
        FAULTS[fault].of_registry if ask in table.OF_REGISTRY else FAULTS[fault].of_globus
    )
    if ask == table.REVOKE or (ask == table.FIND_IMAGE and ask in row.shows):
        return replace(outcome, error=None)
    if ask == table.LIST_REGISTRY:
        # Listing goes on in the background, for longer than a face waits.
        return replace(outcome, error=None, says="" if fault in HANGING else outcome.says)
    if ask == table.TOKEN:
        return _of_login(outcome)
    is_temporary = outcome.error is not None and outcome.error.retryable
    if ask == table.SUBMIT and is_temporary and outcome.error is not errors.TransferConflict:
        # It is written down, and submitted later.
        return replace(outcome, error=None)
    return outcome


def _of_login(outcome: Expected) -> Expected:
    error, says = outcome.error, outcome.says
    assert error is not None
    if issubclass(error, errors.NotConnected):
        says = "rejected this server's client id"
    elif issubclass(error, errors.Refused | errors.ReloginNeeded | errors.EndpointFailed):
        says = "rejected this code"
    return Expected(errors.LoginFailed, says, {"kind": "login"})
