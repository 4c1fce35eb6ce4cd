"""The outermost layer: who asks, how much he may send, and headers on every answer."""

import traceback
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jamila_runtime.logs import get_logger
from jamila_runtime.nearness import OPERATORS_ONLY, is_near

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of a download holds its token: no other site may learn it.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"
_FORM_BYTES: Final = 16 * 1024
_SLACK_BYTES: Final = 64 * 1024
"""What a form adds around an uploaded file."""
_log = get_logger(__name__)


class BodyTooLargeError(Exception):
    """More was sent than the page takes."""


class Shield:
    """ASGI middleware around all pages."""

    def __init__(
        self, app: ASGIApp, *, proxies: int, max_upload_bytes: int, upload_path: str, secure: bool
    ) -> None:
        self._app = app
        self.proxies = proxies
        """How many of the last addresses in ``X-Forwarded-For`` our own proxies wrote."""
        self._upload_path = upload_path
        self._max_upload_bytes = max_upload_bytes + _SLACK_BYTES
        self._headers = {**HEADERS, "Strict-Transport-Security": _HSTS} if secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens behind."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = self._address(scope)
        scope.setdefault("state", {})["address"] = address
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["path"] in OPERATORS_ONLY and not is_near(address):
            await PlainTextResponse("tidak ada", 404)(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, self._limited(scope, receive), send_guarded)
        except Exception as error:  # noqa: BLE001 - logged by kind, answered, see below
            # Kind and place only: the address of the page and what was sent stay out of the log.
            stack = "".join(traceback.format_tb(error.__traceback__))
            _log.error("unexpected fault", fault=type(error).__name__, stack=stack)
            if not started:
                await PlainTextResponse("Maaf, ada gangguan.", 500)(scope, receive, send_guarded)

    def _address(self, scope: Scope) -> str:
        client: str = scope["client"][0] if scope.get("client") else "-"
        if not self.proxies:
            return client
        # Only what our own proxies wrote is true: the rest of the line anybody can invent.
        forwarded = Headers(scope=scope).get("x-forwarded-for", "")
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        return hops[-self.proxies] if len(hops) >= self.proxies else client

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        is_upload = scope["path"] == self._upload_path
        left = self._max_upload_bytes if is_upload else _FORM_BYTES
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = not declared.isdecimal() or int(declared) > left

        async def receive_limited() -> Message:
            nonlocal left
            if too_large:
                raise BodyTooLargeError
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLargeError
            return message

        return receive_limited
