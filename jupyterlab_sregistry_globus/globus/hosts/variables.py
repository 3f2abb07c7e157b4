"""Environment variables by which hubs name the endpoint that serves their users' folders."""

from __future__ import annotations

from collections.abc import Mapping

from ...config.hosts import expand_host_endpoints
from .folders import HostFolder, folders_of

# As globus-jupyterlab reads them.
COLLECTION = "GLOBUS_COLLECTION_ID"
COLLECTION_PATH = "GLOBUS_COLLECTION_PATH"  # the older name of the next but one
POSIX_BASEPATH = "GLOBUS_HOST_POSIX_BASEPATH"
COLLECTION_BASEPATH = "GLOBUS_HOST_COLLECTION_BASEPATH"
# Set by GlobusOAuthenticator.
LOCAL_ENDPOINT = "GLOBUS_LOCAL_ENDPOINT"

VARIABLES = (COLLECTION, POSIX_BASEPATH, COLLECTION_BASEPATH, COLLECTION_PATH, LOCAL_ENDPOINT)


def folders_from(environment: Mapping[str, str]) -> list[HostFolder]:
    """Return the folder that the variables name; none if they name none.

    A variable that names an endpoint but no path is about the home folder, which is a guess.

    :raises SettingWrong: a variable has an impossible value.
    """

    def value(name: str) -> str:
        return environment.get(name, "").strip()

    for variable in (COLLECTION, LOCAL_ENDPOINT):
        if not value(variable):
            continue
        here, there = "", ""
        if variable == COLLECTION:
            here = value(POSIX_BASEPATH)
            there = value(COLLECTION_BASEPATH) or value(COLLECTION_PATH)
        is_guess = not here and not there
        entry = {
            "endpoint": value(variable),
            # The peer cuts one prefix off and puts the other before; a missing one changes nothing.
            "path": here or ("~" if is_guess else "/"),
            "endpoint_path": there or ("~" if is_guess else "/"),
        }
        return folders_of(expand_host_endpoints([entry], variable), variable, is_guess=is_guess)
    return []
