"""Clients for peers outside, who are believed neither the size nor the end of an answer.

Whoever answers, by fault or on purpose, could fill the memory of a process or hold it for ever. So
an answer has a bound in bytes, and one in time: unless a request says otherwise, its read time-out
is the time that its whole answer has, from the connection to the last byte. Beyond either there is
a fault of transport, as if the line were cut, and adapters treat it as one. A compressed answer is
such a fault as well: 64 KB of it may be 64 MB.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from time import monotonic
from typing import Any, Final, cast

import httpcore
import httpx

REVOCATION_LIST_BYTES: Final = 16_777_216
"""A revocation list names every certificate that was ever taken back; about 40 bytes each."""
_MAX_BYTES: Final = "jamila-max-bytes"
_SECONDS: Final = "jamila-seconds"
_PLAIN: Final = "identity"
_TOO_LATE: Final = "no whole answer in time"
_WRITTEN_AT_ONCE: Final = 65_536
_ends_at: ContextVar[float] = ContextVar("ends_at")
"""When the time of the answer ends that this thread asks for."""


class AnswerTooLargeError(httpx.RemoteProtocolError):
    """More bytes than the caller allows; nothing beyond them was read."""


class AnswerCompressedError(httpx.RemoteProtocolError):
    """It came compressed, which nobody asked for."""


def at_most(*, max_bytes: int | None = None, seconds: float | None = None) -> dict[str, Any]:
    """``extensions`` of a request whose answer has other bounds than those of its client."""
    bounds = {_MAX_BYTES: max_bytes, _SECONDS: seconds}
    return {name: bound for name, bound in bounds.items() if bound is not None}


class BoundedClient(httpx.Client):
    """Asks a peer outside; ``how`` is httpx's, redirects are not followed."""

    def __init__(self, *, max_bytes: int, **how: Any) -> None:
        self._max_bytes = max_bytes
        super().__init__(**how)

    def _init_transport(self, *of: Any, **how: Any) -> httpx.BaseTransport:
        return _Bounded(super()._init_transport(*of, **how), self._max_bytes)

    def _init_proxy_transport(self, *of: Any, **how: Any) -> httpx.BaseTransport:
        return _Bounded(super()._init_proxy_transport(*of, **how), self._max_bytes)


class BoundedAsyncClient(httpx.AsyncClient):
    """The same for a process that waits for many at once."""

    def __init__(self, *, max_bytes: int, **how: Any) -> None:
        self._max_bytes = max_bytes
        super().__init__(**how)

    def _init_transport(self, *of: Any, **how: Any) -> httpx.AsyncBaseTransport:
        return _AsyncBounded(super()._init_transport(*of, **how), self._max_bytes)

    def _init_proxy_transport(self, *of: Any, **how: Any) -> httpx.AsyncBaseTransport:
        return _AsyncBounded(super()._init_proxy_transport(*of, **how), self._max_bytes)


class _Bound:
    """What one answer may still cost."""

    def __init__(self, request: httpx.Request, max_bytes: int) -> None:
        own = request.extensions
        self._bytes_left: int = own.get(_MAX_BYTES, max_bytes)
        self._ends_at: float = monotonic() + own.get(_SECONDS, own["timeout"]["read"])

    def counted(self, chunk: bytes) -> bytes:
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise AnswerTooLargeError("more bytes than anybody asked for")
        return chunk

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Here every step on the network ends in time, see ``_Stream``."""
        mark = _ends_at.set(self._ends_at)
        try:
            yield
        finally:
            _ends_at.reset(mark)

    @asynccontextmanager
    async def awaited(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(max(0.0, self._ends_at - monotonic())):
                yield
        except TimeoutError as error:
            raise httpx.ReadTimeout(_TOO_LATE) from error


class _Bounded(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport, max_bytes: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes
        if isinstance(inner, httpx.HTTPTransport):
            # httpx hands no network of ours to its pool; test_bounded notices when this ends.
            pool = inner._pool  # noqa: SLF001
            pool._network_backend = _Network(pool._network_backend)  # noqa: SLF001

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        bound = _Bound(request, self._max_bytes)
        request.headers["Accept-Encoding"] = _PLAIN
        with bound.in_time():
            answer = self._inner.handle_request(request)
        body = cast("httpx.SyncByteStream", answer.stream)
        if _is_compressed(answer):
            body.close()
            raise AnswerCompressedError("a compressed answer")
        return _with_body(answer, _Body(body, bound))

    def close(self) -> None:
        self._inner.close()


class _AsyncBounded(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, max_bytes: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        bound = _Bound(request, self._max_bytes)
        request.headers["Accept-Encoding"] = _PLAIN
        async with bound.awaited():
            answer = await self._inner.handle_async_request(request)
        body = cast("httpx.AsyncByteStream", answer.stream)
        if _is_compressed(answer):
            await body.aclose()
            raise AnswerCompressedError("a compressed answer")
        return _with_body(answer, _AsyncBody(body, bound))

    async def aclose(self) -> None:
        await self._inner.aclose()


def _is_compressed(answer: httpx.Response) -> bool:
    return answer.headers.get("Content-Encoding", _PLAIN).strip().lower() not in {"", _PLAIN}


def _with_body(
    answer: httpx.Response, body: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    return httpx.Response(
        answer.status_code, headers=answer.headers, stream=body, extensions=answer.extensions
    )


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, bound: _Bound) -> None:
        self._inner = inner
        self._bound = bound

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._inner)
        while True:
            with self._bound.in_time():
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield self._bound.counted(chunk)

    def close(self) -> None:
        self._inner.close()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, bound: _Bound) -> None:
        self._inner = inner
        self._bound = bound

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        while True:
            async with self._bound.awaited():
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield self._bound.counted(chunk)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Network(httpcore.NetworkBackend):
    """Gives streams that know when the time of an answer ends.

    A time-out of httpcore is that of one step; who sends a byte now and then never meets it.
    """

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In slices, because a peer may also take what we send a byte at a time.
        for start in range(0, len(buffer), _WRITTEN_AT_ONCE):
            part = buffer[start : start + _WRITTEN_AT_ONCE]
            self._inner.write(part, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float:
    left = _ends_at.get() - monotonic()
    if left <= 0:
        raise too_late(_TOO_LATE)
    return left if timeout is None else min(timeout, left)
