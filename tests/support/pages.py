"""An open JupyterLab page in a browser, and logins that it begins."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..support.api import Api
from ..support.browser import Browser


class Page:
    """An open JupyterLab page: its address, and the browser that holds its cookie.

    :param host: the name under which it was opened.
    """

    def __init__(self, host: str, server_url: str) -> None:
        parts = urlsplit(server_url)
        self.origin = f"http://{host}:{parts.port}"
        self.url = f"{self.origin}{parts.path}"
        self.callback = f"http://localhost:{parts.port}{parts.path}sregistry-globus/oauth/callback"
        self.browser = Browser()

    async def log_in_to_jupyter(self, token: str) -> None:
        answer = await self.browser.open(f"{self.url}login?token={token}")
        assert answer.code == 302


async def opened(host: str, server_url: str, jp_serverapp: Any) -> Page:
    page = Page(host, server_url)
    await page.log_in_to_jupyter(jp_serverapp.identity_provider.token)
    return page


async def begin(api: Api, page: Page, **members: Any) -> dict[str, Any]:
    started: dict[str, Any] = await api.post(
        "logins", body={"page_url": f"{page.url}lab", **members}
    )
    return started


async def state_of(api: Api) -> str:
    return str((await api.get("account"))["state"])
