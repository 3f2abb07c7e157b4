"""A person at the sandbox's pages: opens a login, chooses, clicks Allow."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx


class Person:
    """A browser with its cookies, and somebody who reads what it shows."""

    def __init__(self) -> None:
        # The sandbox speaks plain HTTP, and reading all certificates takes longer than a login.
        self._browser = httpx.Client(follow_redirects=False, timeout=10, verify=False)

    def close(self) -> None:
        self._browser.close()

    def decide(
        self, authorize_url: str, decision: str = "allow", identity: str | None = None
    ) -> str:
        """Open a login page and click; return the address that Globus sends the browser to."""
        page = self._browser.get(authorize_url)
        if page.status_code in (302, 303):
            return page.headers["location"]
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r"<input type='hidden' name='(\w+)' value='([^']*)'", page.text))
        chosen = re.search(r"name='identity' value='([^']*)' checked", page.text)
        form = {name: html.unescape(value) for name, value in fields.items()}
        if chosen:
            form["identity"] = identity or chosen[1]
        action = re.search(r"action='([^']*)'", page.text)
        assert action is not None, page.text
        answer = self._browser.post(
            urljoin(str(page.url), action[1]), data={**form, "decision": decision}
        )
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["location"]

    def code(self, authorize_url: str) -> str:
        """Log in, and read the code that is to be pasted."""
        return parse_qs(urlsplit(self.decide(authorize_url)).query)["code"][0]
