"""The authorize page: what it shows, who may answer it, and where the browser goes."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.person import NoPage
from jupyterlab_sregistry_globus.sandbox.seed import names

from .authorizing import CALLBACK, authorize_url, fetch, native, parameters, start
from .helpers import TRANSFER_ALL, USUAL, data_access


def test_unknown_client_and_unknown_scope_are_shown_as_pages(sandbox: Sandbox) -> None:
    with pytest.raises(NoPage, match="INVALID_CLIENT"):
        sandbox.log_in(authorize_url(sandbox, client_id="nobody"))
    for endpoint in (names.MY_COMPUTER, names.REGISTRY, names.CLINICAL_IMAGING):
        scope = f"{TRANSFER_ALL}[*{data_access(endpoint)}]"
        with pytest.raises(NoPage, match="UNKNOWN_SCOPE_ERROR"):
            sandbox.log_in(authorize_url(sandbox, scope=scope))


def test_the_page_can_be_answered_only_once(sandbox: Sandbox) -> None:
    _, page, _ = fetch(sandbox, authorize_url(sandbox).removeprefix(sandbox.url[:-1]))
    transaction = page.partition("name='transaction' value='")[2].partition("'")[0]
    body = urlencode({"transaction": transaction, "decision": "allow"})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    path = "/v2/oauth2/authorize/decision"
    assert fetch(sandbox, path, method="POST", body=body, **kind)[0] == 303
    status, again, _ = fetch(sandbox, path, method="POST", body=body, **kind)
    assert status == 400
    assert "INVALID_TRANSACTION" in again


def test_an_identity_that_was_not_offered_is_refused(sandbox: Sandbox) -> None:
    url = authorize_url(sandbox, session_required_identities=names.ADA_HOSPITAL)
    with pytest.raises(NoPage, match="not offered"):
        sandbox.log_in(url, identity=names.BOB)


def test_a_page_of_another_site_may_not_answer(sandbox: Sandbox) -> None:
    status, _, _ = fetch(
        sandbox, "/v2/oauth2/authorize/decision", method="POST", Origin="https://evil.example"
    )
    assert status == 403


@pytest.mark.parametrize("path", ["/", "/_sandbox/requests", "/v0.10/endpoint_search"])
def test_a_rebound_host_name_is_refused(sandbox: Sandbox, path: str) -> None:
    assert fetch(sandbox, path, Host="evil.example")[0] == 403


def test_text_from_outside_is_escaped(sandbox: Sandbox) -> None:
    url = authorize_url(sandbox, session_message="<script>alert(1)</script>")
    _, page, headers = fetch(sandbox, url.removeprefix(sandbox.url.rstrip("/")))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    for path in (
        "/v2/web/auth-code?code=%3Cb%3E",
        "/v2/web/auth-code?error=%3Cb%3E",
        "/v2/web/logout?redirect_uri=https://x/%22%3E%3Cb%3E&redirect_name=%3Cb%3E",
    ):
        assert "<b>" not in fetch(sandbox, path)[1]
    assert "javascript:" not in fetch(sandbox, "/v2/web/logout?redirect_uri=javascript:x")[1]


def test_the_page_names_the_app_and_its_scopes(sandbox: Sandbox) -> None:
    scope = f"openid {TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    _, page, _ = fetch(sandbox, authorize_url(sandbox, scope=scope).removeprefix(sandbox.url[:-1]))
    for words in (
        "Container registry in JupyterLab",
        "Transfer files using Globus Transfer",
        "Access data on Stanford Oak storage",
        "ada@uni.example",
        "ada@hospital.example",
    ):
        assert words in page


def test_the_code_page_shows_the_code(sandbox: Sandbox) -> None:
    client = native(sandbox)
    client.oauth2_start_flow(requested_scopes=USUAL)
    location = sandbox.log_in(client.oauth2_get_authorize_url())
    assert location.startswith(f"{sandbox.url}v2/web/auth-code?")
    code = parameters(location)["code"]
    _, page, _ = fetch(sandbox, location.removeprefix(sandbox.url[:-1]))
    assert f"class='code'>{code}<" in page
    assert client.oauth2_exchange_code_for_tokens(code)["access_token"]
    client.close()


def test_a_logged_in_browser_returns_at_once_except_for_native_apps(
    sandbox: Sandbox,
) -> None:
    sandbox.add_redirect_uri(CALLBACK)
    confidential = sandbox.confidential_client[0]

    def path(client_id: str, **query: str) -> str:
        url = authorize_url(sandbox, client_id=client_id, **query)
        return url.removeprefix(sandbox.url[:-1])

    _, page, _ = fetch(sandbox, path(confidential))
    transaction = page.partition("name='transaction' value='")[2].partition("'")[0]
    _, _, headers = fetch(
        sandbox,
        "/v2/oauth2/authorize/decision",
        method="POST",
        body=urlencode({"transaction": transaction, "decision": "allow"}),
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    cookie = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
    assert "HttpOnly" in headers["Set-Cookie"]
    assert fetch(sandbox, path(confidential), **cookie)[0] == 302
    assert fetch(sandbox, path(confidential))[0] == 200
    assert fetch(sandbox, path(confidential, prompt="login"), **cookie)[0] == 200
    wider = f"{USUAL} urn:globus:auth:scope:auth.globus.org:view_identity_set"
    assert fetch(sandbox, path(confidential, scope=wider), **cookie)[0] == 200
    assert fetch(sandbox, path(sandbox.client_id), **cookie)[0] == 200
    assert fetch(sandbox, "/v2/web/logout", **cookie)[0] == 200
    assert fetch(sandbox, path(confidential), **cookie)[0] == 200


def test_session_parameters_narrow_the_choice(sandbox: Sandbox) -> None:
    client = native(sandbox)
    cases = (
        {"session_required_single_domain": "hospital.example"},
        {"session_required_policies": names.HOSPITAL_POLICY},
        {"session_required_identities": names.ADA_HOSPITAL},
    )
    for query in cases:
        answer = parameters(sandbox.log_in(start(client, prompt="login", **query)))
        tokens = client.oauth2_exchange_code_for_tokens(answer["code"])
        assert tokens.decode_id_token()["sub"] == names.ADA
        access = tokens.by_resource_server["auth.globus.org"]["access_token"]
        session = sandbox.services.world.tokens.values()[-1].session
        world = sandbox.services.world
        assert list(world.sessions.get(session).authentications) == [names.ADA_HOSPITAL]  # type: ignore[union-attr]
        assert access
    client.close()
    with pytest.raises(NoPage, match="No identity meets"):
        sandbox.log_in(authorize_url(sandbox, session_required_single_domain="nowhere.example"))
