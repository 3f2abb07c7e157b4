"""The magics' lines: words in, objects out that draw themselves."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from ..errors import (
    BadRequest,
    NotConnected,
    ReloginNeeded,
    SRegistryGlobusError,
)
from ..models.endpoints import SearchScope
from ..models.plans import PlanRequest
from ..services import Services
from ..verbs import account, endpoints, images, receipts, transfers
from ..verbs.handle import TransferHandle
from ..verbs.receipts import ReceiptSheet
from ..verbs.tables import Fact, Table
from .session import services

GLOBUS_USAGE = (
    "%globus login | logout | whoami | search [--mine|--shared|--recent] TEXT | "
    "ls ENDPOINT[:PATH] | mkdir ENDPOINT:PATH | send REFERENCE… ENDPOINT:PATH [--wait] | "
    "pull ENDPOINT:PATH… [COLLECTION/] [--wait] | tasks | "
    "task ID | cancel ID | again ID | receipt ID [FILE] [--ro-crate]"
)
SREGISTRY_USAGE = (
    "%sregistry [collections | ls COLLECTION | search TEXT | inspect REFERENCE | refresh]"
)
NOBODY_TYPES = (
    "Nobody can type a code here: open the endpoint in JupyterLab's sidebar to log in for it."
)
CELL_USAGE = "%%globus send [--wait], then lines of: REFERENCE  ENDPOINT:PATH"

Verb = Callable[[Services, list[str]], Any]
_SCOPES: dict[str, SearchScope] = {
    "--mine": "mine",
    "--shared": "shared-with-me",
    "--recent": "recent",
}


@magics_class
class SRegistryGlobusMagics(Magics):
    """``%globus`` and ``%sregistry``."""

    @line_cell_magic
    def globus(self, line: str, cell: str | None = None) -> Any:
        """Work with Globus. Without words, it says what it can do."""
        if cell is not None:
            return _caught(lambda here: _send_many(here, _words(line), cell))
        return _dispatch(_GLOBUS, _words(line), GLOBUS_USAGE)

    @line_magic
    def sregistry(self, line: str) -> Any:
        """Look at the registries' images. Without words, it lists the collections."""
        return _dispatch(_SREGISTRY, _words(line) or ["collections"], SREGISTRY_USAGE)


def _dispatch(verbs: dict[str, Verb], words: list[str], usage: str) -> Any:
    if not words or words[0] not in verbs:
        raise _shown(BadRequest(f"Use: {usage}"))
    return _run(verbs[words[0]], words[1:])


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise _shown(BadRequest(f"The line cannot be read: {error}.")) from None


def _run(verb: Verb, words: list[str]) -> Any:
    return _caught(lambda here: _going_on(here, lambda: verb(here, words)))


def _going_on(here: Services, act: Callable[[], Any]) -> Any:
    return account.going_on(here, act, _ask_code)


def _caught(act: Callable[[Services], Any]) -> Any:
    try:
        return act(services())
    except SRegistryGlobusError as error:
        raise _shown(error) from None


def _shown(error: SRegistryGlobusError) -> SRegistryGlobusError:
    """Have IPython show the message alone; it stays an exception, so that "Run all" stops."""
    text = f"{type(error).__name__}: {error.message}"
    if isinstance(error, ReloginNeeded):
        text += f" {NOBODY_TYPES}"
    error._render_traceback_ = lambda: [text]  # type: ignore[attr-defined]
    return error


def _ask_code(reason: str, address: str) -> str | None:
    """The code that somebody pastes; None where nobody can."""
    print(f"{reason}\nOpen this address, log in, and copy the code:\n\n{address}\n")  # noqa: T201
    try:
        return input("Code: ")
    except (EOFError, NotImplementedError):
        return None


def _one(words: list[str], what: str) -> str:
    if len(words) != 1:
        raise BadRequest(f"Give {what}.")
    return words[0]


def _none(words: list[str]) -> None:
    if words:
        raise BadRequest(f"{words[0]!r} is too much here.")


def _login(here: Services, words: list[str]) -> Fact:
    _none(words)
    started = here.logins.begin_pasting()
    code = _ask_code("Connect your Globus account.", started.authorize_url)
    if code is None:
        raise NotConnected(
            "Nobody can type a code here. Connect in the JupyterLab sidebar, or with: "
            "jupyter sregistry-globus login"
        )
    here.logins.finish_with_code(started.login_id, code)
    return account.whoami(here)


def _search(here: Services, words: list[str]) -> Table:
    scopes = [_SCOPES[word] for word in words if word in _SCOPES]
    text = " ".join(word for word in words if word not in _SCOPES)
    return endpoints.search(here, text, *scopes[:1])


def _send(here: Services, words: list[str]) -> TransferHandle:
    names = [word for word in words if word != "--wait"]
    if len(names) < 2:
        raise BadRequest("Give one or more REFERENCEs and then ENDPOINT:PATH.")
    handle = transfers.send(here, names[:-1], names[-1], origin="magic")
    return handle.wait(show_progress=True) if "--wait" in words else handle


def _send_many(
    here: Services, words: list[str], cell: str
) -> TransferHandle | list[TransferHandle]:
    if words[:1] != ["send"] or set(words[1:]) - {"--wait"}:
        raise BadRequest(f"Use: {CELL_USAGE}")
    pairs = []
    for line in cell.splitlines():
        parts = _words(line)
        if not parts or parts[0].startswith("#"):
            continue
        if len(parts) != 2:
            raise BadRequest(f"This line is not REFERENCE  ENDPOINT:PATH: {line.strip()!r}")
        pairs.append((parts[0], parts[1]))
    if not pairs:
        raise BadRequest("The cell names no image.")
    requests = _going_on(here, lambda: transfers.check_many(here, pairs))
    # Each by itself, so that a login for one never sends another twice.
    handles = [_going_on(here, partial(_send_request, here, request)) for request in requests]
    if "--wait" in words:
        for handle in handles:
            handle.wait(show_progress=True)
    return handles[0] if len(handles) == 1 else handles


def _send_request(here: Services, request: PlanRequest) -> TransferHandle:
    return TransferHandle(here, here.submitter.send(request, origin="magic"))


def _pull(here: Services, words: list[str]) -> TransferHandle:
    names = [word for word in words if word != "--wait"]
    handle = transfers.pull(here, names, origin="magic")
    return handle.wait(show_progress=True) if "--wait" in words else handle


def _receipt(here: Services, words: list[str]) -> ReceiptSheet:
    transfer_id, file, form = receipts.words_of(words)
    sheet = receipts.receipt(here, transfer_id)
    if file is not None:
        print(f"Wrote {sheet.save(file, form)}")  # noqa: T201
    return sheet


def _without_words(verb: Callable[[Services], Any]) -> Verb:
    def run(here: Services, words: list[str]) -> Any:
        _none(words)
        return verb(here)

    return run


def _with_one(verb: Callable[[Services, str], Any], what: str) -> Verb:
    return lambda here, words: verb(here, _one(words, what))


_GLOBUS: dict[str, Verb] = {
    "login": _login,
    "logout": _without_words(account.logout),
    "whoami": _without_words(account.whoami),
    "search": _search,
    "ls": _with_one(endpoints.ls, "one ENDPOINT[:PATH]"),
    "mkdir": _with_one(endpoints.mkdir, "one ENDPOINT:PATH"),
    "send": _send,
    "pull": _pull,
    "tasks": _without_words(transfers.tasks),
    "task": _with_one(transfers.task, "the ID of one transfer"),
    "cancel": _with_one(transfers.cancel, "the ID of one transfer"),
    "again": _with_one(transfers.again, "the ID of one transfer"),
    "receipt": _receipt,
}
_SREGISTRY: dict[str, Verb] = {
    "collections": _without_words(images.collections),
    "ls": _with_one(images.ls, "the name of one collection"),
    "search": lambda here, words: images.search(here, " ".join(words)),
    "inspect": _with_one(images.inspect, "one REFERENCE"),
    "refresh": _without_words(images.refresh),
}
