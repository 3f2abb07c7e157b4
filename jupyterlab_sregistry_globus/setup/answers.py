"""The administrator's decisions. Those that are missing have a default, or are asked for."""

from __future__ import annotations

import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

from ..config import SRegistryGlobus
from ..errors import AnswerMissing, BadRequest
from .choices import AppKind, PublicKind
from .registration import DEFAULT_URL


@dataclass
class Answers:
    """Every decision of a setup. None if it was not made yet.

    :param config_dir: ``user``, ``env``, ``system`` or a path.
    :param for_everyone: whether every account may read the configuration file.
    :param server_urls: addresses at which users open JupyterLab.
    :param client_secret: empty for a native app.
    :param registry: name of the registry whose images users will send.
    :param folder: the registry's folder on this machine.
    :param serves: whether this machine serves the folder, through Connect Personal.
    :param endpoint_id: an endpoint that serves the folder already.
    :param endpoint_path: the folder's path on that endpoint.
    :param shares: whether others may send from the registry, through a guest collection.
    :param public: collections that everyone may read. ``*`` is the whole registry.
    :param private: ``COLLECTION=READER,READER``.
    :param skipped: names of the steps to skip.
    """

    config_dir: str | None = None
    for_everyone: bool | None = None
    server_urls: tuple[str, ...] = ()
    is_hub: bool = False
    login_method: str | None = None
    app: AppKind | None = None
    client_id: str | None = None
    client_secret: str | None = None
    registry: str | None = None
    folder: Path | None = None
    serves: bool | None = None
    personal_dir: Path | None = None
    program: Path | None = None
    endpoint_name: str | None = None
    endpoint_id: str | None = None
    endpoint_path: str | None = None
    starts: bool | None = None
    subscription_id: str | None = None
    shares: bool | None = None
    guest_name: str | None = None
    public: tuple[str, ...] | None = None
    private: tuple[str, ...] | None = None
    public_kind: PublicKind = "all_authenticated_users"
    skipped: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "Answers(...)"  # they include a secret

    def skips(self, step: str) -> bool:
        """Return whether to skip a step."""
        return step in self.skipped

    def fill_app(self, settings: SRegistryGlobus) -> None:
        """Fill missing answers about the app from the current settings."""
        if self.app is None:
            self.app = _app_kind(settings)
        if self.client_id is None:
            self.client_id = settings.client_id
        if self.app == "native":
            self.client_secret = ""
        elif self.client_secret is None:
            self.client_secret = settings.client_secret
        if not self.server_urls:
            self.server_urls = (DEFAULT_URL,)

    def check_app(self) -> None:
        """Check the client id and the secret.

        :raises AnswerMissing: one of them is missing.
        :raises BadRequest: the client id is malformed.
        """
        if not self.client_id:
            raise AnswerMissing(
                "No client id is set. Register an app as described above.",
                answer="client_id",
            )
        self.client_id = parse_uuid(self.client_id, "client id")
        if self.app != "native" and not self.client_secret:
            raise AnswerMissing(
                "The client secret is missing. This kind of app requires one.",
                answer="client_secret",
            )

    @property
    def is_for_everyone(self) -> bool:
        """Whether every account may read the file. By default, only the system's file."""
        if self.for_everyone is None:
            return self.config_dir == "system"
        return self.for_everyone

    @property
    def own_endpoint_name(self) -> str:
        """The name of this machine's endpoint."""
        return self.endpoint_name or f"{socket.gethostname()} (JupyterLab)"

    def own_guest_name(self, registry: str) -> str:
        """Return the name of the guest collection."""
        return self.guest_name or f"Registry {registry} of {socket.gethostname()}"


def parse_uuid(text: str, description: str) -> str:
    """Return a UUID as Globus writes it.

    :param description: what the text should be, for the message.
    :raises BadRequest: the text is not a UUID.
    """
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise BadRequest(f"{text!r} is not a {description}. Enter a UUID.") from None


def _app_kind(settings: SRegistryGlobus) -> AppKind:
    if settings.is_service:
        return "service"
    return "confidential" if settings.client_secret else "native"
