"""The events that a server sends to its front end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from .secrets import TRAIL


class Events:
    """One open tab's side of the stream.

    :param socket: an open web socket of ``api/events/subscribe``.
    """

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.seen: list[tuple[str, str]] = []

    async def until(self, kind: str, name: str | None = None, timeout_s: float = 10.0) -> None:
        """Wait for an event of a kind (and of a transfer's id)."""

        async def look() -> None:
            while not any(
                one == kind and (name is None or name == other) for one, other in self.seen
            ):
                message = await self._socket.read_message()
                TRAIL.say("an event", message)
                event = json.loads(message)
                if "sregistry-globus" in event["schema_id"]:
                    self.seen.append((event["kind"], event["id"]))

        await asyncio.wait_for(look(), timeout_s)

    def close(self) -> None:
        self._socket.close()
