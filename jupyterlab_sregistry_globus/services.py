"""Wire the services from the settings. The server, the magics and the commands share this."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .catalog import Catalog
from .catalog.published.copies import LocalCopies
from .catalog.published.publisher import Publisher
from .catalog.published.registry import with_listing
from .config import SRegistryGlobus
from .globus.accounts import Accounts
from .globus.clients import Clients
from .globus.credentials import Credentials
from .globus.endpoints import Endpoints
from .globus.files import EndpointFiles
from .globus.hosts import HostEndpoints, HostPaths
from .globus.hosts.check import HostChecks
from .globus.hosts.listings import HostListings
from .globus.https import HttpsFiles
from .globus.httpsrequests import HttpsRequests
from .globus.hub import VARIABLE as HUB_VARIABLE
from .globus.hub import read_hub_tokens
from .globus.personal.endpoint import PersonalEndpoint
from .globus.tasks import Tasks
from .globus.tokens import TokenStore
from .images.digest import Digests
from .images.hashing import Hasher
from .images.localfiles import LocalFiles
from .images.service import Images
from .models.transfers import Transfer
from .net.pools import Pools
from .registry.factory import make_backends, make_public_backends, receiving_folders
from .store.leases import Holder
from .transfers import Transfers
from .transfers.disconnecting import Disconnecting
from .transfers.outbox import Outbox
from .transfers.planning.direct import DirectRoute
from .transfers.planning.downloads import DownloadPlans
from .transfers.planning.hosted import HostedRoutes
from .transfers.planning.planner import Planner
from .transfers.planning.puller import Puller
from .transfers.planning.receiving import ReceivingEndpoints
from .transfers.planning.retries import lost_sources
from .transfers.planning.served import ServedFiles
from .transfers.planning.sources import Sources
from .transfers.running.downloads.downloader import Downloader
from .transfers.running.downloads.run import Kit as DownloadKit
from .transfers.running.follower import Follower
from .transfers.running.submitter import Submitter
from .transfers.running.uploads.cleanup import Cleanup
from .transfers.running.uploads.commit import Commits
from .transfers.running.uploads.copies import Copies
from .transfers.running.uploads.kit import Kit
from .transfers.running.uploads.meter import RateLimit
from .transfers.running.uploads.proof import Proofs
from .transfers.running.uploads.rates import last_rate
from .transfers.running.uploads.sender import Sender
from .transfers.running.uploads.uploader import Uploader
from .transfers.staging.pace import RetryPace
from .transfers.staging.room import StagingRoom
from .transfers.staging.stager import Stager

EVENT_SCHEMA_ID = "https://jupyterlab-sregistry-globus/events/change/v1"

MAX_DOWNLOADS = 3
SECONDS_PER_DAY = 86400.0

OnChange = Callable[[str, str], None]


@dataclass(frozen=True)
class Parts:
    """What setup and doctor examine below the services. Faces do not use it."""

    clients: Clients
    tokens: TokenStore
    credentials: Credentials
    local: PersonalEndpoint
    hosts: HostEndpoints
    checks: HostChecks
    tasks: Tasks
    outbox: Outbox
    room: StagingRoom


@dataclass(frozen=True)
class Services:
    """Everything a face calls. Blocking, so a server calls it from its pool."""

    settings: SRegistryGlobus
    account: Accounts
    endpoints: Endpoints
    catalog: Catalog
    publisher: Publisher
    images: Images
    transfers: Transfers
    disconnecting: Disconnecting
    parts: Parts

    def close(self) -> None:
        """Close every connection. The services cannot be used afterwards."""
        self.transfers.close()
        self.catalog.close()
        self.images.close()
        self.account.logins.close()
        self.parts.clients.close()


def make_services(
    settings: SRegistryGlobus,
    *,
    files: LocalFiles,
    pools: Pools,
    on_change: OnChange = lambda kind, name: None,
    on_activity: Callable[[], None] = lambda: None,
    holder: Holder | None = None,
) -> Services:
    """Build the services. Opens no file, does not import globus_sdk, makes no request.

    :param files: which local files may be sent.
    :param pools: where the catalog lists and reads headers, images are staged and hashed, and
        folders of sources are listed. The caller closes them.
    :param on_change: called with ``account``, ``catalog`` or ``transfer`` and an id, from any
        thread.
    :param on_activity: called about once a second while an image is staged, from its thread.
    :param holder: this program, as leases name it; None makes a new name.
    """
    store, cache = Path(settings.store_dir), Path(settings.cache_dir)
    # Set when something happened that may let transfers continue.
    hurry = threading.Event()

    def account_changed() -> None:
        catalog.reconnect()
        hosts.forget_homes()
        hurry.set()
        on_change("account", "")

    def transfer_ended(transfer: Transfer) -> None:
        disconnecting.check_pending()
        puller.list_again(transfer)
        for source in lost_sources(transfer):
            # Whoever chooses the image again must get what the registry has now.
            catalog.forget(source.reference)

    def transfer_changed(transfer_id: str) -> None:
        on_change("transfer", transfer_id)

    tokens = TokenStore(store / "tokens.db", settings.namespace)
    hub = read_hub_tokens(os.environ.get(HUB_VARIABLE, ""))
    credentials = Credentials(settings, tokens, hub, on_end=lambda: on_change("account", ""))
    clients = Clients(settings, credentials)
    account = Accounts(settings, tokens, credentials, clients, account_changed)
    local = PersonalEndpoint(Path(settings.connect_personal_dir))
    hosts = HostEndpoints(settings.host_endpoints, local, os.environ)
    paths = HostPaths(files, hosts, receiving=lambda: receiving_folders(backends))
    endpoints = Endpoints(clients, credentials, paths)
    tasks = Tasks(clients)
    checks = HostChecks(HostListings(clients, endpoints, hosts))
    https = HttpsFiles(HttpsRequests(settings, clients, credentials))

    copies = LocalCopies(cache / "listings")
    backends = [with_listing(made, copies) for made in make_backends(settings, endpoints)]
    catalog = Catalog(
        backends,
        cache / "catalog.sqlite3",
        pools.registries,
        on_change=lambda: on_change("catalog", ""),
    )
    digests = Digests(cache / "digests.sqlite3")

    outbox = Outbox(store / "transfers.db", settings.namespace, credentials.identity_id, holder)
    room = StagingRoom(
        outbox,
        hosts,
        folder=Path(settings.staging_dir) if settings.staging_dir else None,
        limit_bytes=settings.staging_limit_bytes or None,
    )
    stager = Stager(
        catalog,
        outbox,
        room,
        pools.registries,
        # Most threads are for requests whose callers wait.
        at_once=max(1, min(MAX_DOWNLOADS, settings.workers // 4)),
        pace=RetryPace(settings.poll_min_s, settings.poll_max_s),
        on_activity=on_activity,
        on_ended=hurry.set,
    )
    sources = Sources(catalog, files, HostedRoutes(hosts, room), digests, settings.name_template)
    receiving = ReceivingEndpoints(hosts, endpoints, checks)
    puller = Puller(
        backends,
        catalog,
        files,
        hosts,
        receiving,
        DownloadPlans(endpoints, https, settings.direct_limit_bytes),
    )
    files_there = EndpointFiles(clients)
    uploader = Uploader(
        Kit(
            outbox=outbox,
            endpoints=endpoints,
            files=files_there,
            https=https,
            sender=Sender(https, catalog, cache / "uploads", RateLimit(settings.direct_rate_limit)),
            proofs=Proofs(files_there, https, settings.direct_read_back_bytes),
            commits=Commits(files_there, https),
            copies=Copies(tasks),
            cleanup=Cleanup(outbox, endpoints, files_there, https),
            pace=RetryPace(settings.poll_min_s, settings.poll_max_s),
        ),
        pools.registries,
        at_once=settings.direct_at_once,
        on_activity=on_activity,
        on_ended=hurry.set,
    )
    downloader = Downloader(
        DownloadKit(
            outbox=outbox,
            endpoints=endpoints,
            files=files_there,
            https=https,
            pace=RetryPace(settings.poll_min_s, settings.poll_max_s),
        ),
        pools.registries,
        at_once=settings.direct_at_once,
        on_activity=on_activity,
        on_ended=hurry.set,
    )
    direct = DirectRoute(https, settings.direct_limit_bytes, functools.partial(last_rate, outbox))
    submitter = Submitter(outbox, tasks, transfer_changed)
    follower = Follower(
        outbox,
        tasks,
        submitter,
        stager,
        uploader,
        downloader,
        room,
        poll_min_s=settings.poll_min_s,
        poll_max_s=settings.poll_max_s,
        keep_s=settings.keep_days * SECONDS_PER_DAY or None,
        hurry=hurry,
        on_change=transfer_changed,
        on_ended=transfer_ended,
    )
    transfers = Transfers(
        outbox=outbox,
        planner=Planner(
            sources,
            ServedFiles(endpoints, pools.globus),
            room,
            endpoints,
            hosts,
            paths,
            checks,
            direct,
        ),
        puller=puller,
        submitter=submitter,
        stager=stager,
        uploader=uploader,
        downloader=downloader,
        follower=follower,
        username=credentials.username,
        hurry=hurry,
        poll_min_s=settings.poll_min_s,
        poll_max_s=settings.poll_max_s,
    )
    disconnecting = Disconnecting(outbox, transfers, account.disconnect)
    return Services(
        settings=settings,
        account=account,
        endpoints=endpoints,
        catalog=catalog,
        publisher=Publisher(lambda: make_public_backends(settings, endpoints)),
        images=Images(catalog, files, Hasher(digests, pools.registries)),
        transfers=transfers,
        disconnecting=disconnecting,
        parts=Parts(clients, tokens, credentials, local, hosts, checks, tasks, outbox, room),
    )
