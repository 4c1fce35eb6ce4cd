"""An answer costs at most so many bytes and so much time, whoever gives it."""

from collections.abc import Iterator

import httpx
import pytest

from jamila_runtime.bounded import (
    AnswerCompressedError,
    AnswerTooLargeError,
    BoundedAsyncClient,
    BoundedClient,
    at_most,
)
from jamila_testing.endless import EndlessPeer, endless_peer

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

MIB = 1_048_576
BUFFERS = 32 * MIB
"""More than both ends of a connection on this machine keep for themselves."""


@pytest.fixture
def flooding() -> Iterator[EndlessPeer]:
    with endless_peer("floods") as peer:
        yield peer


@pytest.fixture(params=["drips", "drips-head"])
def dripping(request) -> Iterator[EndlessPeer]:
    with endless_peer(request.param) as peer:
        yield peer


def asking(**bounds: float) -> BoundedClient:
    return BoundedClient(**{"max_bytes": MIB, "timeout": 20.0, **bounds})


def asking_async(**bounds: float) -> BoundedAsyncClient:
    return BoundedAsyncClient(**{"max_bytes": MIB, "timeout": 20.0, **bounds})


def small(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"x" * 1000, headers={"X-Asked": request.url.path})


def test_whole_answer_is_given_as_it_came():
    with asking(transport=httpx.MockTransport(small), max_bytes=1000) as http:
        answer = http.get("http://peer.test/a")

    assert (answer.status_code, len(answer.content), answer.headers["x-asked"]) == (200, 1000, "/a")


def test_one_byte_more_is_too_much_unless_the_request_allows_it():
    with asking(transport=httpx.MockTransport(small), max_bytes=999) as http:
        with pytest.raises(AnswerTooLargeError):
            http.get("http://peer.test/a")
        answer = http.get("http://peer.test/a", extensions=at_most(max_bytes=1000))

    assert len(answer.content) == 1000


def test_no_more_is_taken_of_an_answer_without_end(flooding):
    with asking() as http, pytest.raises(AnswerTooLargeError):
        http.post(flooding.url, content=b"x" * 200_000)

    assert 0 < flooding.poured < BUFFERS


async def test_no_more_is_taken_by_a_process_that_waits_for_many(flooding):
    async with asking_async() as http:
        with pytest.raises(AnswerTooLargeError):
            await http.get(flooding.url)

    assert 0 < flooding.poured < BUFFERS


def test_a_byte_now_and_then_does_not_make_it_last(dripping):
    with asking(timeout=dripping.patience) as http, pytest.raises(httpx.ReadTimeout):
        http.get(dripping.url)


def test_time_of_one_request_may_be_another_than_that_between_two_bytes(dripping):
    with asking() as http, pytest.raises(httpx.ReadTimeout):
        http.get(dripping.url, extensions=at_most(seconds=dripping.patience))


async def test_a_byte_now_and_then_does_not_make_it_last_for_many(dripping):
    async with asking_async(timeout=dripping.patience) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get(dripping.url)


async def test_what_comes_compressed_is_not_unfolded():
    with endless_peer("compresses") as peer:
        with asking() as http, pytest.raises(AnswerCompressedError):
            http.get(peer.url)
        async with asking_async() as http:
            with pytest.raises(AnswerCompressedError):
                await http.get(peer.url)


def test_nobody_is_asked_for_something_compressed():
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(204)

    with asking(transport=httpx.MockTransport(answer)) as http:
        http.get("http://peer.test/")

    assert asked == ["identity"]


def test_a_proxy_of_the_environment_is_bounded_as_well(flooding, monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", flooding.url)
    with asking() as http, pytest.raises(AnswerTooLargeError):
        http.get("http://peer.test/")

    assert flooding.asked == 1
