"""The logins that Apptainer, Docker and Podman stored for OCI registries on this host.

All of them write the form of Docker's ``config.json``. Docker's own file in the home folder is not
among these: ``oras`` reads it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...folders import home_folder
from ...store.regular import read_small

_HELPER = re.compile(r"[\w.-]{1,100}", re.ASCII)
_DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


def stored_login(host: str, repository: str) -> str:
    """Return a login in the form of HTTP's basic authentication; empty without one.

    May run a program that keeps logins, which may hang.
    """
    for path in login_files():
        config = _read(path)
        login = _login_in(config, host, repository)
        if login:
            return login
    return ""


def login_files() -> Iterator[Path]:
    """Yield the files that may hold logins, those that a variable names first."""
    environment, home = os.environ, home_folder()
    for variable in ("REGISTRY_AUTH_FILE", "APPTAINER_AUTHFILE", "SINGULARITY_AUTHFILE"):
        if environment.get(variable):
            yield Path(environment[variable])
    if environment.get("DOCKER_CONFIG"):
        yield Path(environment["DOCKER_CONFIG"], "config.json")
    if environment.get("APPTAINER_CONFIGDIR"):
        yield Path(environment["APPTAINER_CONFIGDIR"], "docker-config.json")
    yield home / ".apptainer" / "docker-config.json"
    yield home / ".singularity" / "docker-config.json"
    if environment.get("XDG_RUNTIME_DIR"):
        yield Path(environment["XDG_RUNTIME_DIR"], "containers", "auth.json")
    yield Path(f"/run/containers/{os.getuid()}/auth.json")
    config_home = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(config_home) if config_home.startswith("/") else home / ".config"
    yield folder / "containers" / "auth.json"


def _read(path: Path) -> Mapping[str, Any]:
    try:
        config = json.loads(read_small(path))
    except (OSError, ValueError, RecursionError):
        return {}  # another file may have the login
    return config if isinstance(config, dict) else {}


def _login_in(config: Mapping[str, Any], host: str, repository: str) -> str:
    auths = _members(config, "auths")
    names = [*_names(host, repository)]
    by_name = {_plain(key): value for key, value in auths.items()}
    for name in names:
        entry = by_name.get(name)
        login = entry.get("auth") if isinstance(entry, dict) else None
        if isinstance(login, str) and login:
            return login
    helpers = {_plain(key): value for key, value in _members(config, "credHelpers").items()}
    for name in names:
        helper = helpers.get(name)
        if isinstance(helper, str) and (login := _ask_helper(helper, name)):
            return login
    store = config.get("credsStore")
    known = [key for key in auths if _plain(key) in names] or [host]
    return _ask_helper(store, known[0]) if isinstance(store, str) else ""


def _names(host: str, repository: str) -> Iterator[str]:
    """Yield the names a login may have, the narrowest first: Podman keeps some by namespace."""
    hosts = _DOCKER_HUB if host in _DOCKER_HUB else (host,)
    parts = repository.split("/")
    for depth in range(len(parts), -1, -1):
        for name in hosts:
            yield "/".join((name, *parts[:depth]))


def _plain(key: str) -> str:
    """Return the name of a login without what some programs write around it."""
    return re.sub(r"^(?:https?|docker|oras)://|/(?:v[12]/?)?$", "", key)


def _members(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = config.get(name)
    return value if isinstance(value, dict) else {}


def _ask_helper(helper: str, name: str) -> str:
    import base64

    if not _HELPER.fullmatch(helper):
        return ""
    try:
        answer = subprocess.run(
            [f"docker-credential-{helper}", "get"],
            input=name.encode(),
            capture_output=True,
            check=True,
            timeout=10,
        ).stdout
        login = json.loads(answer)
        return base64.b64encode(f"{login['Username']}:{login['Secret']}".encode()).decode()
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return ""
