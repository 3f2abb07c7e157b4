"""All settings. The help of each is complete in itself, because ``--help-all`` prints it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Enum, Float, Integer, List, Unicode, default, validate
from traitlets.config import Configurable

from ..errors import SettingWrong
from ..folders import expand_folder, home_folder
from .direct import DirectSettings
from .hosts import HostSettings
from .locks import LockSettings
from .record import RecordSettings
from .registries import RegistrySettings

_PATH_HELP = (
    " It can begin with ~ and contain environment variables ($NAME); a relative path is relative "
    "to the home folder."
)


class SRegistryGlobus(
    DirectSettings, HostSettings, LockSettings, RecordSettings, RegistrySettings, Configurable
):
    """Settings of jupyterlab-sregistry-globus."""

    enabled = Bool(
        True,
        help=(
            "Whether Globus is enabled. False turns off every Globus feature: no request "
            "leaves this machine, and the panel says that the administrator turned Globus off."
        ),
    ).tag(config=True)

    client_id = Unicode(
        help=(
            "Client id (a UUID) of the app, registered as a native app at "
            "https://app.globus.org/settings/developers. Without it, users cannot connect. If "
            "empty, the environment variable SREGISTRY_GLOBUS_CLIENT_ID is used."
        ),
    ).tag(config=True)

    client_secret = Unicode(
        help=(
            "Secret of the registered app, if it is confidential; leave it empty for a native "
            "app. Keep it in a file that only its owner can read. If empty, the environment "
            "variable SREGISTRY_GLOBUS_CLIENT_SECRET is used."
        ),
    ).tag(config=True)

    is_service = Bool(
        False,
        help=(
            "Whether this server acts as the app itself rather than as its user, for "
            "unattended servers. Requires client_secret. Users can then neither connect nor "
            "disconnect."
        ),
    ).tag(config=True)

    redirect_uri = Unicode(
        help=(
            "Redirect address registered for the app, which points to this server's route "
            "sregistry-globus/oauth/callback. Required only if users open JupyterLab under a host "
            "name other than localhost and should not have to paste a code."
        ),
    ).tag(config=True)

    login_method = Enum(
        ["auto", "redirect", "code"],
        default_value="auto",
        help="How users log in. 'redirect': Globus sends the browser back to this server; 'code': "
        "Globus shows a code to paste; 'auto': redirect if JupyterLab is open under localhost or "
        "the name in redirect_uri, otherwise code.",
    ).tag(config=True)

    allowed_roots = List(
        Unicode(),
        help="Folders outside the server's contents root whose image files may be "
        "sent from the file browser, such as a scratch file system. Links are "
        "resolved before the check." + _PATH_HELP,
    ).tag(config=True)

    allowed_roots_only = Bool(
        False,
        help=(
            "Whether the server may use only the folders in allowed_roots: no file in its "
            "contents root can be sent, and nothing is written elsewhere on this machine, not even "
            "into a registry. Commands and magics still act with the user's own permissions."
        ),
    ).tag(config=True)

    connect_personal_dir = Unicode(
        help=(
            "Configuration folder of this machine's Globus Connect Personal, as passed to its "
            "-dir option. Default: ~/.globusonline. If empty, the environment variable "
            "SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR is used."
        )
        + _PATH_HELP,
    ).tag(config=True)

    store_dir = Unicode(
        help="Folder for the tokens and the record of transfers. Only the owner can "
        "read its files. Default: sregistry_globus in Jupyter's data folder." + _PATH_HELP,
    ).tag(config=True)

    cache_dir = Unicode(
        help=(
            "Folder for cached listings and digests, which can be rebuilt; best on a local "
            "disk. Default: sregistry-globus in $XDG_CACHE_HOME or ~/.cache."
        )
        + _PATH_HELP,
    ).tag(config=True)

    ca_bundle = Unicode(
        help="File of certificates (PEM) to trust beside the usual ones, such as that of your "
        "site's own certificate authority, for registries and for Globus. A registry's entry may "
        "have its own 'ca_bundle'. The system's certificates, and the files that SSL_CERT_FILE, "
        "SSL_CERT_DIR and REQUESTS_CA_BUNDLE name, are trusted in any case." + _PATH_HELP,
    ).tag(config=True)

    staging_dir = Unicode(
        help=(
            "Folder for images that must be downloaded to this machine before they are sent. "
            "This machine's Globus endpoint must serve it with write access. Images are staged "
            "in a subfolder that belongs to this extension; nothing else in the folder is "
            "touched. Default: sregistry-globus-staging in the first writable folder that is "
            "served."
        )
        + _PATH_HELP,
    ).tag(config=True)

    staging_limit_bytes = Integer(
        0,
        min=0,
        help="Maximum number of bytes staged at once; 0 means no limit except disk space.",
    ).tag(config=True)

    name_template = Unicode(
        help="How image files are named at the destination if their registry stores no file name, "
        "such as '{collection}-{container}-{tag}.sif'; {registry} and {arch} can be used too. "
        "Default: '{container}_{tag}', as 'singularity pull' names its files, with the extension "
        "of the image's format. A file that has a name keeps it.",
    ).tag(config=True)

    workers = Integer(
        16,
        min=2,
        max=64,
        help="Number of threads that wait for Globus, registries, and disks.",
    ).tag(config=True)

    upstream_timeout_s = Float(
        10.0, min=0.1, help="Seconds to wait for a response from Globus or a registry."
    ).tag(config=True)

    upstream_retries = Integer(
        1,
        min=0,
        max=5,
        help="How many times to retry a request after a temporary failure.",
    ).tag(config=True)

    poll_min_s = Float(2.0, min=0.05, help="Seconds between two polls of a new task.").tag(
        config=True
    )

    poll_max_s = Float(60.0, min=0.1, help="Seconds between two polls of a long-running task.").tag(
        config=True
    )

    @default("client_id")
    def _client_id_from_environment(self) -> str:
        return os.environ.get("SREGISTRY_GLOBUS_CLIENT_ID", "").strip()

    @default("client_secret")
    def _client_secret_from_environment(self) -> str:
        return os.environ.get("SREGISTRY_GLOBUS_CLIENT_SECRET", "").strip()

    @default("connect_personal_dir")
    def _connect_personal_dir_default(self) -> str:
        variable = "SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR"
        return _folder(os.environ.get(variable, "").strip() or "~/.globusonline", variable)

    @default("store_dir")
    def _store_dir_default(self) -> str:
        return _folder(jupyter_data_dir().replace("$", "$$") + "/sregistry_globus", "store_dir")

    @default("cache_dir")
    def _cache_dir_default(self) -> str:
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The standard for that variable says that a relative path is ignored.
        folder = Path(base) if base.startswith("/") else home_folder() / ".cache"
        return str(folder / "sregistry-globus")

    @validate("store_dir", "cache_dir", "connect_personal_dir", "staging_dir", "ca_bundle")
    def _expand_folder(self, proposal: Any) -> str:
        name, text = proposal["trait"].name, proposal["value"]
        if text.strip():
            return _folder(text, name)
        # Empty means the default, which for the staging folder depends on the host's endpoints.
        return "" if name in ("staging_dir", "ca_bundle") else str(self.trait_defaults(name))

    @validate("allowed_roots")
    def _expand_roots(self, proposal: Any) -> list[str]:
        return [_folder(text, "allowed_roots") for text in proposal["value"]]

    @property
    def auth_url(self) -> str:
        """Globus Auth's address, as globus-sdk uses it. Imports globus_sdk.

        :raises SettingWrong: GLOBUS_SDK_ENVIRONMENT names no environment.
        """
        from globus_sdk.config import get_service_url

        try:
            return get_service_url("auth")
        except ValueError as error:
            raise SettingWrong(
                "The environment variable GLOBUS_SDK_ENVIRONMENT names no Globus environment. "
                "Unset it to use the usual Globus."
            ) from error

    @property
    def is_sandbox(self) -> bool:
        """Whether Globus is simulated on this machine. Imports nothing."""
        try:
            host = urlsplit(os.environ.get("GLOBUS_SDK_SERVICE_URL_AUTH", "")).hostname
        except ValueError:  # a broken variable, which the first request to Globus names
            return False
        return host in ("127.0.0.1", "localhost", "::1")

    @property
    def namespace(self) -> str:
        """What tokens and transfers are kept under: never mixed between services or apps.

        Imports nothing, so it has the variables that decide about addresses, not the addresses.
        """
        environment = os.environ.get("GLOBUS_SDK_ENVIRONMENT", "production")
        services = {
            "auth": os.environ.get("GLOBUS_SDK_SERVICE_URL_AUTH", ""),
            "transfer": os.environ.get("GLOBUS_SDK_SERVICE_URL_TRANSFER", ""),
            "timer": os.environ.get("GLOBUS_SDK_SERVICE_URL_TIMER", ""),
        }
        used = [url or f"{environment}:{service}" for service, url in services.items()]
        return " ".join([*dict.fromkeys(used), self.client_id])


def _folder(text: str, setting: str) -> str:
    return str(expand_folder(text, f"SRegistryGlobus.{setting}" if setting.islower() else setting))
