"""Which Globus endpoints serve folders of this host."""

from __future__ import annotations

import getpass
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import Dict, HasTraits, List, validate

from ..errors import SettingWrong
from ..folders import expand_folder

SETTING = "SRegistryGlobus.host_endpoints"
_KEYS = frozenset({"path", "endpoint", "endpoint_path", "writable"})
_USER = "{username}"
_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


class HostSettings(HasTraits):
    """The settings about this host's own endpoints."""

    host_endpoints = List(
        Dict(),
        help=(
            "Globus endpoints that serve folders of this machine, besides its Globus Connect "
            "Personal: a list of dictionaries with 'path', the folder here; 'endpoint', the id of "
            "the endpoint (a UUID); 'endpoint_path', the same folder there (default: the value of "
            "'path'); and 'writable', whether users may write there through Globus (True). The "
            "keys are those of Open OnDemand's globus_endpoints. Paths can begin with ~ and "
            "contain {username} (the name at JupyterHub, or else the account's) and environment "
            "variables ($NAME). The longest path that contains a file decides. Files in these "
            "folders may be sent from the file browser. If empty, the environment variables "
            "GLOBUS_COLLECTION_ID, GLOBUS_HOST_POSIX_BASEPATH and GLOBUS_HOST_COLLECTION_BASEPATH, "
            "or else GLOBUS_LOCAL_ENDPOINT, are used."
        ),
    ).tag(config=True)

    @validate("host_endpoints")
    def _expand_host_endpoints(self, proposal: Any) -> list[dict[str, Any]]:
        return expand_host_endpoints(proposal["value"], SETTING)


def expand_host_endpoints(
    entries: Sequence[Mapping[str, Any]], setting: str
) -> list[dict[str, Any]]:
    """Return entries with all four keys, their paths absolute and without a slash at the end.

    A path on the endpoint may begin with ``/~``, which is the user's home there.

    :param setting: what error messages call it.
    :raises SettingWrong: an entry is not valid; the message says which, and what to write.
    """
    return [
        _expanded(entry, f"{setting}, entry {number}") for number, entry in enumerate(entries, 1)
    ]


def user_name() -> str:
    """Return the user's name at JupyterHub, or else the account's."""
    return os.environ.get("JUPYTERHUB_USER", "") or getpass.getuser()


def _expanded(entry: Mapping[str, Any], setting: str) -> dict[str, Any]:
    unknown = sorted(set(map(str, entry)) - _KEYS)
    if unknown:
        raise SettingWrong(
            f"{setting} has the unknown key {unknown[0]!r}. Its keys are path, endpoint, "
            "endpoint_path and writable."
        )
    path = _text(entry, "path", setting)
    there = _text(entry, "endpoint_path", setting, default=path)
    writable = entry.get("writable", True)
    if not isinstance(writable, bool):
        raise SettingWrong(f"{setting}: 'writable' must be True or False.")
    return {
        "path": str(_folder(path, setting)),
        "endpoint": _endpoint_id(_text(entry, "endpoint", setting), setting),
        "endpoint_path": _folder_there(there, setting),
        "writable": writable,
    }


def _text(entry: Mapping[str, Any], key: str, setting: str, default: str = "") -> str:
    value = entry.get(key, default)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise SettingWrong(f"{setting}: set {key!r} to a string.")
    return value.strip()


def _endpoint_id(text: str, setting: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise SettingWrong(
            f"{setting}: {text!r} is not an endpoint id, because it is not a UUID."
        ) from None


def _folder(text: str, setting: str) -> str:
    text = _with_user(text, setting)
    if not text.startswith(("/", "~", "$")):
        raise SettingWrong(f"{setting}: 'path' must be absolute, such as /scratch.")
    return str(expand_folder(text, f"{setting}: 'path'"))


def _folder_there(text: str, setting: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name = match[1] or match[2]
        found = os.environ.get(name, "")
        if not found:
            raise SettingWrong(
                f"{setting}: 'endpoint_path' names the environment variable {name!r}, which is "
                "not set. Set it, or write the path in full."
            )
        return found

    path = _VARIABLE.sub(value, _with_user(text, setting))
    path = f"/{path}" if path.startswith("~") else path
    parts = [part for part in path.split("/") if part not in ("", ".")]
    is_home_of_another = bool(parts) and parts[0].startswith("~") and parts[0] != "~"
    if not path.startswith("/") or ".." in parts or "\0" in path or is_home_of_another:
        raise SettingWrong(
            f"{setting}: 'endpoint_path' must be an absolute path without '..', such as /scratch "
            "or ~/images."
        )
    return "/" + "/".join(parts)


def _with_user(text: str, setting: str) -> str:
    if _USER not in text:
        return text
    name = user_name()
    # The name comes from another program, and must not lead to another user's folder.
    if not name or "/" in name or "\0" in name or name == "." or ".." in name:
        raise SettingWrong(
            f"{setting} contains {{username}}, but the user name {name!r} cannot name a folder."
        )
    return text.replace(_USER, name.replace("$", "$$"))
