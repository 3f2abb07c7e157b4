"""The authorize page: which apps may use it, what the user answers, where the browser goes."""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.person import NoPage
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, TRANSFER_ALL, USUAL, data_access, path_of

CALLBACK = "http://localhost:8899/callback"


def native(sandbox: Sandbox) -> globus_sdk.NativeAppAuthClient:
    return globus_sdk.NativeAppAuthClient(sandbox.client_id)


def start(client: globus_sdk.NativeAppAuthClient, scopes: str = USUAL, **query: str) -> str:
    client.oauth2_start_flow(
        requested_scopes=scopes, redirect_uri=CALLBACK, refresh_tokens=True, state="xyz"
    )
    return client.oauth2_get_authorize_url(query_params=query)


def parameters(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def authorize_url(sandbox: Sandbox, **changed: str | None) -> str:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = {
        "client_id": sandbox.client_id,
        "redirect_uri": CALLBACK,
        "scope": USUAL,
        "state": "xyz",
        "response_type": "code",
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
        **changed,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{sandbox.url}v2/oauth2/authorize?{urlencode(kept)}"


def fetch(
    sandbox: Sandbox, path: str, *, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        connection.request(method, path_of(sandbox, path), body or None, headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(), dict(reply.getheaders())
    finally:
        connection.close()


def test_a_code_is_exchanged_for_tokens_of_each_service(sandbox: Sandbox) -> None:
    client = native(sandbox)
    answer = parameters(sandbox.log_in(start(client)))
    assert answer["state"] == "xyz"
    tokens = client.oauth2_exchange_code_for_tokens(answer["code"])
    assert set(tokens.by_resource_server) == {"auth.globus.org", TRANSFER}
    assert tokens.by_resource_server[TRANSFER]["scope"] == TRANSFER_ALL
    assert tokens.by_resource_server[TRANSFER]["refresh_token"]
    assert tokens.decode_id_token()["sub"] == names.ADA
    client.close()


def test_a_code_works_once(sandbox: Sandbox) -> None:
    client = native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    client.oauth2_exchange_code_for_tokens(code)
    with pytest.raises(globus_sdk.AuthAPIError) as caught:
        client.oauth2_exchange_code_for_tokens(code)
    assert caught.value.http_status == 400
    assert caught.value.raw_json == {"error": "invalid_grant"}
    client.close()


def test_a_code_with_a_wrong_verifier_cannot_be_used_again(sandbox: Sandbox) -> None:
    client, thief = native(sandbox), native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    start(thief)
    for each in (thief, client):
        with pytest.raises(globus_sdk.AuthAPIError) as caught:
            each.oauth2_exchange_code_for_tokens(code)
        assert caught.value.raw_json == {"error": "invalid_grant"}
        each.close()


def test_a_code_is_bound_to_its_redirect_uri_and_client(sandbox: Sandbox) -> None:
    client = native(sandbox)
    for changed in (
        {"redirect_uri": "http://localhost:1/other"},
        {"client_id": names.GLOBUS_CLI_TEMPLATE},
    ):
        code = parameters(sandbox.log_in(start(client)))["code"]
        flow = client.current_oauth2_flow_manager
        form = {
            "grant_type": "authorization_code",
            "client_id": sandbox.client_id,
            "code": code,
            "code_verifier": flow.verifier,  # type: ignore[union-attr]
            "redirect_uri": CALLBACK,
            **changed,
        }
        status, body, _ = fetch(
            sandbox,
            "/v2/oauth2/token",
            method="POST",
            body=urlencode(form),
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert (status, body) == (400, '{"error": "invalid_grant"}')
    client.close()


def test_a_code_expires_after_ten_minutes(sandbox: Sandbox) -> None:
    client = native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    sandbox.advance_clock(601)
    with pytest.raises(globus_sdk.AuthAPIError):
        client.oauth2_exchange_code_for_tokens(code)
    client.close()


def test_deny_returns_access_denied(sandbox: Sandbox) -> None:
    answer = parameters(sandbox.log_in(authorize_url(sandbox), allow=False))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "xyz"
    assert "code" not in answer


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_malformed_request_returns_an_error(
    sandbox: Sandbox, changed: dict[str, str | None], error: str
) -> None:
    assert parameters(sandbox.log_in(authorize_url(sandbox, **changed)))["error"] == error


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        "http://127.0.0.1:8899/callback",
        "http://localhost.evil.example/",
        "https://localhost:8899/",
        "http://user@localhost:8899/",
        "http://localhost:8899/#x",
        "http://localhost\\@evil.example/",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_foreign_redirect_uri_is_never_redirected_to(sandbox: Sandbox, uri: str) -> None:
    with pytest.raises(NoPage, match="INVALID_REDIRECT_URI"):
        sandbox.log_in(authorize_url(sandbox, redirect_uri=uri))


def test_a_confidential_app_returns_only_to_its_registered_address(sandbox: Sandbox) -> None:
    client_id, secret = sandbox.confidential_client
    url = authorize_url(sandbox, client_id=client_id, code_challenge=None)
    with pytest.raises(NoPage, match="INVALID_REDIRECT_URI"):
        sandbox.log_in(url)
    sandbox.add_redirect_uri(CALLBACK)
    code = parameters(sandbox.log_in(url))["code"]
    client = globus_sdk.ConfidentialAppAuthClient(client_id, secret)
    client.oauth2_start_flow(CALLBACK, requested_scopes=USUAL)
    assert client.oauth2_exchange_code_for_tokens(code)["access_token"]
    client.close()


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
