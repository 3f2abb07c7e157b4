"""What a user does with the login page, for programs without a browser."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from email.message import Message
from html import unescape
from typing import IO
from urllib.parse import urlencode, urljoin


class NoPage(Exception):
    """The sandbox showed an error instead of a login page. The message is its text."""


def answer(authorize_url: str, *, identity: str | None = None, allow: bool = True) -> str:
    """Open an authorize URL, choose an identity, and press a button.

    :param identity: None for the one that is preselected.
    :param allow: False presses Deny.
    :returns: the address that the browser is redirected to, with its code or error. It is not
        opened.
    :raises NoPage: there was no page to answer.
    """
    opener = urllib.request.build_opener(_Stay(), urllib.request.ProxyHandler({}))
    status, headers, page = _open(opener, urllib.request.Request(authorize_url))  # noqa: S310
    if 300 <= status < 400:
        return str(headers["Location"])
    transaction = re.search(r"name='transaction' value='([^']*)'", page)
    action = re.search(r"<form method='post' action='([^']*)'", page)
    chosen = re.search(r"name='identity' value='([^']*)' checked", page)
    if status != 200 or transaction is None or action is None or chosen is None:
        raise NoPage(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]).strip())
    form = {
        "transaction": unescape(transaction.group(1)),
        "identity": identity or unescape(chosen.group(1)),
        "decision": "allow" if allow else "deny",
    }
    target = urljoin(authorize_url, action.group(1))
    request = urllib.request.Request(target, data=urlencode(form).encode())  # noqa: S310
    status, headers, page = _open(opener, request)
    if not 300 <= status < 400:
        raise NoPage(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]).strip())
    return str(headers["Location"])


class _Stay(urllib.request.HTTPRedirectHandler):
    """Returns redirects instead of following them."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def _open(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> tuple[int, Message, str]:
    try:
        with opener.open(request, timeout=30) as reply:
            return reply.status, reply.headers, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()
