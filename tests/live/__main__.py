"""Compare the real Globus with what the sandbox assumes: `make test-live ARGS="--help"`.

Logs in, makes a folder with a random name, works only in it, and removes it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import globus_sdk

from .report import line, observe, summary
from .site import Site, data_access_scope, https_scope, own_folder

TRANSFER = "transfer.api.globus.org"
TRANSFER_ALL = f"urn:globus:auth:scope:{TRANSFER}:all"


def main(arguments: list[str] | None = None) -> int:
    """Run, and return 1 if a fact differs."""
    options = _parser().parse_args(arguments)
    endpoint_id, _, parent = options.endpoint.partition(":")
    with connected(options.client_id, endpoint_id, is_mapped=options.mapped) as (auth, tokens):
        authorizer = globus_sdk.AccessTokenAuthorizer(tokens[TRANSFER]["access_token"])
        with globus_sdk.TransferClient(authorizer=authorizer) as transfer:
            if not parent:
                parent = str(transfer.operation_ls(endpoint_id)["absolute_path"])
            with own_folder(transfer, endpoint_id, parent) as folder:
                print(f"Works in {folder}\n")
                site = Site(
                    transfer=transfer,
                    auth=auth,
                    endpoint_id=endpoint_id,
                    folder=folder,
                    tokens=tokens,
                    https_server=transfer.get_endpoint(endpoint_id)["https_server"],
                    is_mapped=options.mapped,
                    unconsented=options.unconsented,
                    expired=options.expired,
                )
                rows = []
                for row in observe(site):
                    print(line(row), flush=True)
                    rows.append(row)
                site.http.close()
    print(f"\n{summary(rows)}")
    return 1 if any(row.agrees is False for row in rows) else 0


@contextmanager
def connected(
    client_id: str, endpoint_id: str, *, is_mapped: bool
) -> Iterator[tuple[globus_sdk.NativeAppAuthClient, dict[str, dict[str, Any]]]]:
    """Log in with a pasted code. The tokens stay in memory, and are revoked at the end."""
    scopes = [TRANSFER_ALL, https_scope(endpoint_id)]
    if is_mapped:
        data_access = data_access_scope(endpoint_id)
        scopes = [f"{TRANSFER_ALL}[*{data_access}]", https_scope(endpoint_id), data_access]
    with globus_sdk.NativeAppAuthClient(client_id) as auth:
        auth.oauth2_start_flow(requested_scopes=scopes, refresh_tokens=True)
        print(f"Log in at:\n\n{auth.oauth2_get_authorize_url()}\n")
        code = input("Paste the code: ").strip()
        tokens = dict(auth.oauth2_exchange_code_for_tokens(code).by_resource_server)
        try:
            yield auth, tokens
        finally:
            for document in tokens.values():
                auth.oauth2_revoke_token(document["refresh_token"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("--client-id", required=True, help="id of a native app")
    parser.add_argument(
        "--endpoint",
        required=True,
        metavar="ID[:PATH]",
        help="a writable collection, best one with HTTPS, and the folder in which to make ours; "
        "without a path, its default one",
    )
    parser.add_argument(
        "--mapped",
        action="store_true",
        help="it is a mapped collection without high assurance, so its files need data_access",
    )
    parser.add_argument(
        "--unconsented",
        metavar="ID",
        help="a mapped collection for which you have not given this app a consent",
    )
    parser.add_argument(
        "--expired", metavar="ID", help="a collection that asks for another or a newer login"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
