"""The pages that users see: login and consent, the code to copy, logout, and a task."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from ..auth import grants, scopes
from ..auth.model import Transaction
from ..errors import Refused
from ..transfer.model import Task
from . import layout
from .routes import Call, Reply, Routes


def shape(refused: Refused, call: Call) -> str:
    """Return an error as a page."""
    return layout.page(
        "Something went wrong",
        f"<p>{escape(refused.message)}</p><p class='quiet'>{escape(refused.code)}</p>",
    )


routes = Routes("pages", shape)


@routes.add("GET", "/v2/oauth2/authorize")
def authorize(call: Call) -> Reply:
    with call.world.change():
        try:
            transaction = grants.begin(call.world, call.single(), call.browser)
        except grants.Returned as returned:
            return Reply(status=302, location=returned.location)
        return Reply(html=_login_page(call, transaction))


@routes.add("POST", "/v2/oauth2/authorize/decision")
def decision(call: Call) -> Reply:
    with call.world.change():
        location, session = grants.decide(
            call.world,
            call.form.get("transaction", ""),
            allow=call.form.get("decision") == "allow",
            identity=call.form.get("identity"),
        )
    return Reply(status=303, location=location, browser=session)


@routes.add("GET", grants.AUTH_CODE_PATH)
def auth_code(call: Call) -> Reply:
    code, error = call.value("code"), call.value("error")
    if error or not code:
        said = call.value("error_description") or error or "No code was given"
        return Reply(html=layout.page("Login failed", f"<p>{escape(said)}</p>"), status=400)
    return Reply(
        html=layout.page(
            "Authorization code",
            "<p>Copy this code, and paste it where the program asks for it:</p>"
            f"<p><code id='auth-code' class='code'>{escape(code)}</code></p>"
            "<p class='quiet'>The code can be used once, within ten minutes.</p>",
        )
    )


@routes.add("GET", "/v2/web/logout")
def logout(call: Call) -> Reply:
    with call.world.change():
        if call.browser:
            call.world.sessions.delete(call.browser)
    target = call.value("redirect_uri") or ""
    name = call.value("redirect_name") or "Go on"
    link = ""
    if urlsplit(target).scheme in ("http", "https"):
        link = f"<p><a href='{escape(target)}'>{escape(name)}</a></p>"
    return Reply(
        html=layout.page(
            "You are logged out", f"<p>This browser is logged out of Globus.</p>{link}"
        ),
        browser="",
    )


@routes.add("GET", "/activity/{task_id}")
@routes.add("GET", "/activity/{task_id}/overview")
def activity(call: Call) -> Reply:
    with call.world.change():
        task = call.world.tasks.get(call.arguments["task_id"])
        if task is None:
            raise Refused(404, "NotFound", "This task does not exist")
        return Reply(html=layout.page(task.label or "Task", _task_table(call, task)))


@routes.add("GET", "/")
def root(call: Call) -> Reply:
    return Reply(
        html=layout.page(
            "Globus sandbox",
            "<p>This program emulates Globus Auth, Transfer, Timers and collections. "
            "Nothing here reaches the real Globus.</p>",
        )
    )


def _login_page(call: Call, transaction: Transaction) -> str:
    world = call.world
    client = world.clients.get(transaction.client)
    people = [world.identities.get(choice) for choice in transaction.choices]
    radios = "".join(
        "<label class='choice'>"
        f"<input type='radio' name='identity' value='{escape(choice.id)}'"
        f"{' checked' if number == 0 else ''}> <strong>{escape(choice.name)}</strong> "
        f"<span class='quiet'>{escape(choice.username)} · "
        f"{escape(choice.identity_provider_name)}</span></label>"
        for number, choice in enumerate(choice for choice in people if choice is not None)
    )
    message = f"<p class='message'>{escape(transaction.message)}</p>" if transaction.message else ""
    if transaction.wants_mfa:
        message += "<p>The app requires a second factor, which the sandbox takes as given.</p>"
    host = urlsplit(transaction.redirect_uri).netloc
    name = escape(client.name if client else "An app")
    return layout.page(
        "Log in to Globus",
        f"{message}<p><strong>{name}</strong> would like to:</p>"
        f"<ul>{_words(call, scopes.parse(transaction.scopes))}</ul>"
        "<form method='post' action='authorize/decision'>"
        f"<input type='hidden' name='transaction' value='{escape(transaction.id)}'>"
        f"<fieldset><legend>Log in as</legend>{radios}</fieldset>"
        "<p class='buttons'><button name='decision' value='allow' class='main'>Allow</button>"
        "<button name='decision' value='deny'>Deny</button></p></form>"
        f"<p class='quiet'>You will go back to {escape(host)}.</p>",
    )


def _words(call: Call, trees: list[scopes.Requested]) -> str:
    rows = ""
    for tree in trees:
        registered = scopes.record(call.world, tree.scope)
        label = registered.label if registered else tree.scope
        below = f"<ul>{_words(call, tree.dependents)}</ul>" if tree.dependents else ""
        rows += f"<li>{escape(label)}{below}</li>"
    return rows


def _task_table(call: Call, task: Task) -> str:
    def name_of(role: str) -> str:
        endpoint = call.world.endpoints.get(str(task.request.get(role, "")))
        return endpoint.display_name if endpoint else "-"

    facts = {
        "Task": task.task_id,
        "Status": task.status,
        "Detail": task.nice_status or "-",
        "From": name_of("source_endpoint") if task.type == "TRANSFER" else name_of("endpoint"),
        "To": name_of("destination_endpoint"),
        "Files": f"{task.files_transferred} of {task.files}",
        "Bytes": f"{task.bytes_transferred:,}",
        "Faults": str(task.faults),
    }
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts.items()
    )
    events = "".join(
        f"<li>{escape(event.code)}: {escape(event.description)}</li>" for event in task.events[-50:]
    )
    return f"<table>{rows}</table><ol>{events}</ol>"
