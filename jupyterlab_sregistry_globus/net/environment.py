"""Finds what is wrong with the environment variables that HTTP libraries read.

For a wrong variable the libraries raise an ImportError, a ValueError, an OSError or others. Values
are never shown, because a proxy's address may contain a password.
"""

from __future__ import annotations

import importlib.util
import os
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

MAX_CHARACTERS = 60_000

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SERVICE_URL = "GLOBUS_SDK_SERVICE_URL_"
_GLOBUS_ENVIRONMENTS = frozenset(
    {"production", "preview", "sandbox", "test", "staging", "integration"}
)
_SWITCHES = frozenset({"y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"})
_SOCKS = "socks"
_NO_PROXY = re.compile(r"[\w.:*/\[\]\-, ]*")
_PACKAGES = {"socksio": "httpx[socks]", "socks": "pysocks"}


def faults() -> str:
    """Return what is wrong with the environment, and what to do; empty if nothing is wrong."""
    return " ".join(_faults())


def explained(error: BaseException) -> str:
    """Return why requests cannot be sent, and what to do.

    :param error: an exception of a library that has no translation.
    """
    return faults() or (
        f"The HTTP library failed ({type(error).__name__}). Check the proxy and certificate "
        "variables on this machine, such as HTTPS_PROXY and SSL_CERT_FILE."
    )


def _faults() -> Iterator[str]:
    for name, value in sorted(os.environ.items()):
        judge = _judge_of(name)
        if judge is None or not value:
            continue
        fault = "is too long" if len(value) > MAX_CHARACTERS else judge(value)
        if fault:
            yield f"The environment variable {name} {fault}. Correct it, or unset it."


def _judge_of(name: str) -> Callable[[str], str] | None:
    if name.upper() in _PROXIES:
        return _proxy_fault
    if name.upper() == "NO_PROXY":
        return lambda value: "" if _NO_PROXY.fullmatch(value) else "is not a list of host names"
    if name == "SSL_CERT_FILE":
        return _file_fault
    if name in _BUNDLES:
        return lambda value: "" if _is_folder(value) else _file_fault(value)
    if name == "SSL_CERT_DIR":
        return lambda value: "" if _is_folder(value) else "names a folder that does not exist"
    if name.startswith(_SERVICE_URL):
        return _url_fault
    if name == "GLOBUS_SDK_ENVIRONMENT":
        return lambda value: "" if value in _GLOBUS_ENVIRONMENTS else "names no Globus environment"
    if name == "GLOBUS_SDK_VERIFY_SSL":
        return lambda value: "" if value.lower() in _SWITCHES else _file_fault(value)
    return None


def _proxy_fault(value: str) -> str:
    # The default scheme is http.
    scheme, fault = _parsed(value if "://" in value else f"http://{value}")
    if fault:
        return fault
    if scheme.startswith(_SOCKS):
        missing = [
            package for module, package in _PACKAGES.items() if not importlib.util.find_spec(module)
        ]
        if missing:
            packages = " ".join(f"'{package}'" for package in missing)
            return f"names a SOCKS proxy, which requires a missing package (pip install {packages})"
        known = (_SOCKS + "5", _SOCKS + "5h")
    else:
        known = ("http", "https")
    return "" if scheme in known else "names a proxy of an unsupported type"


def _url_fault(value: str) -> str:
    scheme, fault = _parsed(value)
    return fault or ("" if scheme in ("http", "https") else "is not an http or https address")


def _parsed(value: str) -> tuple[str, str]:
    try:
        parts = urlsplit(value)
        if parts.hostname and parts.port != 0 and value.isascii() and value.isprintable():
            parts.hostname.encode("idna")
            return parts.scheme.lower(), ""
    except ValueError:
        pass
    return "", "is not an address"


def _is_folder(value: str) -> bool:
    try:
        return Path(value).is_dir()
    except (OSError, ValueError):  # such as a name that is too long
        return False


def _file_fault(value: str) -> str:
    try:
        with Path(value).open("rb"):
            ssl.create_default_context(cafile=value)
    except FileNotFoundError:
        return "names a file that does not exist"
    except ssl.SSLError:
        return "names a file that contains no certificates"
    except (OSError, ValueError):
        return "names a file that cannot be read"
    return ""
