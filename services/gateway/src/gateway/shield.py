"""The outermost layer: size limit, security headers, and an answer even to a bug."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import watchman
from gateway.failures import Presenter, answer_unforeseen
from gateway.problems import RequestTooLargeError, response_of

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    # Answers hold personal data; no cache on the way or in the browser may keep them.
    "Cache-Control": "no-store",
}
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
"""As large as the check of signed documents reads, and a PDF of a resident; for uploads alone."""
UPLOAD = re.compile(
    r"/api/v1/(cases|batches)/[0-9a-f-]{36}/(siak-files|papers|uploads)|/unggah/[a-z-]+/[0-9a-f-]{36}"
)
_HSTS = "max-age=31536000; includeSubDomains"


class Shield:
    """ASGI middleware around the whole API."""

    def __init__(
        self, app: ASGIApp, *, max_body_bytes: int, secure: bool, present: Presenter
    ) -> None:
        self._app = app
        self._present = present
        self._max_body_bytes = max_body_bytes
        self._max_upload_bytes = max(max_body_bytes, MAX_UPLOAD_BYTES)
        self._headers = {**_HEADERS, "Strict-Transport-Security": _HSTS} if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens behind."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        watchman.begin(scope["client"][0] if scope.get("client") else "-")

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, self._limited(scope, receive), send_guarded)
        except RequestTooLargeError as error:
            await self._present(Request(scope), response_of(error))(scope, receive, send_guarded)
        except Exception as error:
            response = answer_unforeseen(error)
            if started:
                raise
            await self._present(Request(scope), response)(scope, receive, send_guarded)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        declared = Headers(scope=scope).get("content-length", "0")
        left = limit = self._limit_of(scope)
        if declared.isdecimal() and int(declared) > left:
            raise _too_large(limit)

        async def receive_limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _too_large(limit)
            return message

        return receive_limited

    def _limit_of(self, scope: Scope) -> int:
        is_upload = scope["method"] == "POST" and UPLOAD.fullmatch(scope["path"])
        return self._max_upload_bytes if is_upload else self._max_body_bytes


def _too_large(limit: int) -> RequestTooLargeError:
    return RequestTooLargeError(f"the body exceeds {limit} bytes", max_bytes=limit)
