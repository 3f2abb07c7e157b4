"""Facts about a collection's files over HTTPS. Most are guesses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx

from .facts import NotObserved, fact, refusal
from .site import Site, https_scope

TEN = b"0123456789"
XHR = {"X-Requested-With": "XMLHttpRequest"}
_SEEN_WITHIN_S = 10


@fact("PUT, then stat", "2xx, size 10, a time within a minute", needs="https")
def put(site: Site) -> str:
    path = site.path("put")
    status = _class(site.request("PUT", path, content=TEN))
    document = site.transfer.operation_stat(site.endpoint_id, path)
    modified = time.strptime(document["last_modified"], "%Y-%m-%d %H:%M:%S+00:00")
    age_s = abs(time.time() - (time.mktime(modified) - time.timezone))
    when = "a time within a minute" if age_s < 60 else f"a time {age_s:.0f} s away"
    return f"{status}, size {document['size']}, {when}"


@fact("PUT over a longer file", "2xx, the new content", is_guess=True, needs="https")
def put_over(site: Site) -> str:
    path = site.put("put-over", TEN * 5)
    status = _class(site.request("PUT", path, content=TEN))
    same = site.request("GET", path).content == TEN
    return f"{status}, {'the new content' if same else 'other content'}"


@fact("PUT without a length", "2xx, size 100000", is_guess=True, needs="https")
def put_chunked(site: Site) -> str:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield TEN * 100

    path = site.path("chunked")
    status = _class(site.request("PUT", path, content=pieces()))
    return f"{status}, {_size(site, path)}"


@fact("PUT of nothing", "2xx, size 0", is_guess=True, needs="https")
def put_empty(site: Site) -> str:
    path = site.path("empty")
    return f"{_class(site.request('PUT', path, content=b''))}, {_size(site, path)}"


@fact("PUT into a missing folder", "404", is_guess=True, needs="https")
def put_nowhere(site: Site) -> str:
    return str(site.request("PUT", site.path("nowhere/a"), content=TEN).status_code)


@fact("PUT of a part", "400", is_guess=True, needs="https")
def put_part(site: Site) -> str:
    part = {"Content-Range": "bytes 0-9/20"}
    return str(site.request("PUT", site.path("part"), content=TEN, headers=part).status_code)


@fact("a PUT that breaks in the middle", "the file has what arrived", is_guess=True, needs="https")
def put_broken(site: Site) -> str:
    path = site.path("broken")
    size = 2_000_000

    def pieces() -> Iterator[bytes]:
        yield b"x" * (size // 2)
        raise ConnectionError

    try:
        site.request("PUT", path, content=pieces(), headers={"Content-Length": str(size)})
    except ConnectionError:
        # The connection may not be used for anything else.
        site.http.close()
        site.http = httpx.Client(timeout=60)
    until = time.monotonic() + _SEEN_WITHIN_S
    while _size(site, path) == "no file" and time.monotonic() < until:
        time.sleep(0.2)
    return "no file" if _size(site, path) == "no file" else "the file has what arrived"


@fact("GET and HEAD", "200 10 bytes, 200 Content-Length 10", needs="https")
def get(site: Site) -> str:
    path = site.put("get", TEN)
    whole, head = site.request("GET", path), site.request("HEAD", path)
    length = head.headers.get("Content-Length")
    return (
        f"{whole.status_code} {len(whole.content)} bytes, "
        f"{head.status_code} Content-Length {length}"
    )


@fact("GET with a Range", "206 bytes 3-9/10", is_guess=True, needs="https")
def get_range(site: Site) -> str:
    return _range(site, "bytes=3-")


@fact("GET with a Range past the end", "416 bytes */10", is_guess=True, needs="https")
def get_range_past(site: Site) -> str:
    return _range(site, "bytes=10-")


@fact("a date or a tag of the content", "Last-Modified", is_guess=True, needs="https")
def validators(site: Site) -> str:
    headers = site.request("HEAD", site.put("validators", TEN)).headers
    return ", ".join(name for name in ("ETag", "Last-Modified") if name in headers) or "none"


@fact("GET of a missing file", "404", needs="https")
def get_missing(site: Site) -> str:
    return str(site.request("GET", site.path("missing")).status_code)


@fact("GET of a folder", "400", is_guess=True, needs="https")
def get_folder(site: Site) -> str:
    return str(site.request("GET", site.folder).status_code)


@fact("DELETE", "2xx, then 404", is_guess=True, needs="https")
def delete(site: Site) -> str:
    path = site.put("delete", TEN)
    return f"{_class(site.request('DELETE', path))}, then {_status(site, 'GET', path)}"


@fact("DELETE of a missing file", "404", is_guess=True, needs="https")
def delete_missing(site: Site) -> str:
    return _status(site, "DELETE", site.path("missing"))


@fact("~ in a path", "404", is_guess=True, needs="https")
def tilde(site: Site) -> str:
    return _status(site, "GET", f"/~/{site.folder.strip('/').rpartition('/')[2]}")


@fact("names with # ? % + : @, blanks and accents", "all come back", needs="https")
def names(site: Site) -> str:
    odd = ("a b", "a#b?c", "100%", "a+b:c@d", "%41", "\u00e9", "e\u0301", "x" * 200)
    lost = []
    for number, name in enumerate(odd):
        path = site.path(f"{number}-{name}")
        content = name.encode()
        site.request("PUT", path, content=content)
        stat = refusal(lambda: site.transfer.operation_stat(site.endpoint_id, path))  # noqa: B023
        if stat != "accepted" or site.request("GET", path).content != content:
            lost.append(ascii(name))
    return f"lost: {', '.join(lost)}" if lost else "all come back"


@fact("without a token", "302 to a login of the collection", needs="https")
def no_token(site: Site) -> str:
    answer = site.request("GET", site.path("missing"), token="")
    query = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
    is_own = query.get("client_id") == [site.endpoint_id]
    return f"{answer.status_code} {'to a login of the collection' if is_own else 'to elsewhere'}"


@fact("without a token, from a script", "401", is_guess=True, needs="https")
def no_token_script(site: Site) -> str:
    answer = site.request("GET", site.path("missing"), token="", headers=XHR)
    return str(answer.status_code)


@fact("a token of Globus Transfer", "401", is_guess=True, needs="https")
def other_token(site: Site) -> str:
    token = site.tokens["transfer.api.globus.org"]["access_token"]
    return str(site.request("GET", site.path("missing"), token=token, headers=XHR).status_code)


@fact("a token without data_access", "403", is_guess=True, needs="mapped")
def narrow_token(site: Site) -> str:
    if site.https_server is None:
        raise NotObserved("the collection has no HTTPS")
    document = site.auth.oauth2_token(
        {
            "grant_type": "refresh_token",
            "client_id": str(site.auth.client_id),
            "refresh_token": site.tokens[site.endpoint_id]["refresh_token"],
            "scope": https_scope(site.endpoint_id),
        }
    ).data
    token = document["access_token"]
    return str(site.request("GET", site.path("missing"), token=token, headers=XHR).status_code)


@fact("the collection's refreshed token works", "200", needs="https")
def refreshed_token(site: Site) -> str:
    secret = site.tokens[site.endpoint_id]["refresh_token"]
    token = site.auth.oauth2_refresh_token(secret).data["access_token"]
    return str(site.request("GET", site.put("refreshed", TEN), token=token).status_code)


def _range(site: Site, wanted: str) -> str:
    answer = site.request("GET", site.put("range", TEN), headers={"Range": wanted})
    return f"{answer.status_code} {answer.headers.get('Content-Range')}"


def _class(answer: httpx.Response) -> str:
    return "2xx" if answer.is_success else str(answer.status_code)


def _status(site: Site, method: str, path: str) -> str:
    return str(site.request(method, path).status_code)


def _size(site: Site, path: str) -> str:
    answer = site.request("HEAD", path)
    return f"size {answer.headers.get('Content-Length')}" if answer.is_success else "no file"
