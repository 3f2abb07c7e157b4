"""What every campaign reads: each route and each command, how to ask it, and whom it asks.

A later route, command or face adds its row here; ``test_table.py`` fails until it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jupyterlab_sregistry_globus.sandbox.seed import names

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH
IMAGE = "demo/hello:latest"
# An image of the registry server that the campaigns make fail.
SERVED_IMAGE = "shub://lab/{unique}:1"

# Requests to Globus, as the sandbox knows them.
LIST_FOLDER = "GET /v0.10/operation/endpoint/*/ls"
MAKE_FOLDER = "POST /v0.10/operation/endpoint/*/mkdir"
SEARCH = "GET /v0.10/endpoint_search"
READ_ENDPOINT = "GET /v0.10/endpoint/*"
LIST_BOOKMARKS = "GET /v0.10/bookmark_list"
MAKE_BOOKMARK = "POST /v0.10/bookmark"
DELETE_BOOKMARK = "DELETE /v0.10/bookmark/*"
SUBMIT = "POST /v0.10/transfer"
CANCEL = "POST /v0.10/task/*/cancel"
TOKEN = "POST /v2/oauth2/token"
REVOKE = "POST /v2/oauth2/token/revoke"
# Requests to a Singularity Registry Server.
LIST_REGISTRY = "/api/collections/"
FIND_IMAGE = "/api/container/"
OF_REGISTRY = (LIST_REGISTRY, FIND_IMAGE)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A route or a command.

    :param asks: the requests to others without whose answer it cannot do what it is for. Each is
        made to fail in every way.
    :param shows: those whose failure it shows, or makes up for, in an answer of success.
    """

    asks: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Route(Row):
    """A route, by ``METHOD /path`` as in the OpenAPI file.

    ``{sent}`` and the like stand for ids that exist; see ``conftest.py``.

    :param path: values for the parameters of the path.
    :param query: of the request.
    :param body: of the request.
    :param second_page: what the query differs in for the second of three pages, which the request
        to the other is asked for, too. Empty if the answer has no pages.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    second_page: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command(Row):
    """A command, by its name in the tree.

    :param words: after its name.
    """

    words: str = field(default="", kw_only=False)


IMAGE_SOURCE = {"kind": "image", "reference": f"images://{IMAGE}"}
SERVED_SOURCE = {"kind": "image", "reference": SERVED_IMAGE}
DESTINATION = {"endpoint_id": SCRATCH, "path": "{folder}"}
TRANSFER = {"sources": [IMAGE_SOURCE], "destination": DESTINATION}
PLAN = {"sources": [IMAGE_SOURCE, SERVED_SOURCE], "destination": DESTINATION}
PULL = {
    "sources": [{"kind": "endpoint", "endpoint_id": SCRATCH, "path": "/images/mole_2.sif"}],
    "collection": "{unique}",
    "registry": "mine",
}
ENDPOINT = {"endpoint_id": SCRATCH}
SENT = {"transfer_id": "{sent}"}

ROUTES: dict[str, Route] = {
    "GET /status": Route(),
    "GET /account": Route(),
    "DELETE /account": Route(shows=(REVOKE,)),
    "POST /logins": Route(body={"page_url": "http://localhost:8888/lab", "method": "code"}),
    "POST /logins/code": Route(asks=(TOKEN,), body={"login_id": "{login}", "code": "{code}"}),
    "GET /logins/{login_id}": Route(path={"login_id": "{login}"}),
    # After the first time, only what "POST /catalog" makes it do.
    "GET /catalog": Route(),
    "POST /catalog": Route(shows=(LIST_REGISTRY,)),
    "GET /images": Route(query={"registry": "images", "q": "hello"}),
    "GET /image": Route(asks=(FIND_IMAGE,), query={"reference": SERVED_IMAGE}),
    "GET /image/digest": Route(query={"reference": f"images://{IMAGE}"}),
    "POST /image/digest": Route(body={"source": IMAGE_SOURCE}),
    "DELETE /image/digest": Route(query={"reference": f"images://{IMAGE}"}),
    "GET /endpoints": Route(
        asks=(SEARCH,), query={"q": "stanford"}, second_page={"offset": 1, "limit": 1}
    ),
    "GET /endpoints/{endpoint_id}": Route(asks=(READ_ENDPOINT,), path=ENDPOINT),
    "GET /endpoints/{endpoint_id}/folder": Route(
        asks=(LIST_FOLDER,), path=ENDPOINT, query={"path": "/"}
    ),
    "POST /endpoints/{endpoint_id}/folder": Route(
        asks=(MAKE_FOLDER,), path=ENDPOINT, body={"path": "{folder}made/"}
    ),
    "GET /bookmarks": Route(asks=(LIST_BOOKMARKS,)),
    "POST /bookmarks": Route(
        asks=(MAKE_BOOKMARK,), body={"name": "{unique}", "endpoint_id": SCRATCH, "path": "/"}
    ),
    "DELETE /bookmarks/{bookmark_id}": Route(
        asks=(DELETE_BOOKMARK,), path={"bookmark_id": "{bookmark}"}
    ),
    "POST /plans": Route(asks=(LIST_FOLDER,), shows=(FIND_IMAGE,), body=PLAN),
    "GET /transfers": Route(),
    "POST /transfers": Route(asks=(LIST_FOLDER,), shows=(SUBMIT,), body=TRANSFER),
    "DELETE /transfers": Route(),
    "POST /transfers/restore": Route(body={"ids": []}),
    "POST /pulls": Route(
        asks=(LIST_FOLDER,),
        shows=(SUBMIT,),
        body=PULL,
    ),
    "GET /transfers/{transfer_id}": Route(path=SENT),
    "DELETE /transfers/{transfer_id}": Route(path=SENT),
    "POST /transfers/{transfer_id}/cancel": Route(asks=(CANCEL,), path={"transfer_id": "{active}"}),
    # Only an upload has something to remove; tests/transfers/running/uploads make that fail.
    "DELETE /transfers/{transfer_id}/leftovers": Route(path=SENT),
    "POST /transfers/{transfer_id}/retry": Route(
        asks=(LIST_FOLDER,), shows=(SUBMIT,), path={"transfer_id": "{failed}"}
    ),
    "GET /transfers/{transfer_id}/receipt": Route(path=SENT),
}

# Each face, with its package; the front end's is not in Python.
FACES = {"route": "handlers", "command": "cli", "magic": "magics", "panel": None}

PAYLOAD = f"{IMAGE} {SCRATCH}:{{folder}}"
COMMANDS: dict[str, Command] = {
    "login": Command(asks=(TOKEN,), words="--no-browser"),
    "logout": Command(shows=(REVOKE,)),
    "whoami": Command(),
    "search": Command("stanford", asks=(SEARCH,)),
    "ls": Command(f"{SCRATCH}:/", asks=(LIST_FOLDER,)),
    "mkdir": Command(f"{SCRATCH}:{{folder}}made/", asks=(MAKE_FOLDER,)),
    "images collections": Command(),
    "images ls": Command("tacos"),
    "images search": Command("avocado"),
    "images inspect": Command(SERVED_IMAGE, asks=(FIND_IMAGE,)),
    "images refresh": Command(shows=(LIST_REGISTRY,)),
    "send": Command(PAYLOAD, asks=(LIST_FOLDER,), shows=(SUBMIT,)),
    "pull": Command(
        f"{SCRATCH}:/images/mole_2.sif {{unique}}/ --registry mine",
        asks=(LIST_FOLDER,),
        shows=(SUBMIT,),
    ),
    "transfers": Command(),
    "show": Command("{sent}"),
    "wait": Command("{sent}"),
    "cancel": Command("{active}", asks=(CANCEL,)),
    "clean": Command("{sent}"),
    "retry": Command("{failed}", asks=(LIST_FOLDER,), shows=(SUBMIT,)),
    "receipt": Command("{sent}"),
}
# Only in a terminal; ``tests/cli``, ``setup``, ``demo`` and ``sandbox`` make them fail.
TERMINAL_COMMANDS = ("setup", "doctor", "catalog publish", "demo", "sandbox", "purge", "completion")

# The ways that an image takes, each of which servers are killed on.
TRANSFER_ROUTES = ("served", "local", "staged")
# In a campaign of its own.
HTTPS_ROUTES = ("direct",)
