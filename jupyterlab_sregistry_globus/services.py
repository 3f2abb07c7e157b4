"""Wires the services from the settings. The server, the magics and the command line share this."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .catalog import Catalog
from .config import SRegistryGlobus
from .errors import BadRequest, StoreUnavailable
from .globus.accounts import Accounts
from .globus.clients import Clients
from .globus.credentials import Credentials
from .globus.endpoints import Endpoints
from .globus.hub import VARIABLE as HUB_VARIABLE
from .globus.hub import read_hub_tokens
from .globus.login import Logins
from .globus.messages import SETUP_HELP
from .globus.personal.endpoint import PersonalEndpoint
from .globus.tasks import Tasks
from .globus.tokens import TokenStore
from .images.digest import Digests
from .images.filename import EXTENSIONS
from .images.hashing import Hasher
from .images.localfiles import LocalFiles
from .images.reference import parse
from .models.accounts import Account, Status
from .models.images import DigestState, Image, ImageDetails
from .models.plans import Source
from .models.receipts import Receipt
from .registry.factory import make_backends
from .transfers.outbox import Outbox
from .transfers.planning.planner import Planner
from .transfers.planning.puller import Puller
from .transfers.planning.served import ServedFiles
from .transfers.planning.sources import Sources
from .transfers.receipts.receipt import receipt
from .transfers.running.follower import Follower
from .transfers.running.submitter import Submitter
from .transfers.staging.room import StagingRoom
from .transfers.staging.stager import Stager

EVENT_SCHEMA_ID = "https://jupyterlab-sregistry-globus/events/change/v1"

MAX_DOWNLOADS = 3

OnChange = Callable[[str, str], None]


@dataclass(frozen=True)
class Services:
    """Everything a face calls. Blocking, so a server calls it from its pool."""

    settings: SRegistryGlobus
    clients: Clients
    tokens: TokenStore
    credentials: Credentials
    accounts: Accounts
    logins: Logins
    endpoints: Endpoints
    tasks: Tasks
    local: PersonalEndpoint
    files: LocalFiles
    catalog: Catalog
    planner: Planner
    outbox: Outbox
    submitter: Submitter
    stager: Stager
    follower: Follower
    puller: Puller
    hasher: Hasher

    def close(self) -> None:
        """Close every connection. Nothing may be asked of the services afterwards."""
        self.stager.close()
        self.catalog.close()
        self.hasher.close()
        # What cannot be given back runs out by itself.
        with contextlib.suppress(StoreUnavailable):
            self.outbox.release_all()
        self.logins.close()
        self.clients.close()

    def account(self) -> Account:
        """Who is connected."""
        return self.accounts.current()

    def status(self) -> Status:
        """What a face needs to know at its start."""
        return Status(__version__, self.account(), SETUP_HELP, EVENT_SCHEMA_ID, EXTENSIONS)

    def receipt(self, transfer_id: str) -> Receipt:
        """The document of a transfer.

        :raises TransferNotFound: there is none of that id.
        """
        identities = self.credentials.read().identities
        return receipt(self.outbox.get(transfer_id), identities[0].username if identities else "")

    def inspect(self, source: Source) -> ImageDetails:
        """What an image, in a registry or on this disk, says about itself.

        :raises ImageNotFound: there is none.
        """
        if source.reference and not source.path:
            return self.catalog.inspect(source.reference)
        if source.path and not source.reference:
            from .images.inspect import inspect_file

            file = self.files.resolve(source.path)
            status = file.stat()
            digest = self.hasher.state(file).digest
            row = Image(
                *("", "", "", file.name, "", status.st_size, status.st_mtime), digest=digest
            )
            return inspect_file(file, row)
        raise BadRequest("Name one image: by reference, or by path.")

    def digest(
        self, source: Source, act: Callable[[Hasher, Path], DigestState] = Hasher.state
    ) -> DigestState:
        """The digest of an image as far as it is known; one on this disk can be computed.

        :param act: what to do about it: ``Hasher.state``, ``start`` or ``cancel``.
        :raises ImageNotFound: there is none.
        """
        if source.endpoint_id:  # its path is none of this host
            return DigestState("unavailable")
        file = digest = None
        if source.reference and not source.path:
            backend, image = self.catalog.find(source.reference)
            storage = backend.storage(parse(image.reference))
            file, digest = storage.local_path if storage is not None else None, image.digest
        elif source.path and not source.reference:
            file = self.files.resolve(source.path)
        else:
            raise BadRequest("Name one image: by reference, or by path.")
        if digest is not None:
            return DigestState("known", digest)
        if file is None:
            return DigestState("unavailable")
        return act(self.hasher, file)


def make_services(
    settings: SRegistryGlobus,
    *,
    files: LocalFiles,
    pool: Executor,
    on_change: OnChange = lambda kind, name: None,
) -> Services:
    """Build the services. Opens no file, imports no globus_sdk, asks nobody.

    :param files: which local files may be sent.
    :param pool: where the catalog lists and reads headers, images are staged and folders of
        sources are listed.
    :param on_change: called with ``account``, ``catalog`` or ``transfer`` and an id, from any thread.
    """
    store, cache = Path(settings.store_dir), Path(settings.cache_dir)
    tokens = TokenStore(store / "tokens.db", settings.namespace)
    hub = read_hub_tokens(os.environ.get(HUB_VARIABLE, ""))
    credentials = Credentials(settings, tokens, hub, on_end=lambda: on_change("account", ""))
    clients = Clients(settings, credentials)
    endpoints = Endpoints(clients, credentials)
    tasks = Tasks(clients)
    local = PersonalEndpoint(Path(settings.connect_personal_dir))
    backends = make_backends(settings, endpoints)
    catalog = Catalog(
        backends,
        cache / "catalog.sqlite3",
        pool,
        on_change=lambda: on_change("catalog", ""),
    )

    def transfer_changed(transfer_id: str) -> None:
        on_change("transfer", transfer_id)

    outbox = Outbox(store / "transfers.db", settings.namespace, credentials.identity_id)
    room = StagingRoom(
        outbox,
        local,
        folder=Path(settings.staging_dir) if settings.staging_dir else None,
        limit_bytes=settings.staging_limit_bytes or None,
    )
    # Most threads are for those who wait for an answer.
    at_once = max(1, min(MAX_DOWNLOADS, settings.workers // 4))
    stager = Stager(catalog, outbox, room, pool, at_once=at_once)
    digests = Digests(cache / "digests.sqlite3")
    sources = Sources(catalog, files, local, digests, room)
    planner = Planner(sources, ServedFiles(endpoints, pool), room, endpoints, local)
    puller = Puller(backends, catalog, outbox, local)
    submitter = Submitter(planner, outbox, tasks, transfer_changed)
    follower = Follower(
        outbox,
        tasks,
        submitter,
        stager,
        room,
        poll_min_s=settings.poll_min_s,
        poll_max_s=settings.poll_max_s,
        on_change=transfer_changed,
        on_ended=puller.note_ended,
    )
    stager.on_ended = follower.hurry

    def account_changed() -> None:
        catalog.reconnect()
        follower.hurry()
        on_change("account", "")

    accounts = Accounts(settings, tokens, credentials, clients, account_changed)

    return Services(
        settings=settings,
        clients=clients,
        tokens=tokens,
        credentials=credentials,
        accounts=accounts,
        logins=Logins(settings, clients, accounts, account_changed),
        endpoints=endpoints,
        tasks=tasks,
        local=local,
        files=files,
        catalog=catalog,
        planner=planner,
        outbox=outbox,
        submitter=submitter,
        stager=stager,
        follower=follower,
        puller=puller,
        hasher=Hasher(digests, pool),
    )
