"""Makes our errors from what a Singularity Registry Server refuses."""

from __future__ import annotations

from ...errors import ContainerBusy, RegistryDenied, RegistryUnavailable
from ...models.actions import ConfigureAction, RetryAction
from ..web.answers import Answer
from ..web.refusals import MAX_WAIT_S, SETTING, busy, refused_credentials
from .answers import Name, shown, status_of

# What the server says about a token that is missing, or not one of its own.
_TOKEN_REQUIRED = b"credentials were not provided"
_TOKEN_REFUSED = b"Invalid token"


def is_token_required(answer: Answer) -> bool:
    """Check whether the server answers no request without a token (API_REQUIRE_AUTH)."""
    return answer.status in (401, 403) and _TOKEN_REQUIRED in answer.body


def is_token_refused(answer: Answer) -> bool:
    """Check whether the server does not know the token."""
    return answer.status in (401, 403) and _TOKEN_REFUSED in answer.body


def refused(answer: Answer, *, has_account: bool) -> RegistryUnavailable:
    """Make the error for a status other than success.

    :param has_account: whether the request had the token of an account.
    """
    status = status_of(answer)
    if status == 429 or (status == 403 and answer.media_type == "text/html"):
        # Limits by view are an HTML page with status 403, not 429.
        return busy(str(answer.server), answer.headers, MAX_WAIT_S)
    if status in (401, 403):
        return denied(answer, has_account=has_account)
    if status == 400:
        return RegistryDenied(
            f"{answer.server} rejected the signature. Check `username` and `token` in its entry, "
            "and this machine's clock.",
            action=ConfigureAction(
                setting=SETTING,
                help="The registry's entry needs 'username' and 'token' of the same account.",
            ),
        )
    return answer.refused()


def denied(answer: Answer, *, has_account: bool, name: Name | None = None) -> RegistryDenied:
    """Make the error for an account that is missing or not accepted.

    :param name: the private image that was asked for; None if it is not about one image.
    """
    server = answer.server
    is_closed = is_token_required(answer)
    if not has_account and name is not None and not is_closed:
        return _with_action(
            f"{server} denied access to {shown(name)}, which is private. Write 'username' and "
            f"'token' of an account that may read it into its entry; {server.url}/token shows the "
            "token."
        )
    if not has_account:
        return _with_action(
            f"{server} denied access. It answers only with a token. Write 'username' and 'token' "
            f"into its entry; {server.url}/token shows the token."
        )
    if is_closed:
        # It does not take a signature for a token, so it shows its private images to nobody.
        return _with_action(
            f"{server} denied access. It answers only with a token, and accepts none for private "
            "images. Ask its administrator to make the collection public, or to unset "
            "API_REQUIRE_AUTH."
        )
    return refused_credentials(str(server), has_token=True)


def container_busy(server: object, name: Name) -> ContainerBusy:
    """Make the error for a limit that holds for one container or collection, not for others."""
    return ContainerBusy(
        f"{server} allows no more downloads of {name[0]}/{name[1]} for now: the limit that all of "
        "its users share is reached. Other images are not affected. Try again in about 24 hours, "
        "or ask its administrator.",
        action=RetryAction(after_s=MAX_WAIT_S),
    )


def _with_action(message: str) -> RegistryDenied:
    return RegistryDenied(
        message,
        action=ConfigureAction(
            setting=SETTING,
            help="Sign in to the registry to find your token. Write it, and your name there as "
            "'username', into the registry's entry in this setting; or set "
            "SREGISTRY_REGISTRY_USERNAME and SREGISTRY_REGISTRY_TOKEN.",
        ),
    )
