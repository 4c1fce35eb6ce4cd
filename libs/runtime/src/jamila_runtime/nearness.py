"""Pages for operators: readiness and figures are nobody's business beyond the office's network."""

import ipaddress
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OPERATORS_ONLY: Final = frozenset({"/metrics", "/readyz"})


def is_near(address: str) -> bool:
    """Whether somebody on this machine or in the office's own network asks."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False


class NearOnly:
    """ASGI middleware: whoever is far away, or comes through a proxy from there, finds nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is for everybody, and those who are near."""
        if scope["type"] == "http" and scope["path"] in OPERATORS_ONLY and not _all_near(scope):
            await PlainTextResponse("tidak ada\n", 404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _all_near(scope: Scope) -> bool:
    """Whether every address that has to do with a request is near; an invented one only harms."""
    client = scope.get("client")
    lines = Headers(scope=scope).getlist("x-forwarded-for")
    hops = [hop.strip() for line in lines for hop in line.split(",")]
    return client is not None and all(is_near(each) for each in (client[0], *hops))
