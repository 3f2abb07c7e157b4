"""What tokens tell about identities: userinfo, id tokens, the directory."""

from __future__ import annotations

import globus_sdk

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import DAY_S, TRANSFER_ALL, USUAL, auth_client, refused


def test_userinfo_shows_only_what_the_scopes_allow(sandbox: Sandbox) -> None:
    with auth_client(sandbox) as auth:
        info = auth.userinfo()
        assert info["preferred_username"] == "ada@uni.example"
        assert info["identity_provider_display_name"] == "University of Example"
        assert "identity_set" not in info
    wider = f"{USUAL} urn:globus:auth:scope:auth.globus.org:view_identity_set"
    with auth_client(sandbox, wider, identity=names.ADA_HOSPITAL) as auth:
        info = auth.userinfo()
        assert info["sub"] == names.ADA
        assert [identity["sub"] for identity in info["identity_set"]] == [
            names.ADA,
            names.ADA_HOSPITAL,
        ]
    with auth_client(sandbox, "openid") as auth:
        assert auth.userinfo().data == {"sub": names.ADA}
    with auth_client(sandbox, "profile") as auth:
        assert refused(auth.userinfo) == (403, "FORBIDDEN")
    with globus_sdk.AuthClient() as auth:
        assert refused(auth.userinfo) == (401, "UNAUTHORIZED")


def test_identities_are_found_by_id_and_by_name(sandbox: Sandbox) -> None:
    with auth_client(sandbox) as auth:
        by_id = auth.get_identities(ids=[names.BOB, names.CAROL])["identities"]
        assert {identity["username"] for identity in by_id} == {
            "bob@uni.example",
            "carol@uni.example",
        }
        by_name = auth.get_identities(usernames="bob@uni.example")["identities"]
        assert [identity["id"] for identity in by_name] == [names.BOB]
        assert auth.get_identities(usernames="nobody@x.example")["identities"] == []
        made = auth.get_identities(usernames="new@x.example", provision=True)["identities"]
        assert [identity["status"] for identity in made] == ["unused"]
        assert refused(auth.get_identities)[0] == 400


def test_an_id_token_is_signed_by_the_published_key(sandbox: Sandbox) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    # In any order of the scopes, and at any time of the sandbox's clock.
    sandbox.advance_clock(10 * DAY_S)
    tokens = client.oauth2_client_credentials_tokens(f"{TRANSFER_ALL} openid profile email")
    claims = tokens.decode_id_token()
    assert claims["aud"] == sandbox.confidential_client[0]
    assert claims["exp"] > claims["iat"]
    client.close()
