"""The magics' lines: words in, objects out that draw themselves."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from ..errors import BadRequest, NotConnected, SRegistryGlobusError
from ..models.endpoints import SearchScope
from ..models.images import Image
from ..models.plans import Location, PlanRequest, Source
from ..models.sends import Send
from ..services import Services
from ..units import human_bytes
from .handle import SendHandle
from .session import services
from .tables import Table
from .words import read_source, read_target

GLOBUS_USAGE = (
    "%globus login | logout | whoami | search TEXT | ls ENDPOINT[:PATH] | mkdir ENDPOINT:PATH | "
    "send REFERENCE… ENDPOINT:PATH [--wait] | tasks | task ID | cancel ID"
)
SREGISTRY_USAGE = (
    "%sregistry [collections | ls COLLECTION | search TEXT | inspect REFERENCE | refresh]"
)


@magics_class
class SRegistryGlobusMagics(Magics):
    """``%globus`` and ``%sregistry``."""

    @line_cell_magic
    def globus(self, line: str, cell: str | None = None) -> Any:
        """Work with Globus. Without words, it says what it can do."""
        verbs: dict[str, Callable[[Services, list[str]], Any]] = {
            "login": _login,
            "logout": _logout,
            "whoami": _whoami,
            "search": _search,
            "ls": _ls,
            "mkdir": _mkdir,
            "send": _send,
            "tasks": _tasks,
            "task": _task,
            "cancel": _cancel,
        }
        if cell is not None:
            return _run(_send_many, _words(line), cell)
        words = _words(line)
        if not words or words[0] not in verbs:
            raise _shown(BadRequest(f"Use: {GLOBUS_USAGE}"))
        return _run(verbs[words[0]], words[1:])

    @line_magic
    def sregistry(self, line: str) -> Any:
        """Look at the registries' images. Without words, it lists the collections."""
        verbs: dict[str, Callable[[Services, list[str]], Any]] = {
            "collections": _collections,
            "ls": _images_of,
            "search": _find_images,
            "inspect": _inspect,
            "refresh": _refresh,
        }
        words = _words(line) or ["collections"]
        if words[0] not in verbs:
            raise _shown(BadRequest(f"Use: {SREGISTRY_USAGE}"))
        return _run(verbs[words[0]], words[1:])


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise _shown(BadRequest(f"The line cannot be read: {error}.")) from None


def _run(verb: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return verb(services(), *arguments)
    except SRegistryGlobusError as error:
        raise _shown(error) from None


def _shown(error: SRegistryGlobusError) -> SRegistryGlobusError:
    """Have IPython show the message alone; it stays an exception, so that "Run all" stops."""
    name = type(error).__name__
    error._render_traceback_ = lambda: [f"{name}: {error.message}"]  # type: ignore[attr-defined]
    return error


def _one(words: list[str], what: str) -> str:
    if len(words) != 1:
        raise BadRequest(f"Give {what}.")
    return words[0]


def _login(here: Services, words: list[str]) -> str:
    started = here.logins.begin_pasting()
    print(f"Open this address, log in, and copy the code:\n\n{started.authorize_url}\n")  # noqa: T201
    try:
        code = input("Code: ")
    except (EOFError, NotImplementedError) as error:
        raise NotConnected(
            "Nobody can type a code here. Connect in the JupyterLab sidebar, or with: "
            "jupyter sregistry-globus login"
        ) from error
    here.logins.finish_with_code(started.login_id, code)
    return _whoami(here, [])


def _logout(here: Services, words: list[str]) -> str:
    done = here.logins.disconnect()
    return f"Disconnected. To end the browser's session at Globus too, open {done.logout_url}"


def _whoami(here: Services, words: list[str]) -> str:
    account = here.account()
    if account.identity is None:
        raise NotConnected(
            account.reason or "Not connected. Connect in the sidebar, or: %globus login"
        )
    one = account.identity
    return " ".join(part for part in (one.name, f"<{one.username}>", one.organization) if part)


def _search(here: Services, words: list[str]) -> Table:
    scope: SearchScope = "all"
    for option, value in (
        ("--mine", "mine"),
        ("--shared", "shared-with-me"),
        ("--recent", "recent"),
    ):
        if option in words:
            words.remove(option)
            scope = value  # type: ignore[assignment]
    page = here.endpoints.search(" ".join(words), scope=scope, limit=25)
    rows = [
        (one.display_name, one.owner, one.readiness.state.replace("_", " "), one.id)
        for one in page.endpoints
    ]
    return Table(("Endpoint", "Owner", "State", "ID"), rows, empty="No endpoint matches.")


def _location(here: Services, text: str) -> Location:
    return here.endpoints.resolve(*read_target(text))


def _ls(here: Services, words: list[str]) -> Table:
    folder = here.endpoints.folder(_location(here, _one(words, "one ENDPOINT[:PATH]")))
    rows = [
        (
            one.name + ("/" if one.type == "dir" else ""),
            "" if one.size_bytes is None else human_bytes(one.size_bytes),
            (one.modified or "")[:16],
        )
        for one in folder.entries
    ]
    if folder.is_truncated:
        rows.append((f"… {folder.total - len(rows)} more", "", ""))
    return Table((folder.path, "Size", "Modified"), rows, empty=f"{folder.path} is empty.")


def _mkdir(here: Services, words: list[str]) -> str:
    folder = here.endpoints.create_folder(_location(here, _one(words, "one ENDPOINT:PATH")))
    return f"Created {folder.path}"


def _send(here: Services, words: list[str]) -> SendHandle:
    is_waiting = "--wait" in words
    words = [word for word in words if word != "--wait"]
    if len(words) < 2:
        raise BadRequest("Give one or more REFERENCEs and then ENDPOINT:PATH.")
    return _start(here, [read_source(word) for word in words[:-1]], words[-1], is_waiting)


def _send_many(here: Services, words: list[str], cell: str) -> SendHandle | list[SendHandle]:
    if words[:1] != ["send"] or set(words[1:]) - {"--wait"}:
        raise BadRequest("Use: %%globus send [--wait], then lines of: REFERENCE  ENDPOINT:PATH")
    by_target: dict[str, list[Source]] = {}
    for line in cell.splitlines():
        parts = _words(line)
        if not parts or parts[0].startswith("#"):
            continue
        if len(parts) != 2:
            raise BadRequest(
                f"A line is REFERENCE  ENDPOINT:PATH; this one is not: {line.strip()!r}"
            )
        by_target.setdefault(parts[1], []).append(read_source(parts[0]))
    if not by_target:
        raise BadRequest("The cell names no image.")
    # Every name is checked before anything is sent, so that a slip sends nothing.
    requests = [
        PlanRequest(tuple(sources), _location(here, target))
        for target, sources in by_target.items()
    ]
    for request in requests:
        here.planner.plan(request)
    handles = [SendHandle(here, here.sender.send(one, origin="magic")) for one in requests]
    if "--wait" in words:
        for handle in handles:
            handle.wait(show_progress=True)
    return handles[0] if len(handles) == 1 else handles


def _start(here: Services, sources: list[Source], target: str, is_waiting: bool) -> SendHandle:
    request = PlanRequest(tuple(sources), _location(here, target))
    handle = SendHandle(here, here.sender.send(request, origin="magic"))
    return handle.wait(show_progress=True) if is_waiting else handle


def _tasks(here: Services, words: list[str]) -> Table:
    rows = [_row(send) for send in here.outbox.all()]
    return Table(
        ("Images", "Destination", "State", "Asked", "ID"), rows, empty="Nothing was sent yet."
    )


def _row(send: Send) -> tuple[str, ...]:
    asked = datetime.fromtimestamp(send.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
    place = f"{send.destination_name}:{send.destination.path}"
    return (send.label, place, send.state, asked, send.id[:12])


def _by_id(here: Services, text: str) -> Send:
    """A send by its id or the beginning of it, or by the id of one of its tasks."""
    fitting = [
        send
        for send in here.outbox.all()
        if send.id.startswith(text) or text in {task.task_id for task in send.tasks}
    ]
    return fitting[0] if len(fitting) == 1 else here.outbox.get(text)


def _task(here: Services, words: list[str]) -> SendHandle:
    send = _by_id(here, _one(words, "the ID of one transfer"))
    here.follower.look(send)
    return SendHandle(here, here.outbox.get(send.id))


def _cancel(here: Services, words: list[str]) -> SendHandle:
    send = _by_id(here, _one(words, "the ID of one transfer"))
    return SendHandle(here, send).cancel()


def _collections(here: Services, words: list[str]) -> Table:
    overview = here.catalog.overview()
    rows = [(one.name, str(one.images_count), one.registry) for one in overview.collections]
    failed = [f"{one.name}: {one.message}" for one in overview.registries if one.state == "failed"]
    empty = "No images yet. " + " ".join(failed or [one.location for one in overview.registries])
    return Table(("Collection", "Images", "Registry"), rows, empty=empty)


def _images_of(here: Services, words: list[str]) -> Table:
    collection = _one(words, "the name of one collection")
    return _image_table(here.catalog.images(collection=collection, limit=1000).images)


def _find_images(here: Services, words: list[str]) -> Table:
    return _image_table(here.catalog.images(text=" ".join(words), limit=100).images)


def _image_table(images: tuple[Image, ...]) -> Table:
    rows = [
        (
            one.reference,
            "" if one.size_bytes is None else human_bytes(one.size_bytes),
            one.arch or "",
        )
        for one in images
    ]
    return Table(("Image", "Size", "Architecture"), rows, empty="No image matches.")


def _inspect(here: Services, words: list[str]) -> Table:
    details = here.inspect(read_source(_one(words, "one REFERENCE")))
    image = details.image
    facts = {
        "Reference": image.reference or image.container,
        "Size": "" if image.size_bytes is None else human_bytes(image.size_bytes),
        "Format": image.format or "",
        "Architecture": image.arch or "",
        "Digest": image.digest or "",
        "SIF id": details.uuid or "",
        "Base image": details.base_image or "",
        "Signed by": ", ".join(one.fingerprint or "DSSE" for one in details.signatures),
        "Problem": details.problem,
        **{f"Label {name}": text for name, text in details.labels.items()},
    }
    rows = [(name, text) for name, text in facts.items() if text]
    return Table(("Fact", "Value"), rows, empty="Nothing is known.")


def _refresh(here: Services, words: list[str]) -> Table:
    here.catalog.refresh()
    return _collections(here, words)
