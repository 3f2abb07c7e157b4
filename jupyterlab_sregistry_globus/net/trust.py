"""Which certificates are trusted: the usual variables, the system's own, and the setting's.

Each HTTP library reads variables of its own. Here both trust what any of them names. Python's own
list holds for everything else, together with the system's, where a site's authority usually is.
"""

from __future__ import annotations

import contextlib
import functools
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

SETTING = "SRegistryGlobus.ca_bundle"
_FOLDER_VARIABLE = "SSL_CERT_DIR"
# What OpenSSL says of an authority that it does not know.
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})


class BundleUnusable(Exception):
    """The file of the setting ``ca_bundle`` cannot be used; the text says why, and what to do."""


def httpx_context(bundle: str = "") -> ssl.SSLContext:
    """Return the TLS settings for httpx.

    :param bundle: a file of certificates to trust as well; empty for none.
    :raises BundleUnusable: that file cannot be used.
    :raises OSError: a file that a variable names cannot be used.
    """
    return _httpx_context(bundle, _changed_at(bundle), _variables())


def requests_context(bundle: str = "") -> ssl.SSLContext:
    """Return the TLS settings for requests, which adds the certificates of its own variables.

    :param bundle: as for ``httpx_context``.
    :raises BundleUnusable: as for ``httpx_context``.
    """
    # With verification off, requests changes the settings that it is given.
    switch = os.environ.get("GLOBUS_SDK_VERIFY_SSL", "")
    return _requests_context(bundle, _changed_at(bundle), _variables(), switch)


def advice(error: BaseException) -> str:
    """Return what to do about a certificate of an unknown authority; empty for other errors."""
    seen: set[int] = set()
    causes: list[object] = [error]
    while causes:
        cause = causes.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code not in _UNKNOWN_AUTHORITY:
                return ""
            return (
                "If your site has its own certificate authority, name the file of its certificate "
                f"in {SETTING}, or in the environment variable SSL_CERT_FILE or "
                "REQUESTS_CA_BUNDLE. A registry's entry may have its own 'ca_bundle'."
            )
        # urllib3 keeps the cause as an attribute, and requests as an argument.
        causes += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return ""


@functools.lru_cache(maxsize=16)
def _httpx_context(
    bundle: str, changed_at: int, variables: tuple[tuple[str, str], ...]
) -> ssl.SSLContext:
    """Create a context once for these files; it takes longer than many a request."""
    import httpx

    named = dict(variables)
    if "SSL_CERT_FILE" in named or _FOLDER_VARIABLE in named:
        context = httpx.create_ssl_context()
    else:
        context = _system_context()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        _add_variable(context, named.get(name, ""))
    _add_bundle(context, bundle)
    return context


@functools.lru_cache(maxsize=16)
def _requests_context(
    bundle: str, changed_at: int, variables: tuple[tuple[str, str], ...], switch: str
) -> ssl.SSLContext:
    named: Mapping[str, str] = dict(variables)
    if named.keys() & {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}:
        # Its own variables replace the usual certificates.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = _system_context()
    _add_variable(context, named.get("SSL_CERT_FILE", ""))
    _add_variable(context, named.get(_FOLDER_VARIABLE, ""))
    _add_bundle(context, bundle)
    return context


def _system_context() -> ssl.SSLContext:
    """Trust what Python's list and the system trust."""
    import certifi

    if sys.platform != "linux":
        # The stores of macOS and Windows verify themselves.
        with contextlib.suppress(ImportError):
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _add_variable(context: ssl.SSLContext, value: str) -> None:
    """Add what the variable of another library names; if it is wrong, that library says so."""
    with contextlib.suppress(OSError, ValueError):
        if value:
            _add(context, Path(value))


def _add_bundle(context: ssl.SSLContext, bundle: str) -> None:
    if not bundle:
        return
    try:
        _add(context, Path(bundle))
    except FileNotFoundError:
        raise _unusable(bundle, "does not exist") from None
    except ssl.SSLError:
        raise _unusable(bundle, "holds no certificates") from None
    except (OSError, ValueError):
        raise _unusable(bundle, "cannot be read") from None


def _add(context: ssl.SSLContext, path: Path) -> None:
    if path.is_dir():
        context.load_verify_locations(capath=str(path))
    elif not path.exists():
        raise FileNotFoundError
    elif not path.is_file():
        # Reading a named pipe would never end.
        raise OSError
    else:
        context.load_verify_locations(cafile=str(path))


def _unusable(bundle: str, problem: str) -> BundleUnusable:
    return BundleUnusable(
        f"The certificate file {bundle}, which 'ca_bundle' names, {problem}. Name a PEM file with "
        "the certificate of your site's authority."
    )


def _variables() -> tuple[tuple[str, str], ...]:
    values = {
        "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE"),
        _FOLDER_VARIABLE: os.environ.get("SSL_CERT_DIR"),
        "REQUESTS_CA_BUNDLE": os.environ.get("REQUESTS_CA_BUNDLE"),
        "CURL_CA_BUNDLE": os.environ.get("CURL_CA_BUNDLE"),
    }
    return tuple((name, value) for name, value in values.items() if value)


def _changed_at(bundle: str) -> int:
    try:
        return Path(bundle).stat().st_mtime_ns if bundle else 0
    except (OSError, ValueError):
        return 0
