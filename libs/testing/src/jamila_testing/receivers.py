"""Another system that is told by webhook, and the names it is known by."""

import json

import httpx

PUBLIC = "93.184.216.34"
"""An address of the public internet; nothing is ever sent to it."""


class Receiver:
    """Remembers what it was told, and answers what a test says."""

    def __init__(self) -> None:
        self.heard: list[httpx.Request] = []
        self.status = 204
        self.fault: Exception | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.heard.append(request)
        if self.fault is not None:
            raise self.fault
        return httpx.Response(self.status)

    def told(self) -> list[str]:
        """The names of the events it heard of."""
        return [json.loads(each.content)["type"] for each in self.heard]


async def lookup(host: str, _: int) -> list[str]:
    """Every name leads to one public address, but the one that leads inside."""
    return [{"dalam.example.org": "10.0.0.7"}.get(host, PUBLIC)]
