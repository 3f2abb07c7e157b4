"""What an administrator decides; what is not decided has a default, or is asked."""

from __future__ import annotations

import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

from ..config import SRegistryGlobus
from ..errors import AnswerMissing, BadRequest
from .audience import PublicKind
from .registration import DEFAULT_URL, AppKind

STEPS = ("app", "connect", "personal", "guest", "registry", "checks")


@dataclass
class Answers:
    """Every decision of a setup; None where none was made yet.

    :param config_dir: ``user``, ``env``, ``system`` or a path.
    :param for_everyone: whether every account may read the file.
    :param server_urls: addresses under which people open JupyterLab.
    :param client_secret: empty for a native app.
    :param registry: name of the registry whose images are to be sent.
    :param folder: where they lie on this machine.
    :param serves: whether this machine is to serve the folder, through Connect Personal.
    :param endpoint_id: the endpoint that serves the folder already, and ...
    :param endpoint_path: ... the path under which it does.
    :param shares: whether others are to send from the registry, through a guest collection.
    :param public: collections that everybody may read; ``*`` is all of the registry.
    :param private: ``COLLECTION=WHO,WHO``.
    :param skipped: names of the steps that are left out.
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
        return "Answers(...)"  # holds a secret

    def skips(self, step: str) -> bool:
        """Whether a step is left out."""
        return step in self.skipped

    def fill_app(self, settings: SRegistryGlobus) -> None:
        """Take what is set already for what was not decided about the app."""
        if self.app is None:
            self.app = _app_of(settings)
        if self.client_id is None:
            self.client_id = settings.client_id
        if self.app == "native":
            self.client_secret = ""
        elif self.client_secret is None:
            self.client_secret = settings.client_secret
        if not self.server_urls:
            self.server_urls = (DEFAULT_URL,)

    def check_app(self) -> None:
        """Refuse an app that cannot be one.

        :raises AnswerMissing: the client id or the secret is missing.
        :raises BadRequest: the client id is malformed.
        """
        if not self.client_id:
            raise AnswerMissing(
                "The app's client id is missing. Register an app as described above.",
                answer="client_id",
            )
        self.client_id = parse_uuid(self.client_id, "client id")
        if self.app != "native" and not self.client_secret:
            raise AnswerMissing("An app of this kind has a secret.", answer="client_secret")

    @property
    def is_for_everyone(self) -> bool:
        """Whether every account may read the file; by default the system's own file only."""
        if self.for_everyone is None:
            return self.config_dir == "system"
        return self.for_everyone

    @property
    def own_endpoint_name(self) -> str:
        """What this machine's endpoint is to be called."""
        return self.endpoint_name or f"{socket.gethostname()} (JupyterLab)"

    def own_guest_name(self, registry: str) -> str:
        """What the guest collection is to be called."""
        return self.guest_name or f"Registry {registry} of {socket.gethostname()}"


def parse_uuid(text: str, what: str) -> str:
    """A UUID as Globus writes it.

    :raises BadRequest: it is none.
    """
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise BadRequest(f"{text!r} is no {what}, which is a UUID.") from None


def _app_of(settings: SRegistryGlobus) -> AppKind:
    if settings.is_service:
        return "service"
    return "confidential" if settings.client_secret else "native"
