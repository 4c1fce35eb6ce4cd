"""Fixtures of the whole workspace; pytest finds them by the entry point ``pytest11``."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import pytest_socket


@pytest.fixture(scope="session")
def mongod_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real one-node MongoDB replica set, one per test session."""
    # Imported here: most tests need no server, and its driver is slow to load.
    from jamila_testing.servers import mongod  # noqa: PLC0415

    pytest_socket.enable_socket()
    with mongod(tmp_path_factory.mktemp("mongod")) as url:
        yield url


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real nats-server with JetStream, one per test session."""
    from jamila_testing.servers import nats_server  # noqa: PLC0415 - see mongod_url

    pytest_socket.enable_socket()
    with nats_server(tmp_path_factory.mktemp("nats")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a database of a real PostgreSQL server, one per test session."""
    from jamila_testing.servers import postgres  # noqa: PLC0415 - see mongod_url

    pytest_socket.enable_socket()
    with postgres() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    """Debian's chromium, one per test session."""
    from jamila_testing.browser import chromium  # noqa: PLC0415 - see mongod_url

    pytest_socket.enable_socket()
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Any) -> AsyncIterator[Any]:
    """Pages of one test (``jamila_testing.browser.Window``)."""
    from jamila_testing.browser import Window  # noqa: PLC0415 - see mongod_url

    opened = Window(browser)
    yield opened
    await opened.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """Address of an empty database of one test alone, gone afterwards."""
    import psycopg  # noqa: PLC0415 - see mongod_url

    name = f"uji_{uuid4().hex}"
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield postgres_url.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["floods", "drips"])
def endless(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A peer whose answer has no end (``jamila_testing.endless.EndlessPeer``)."""
    from jamila_testing.endless import endless_peer  # noqa: PLC0415 - see mongod_url

    pytest_socket.enable_socket()
    with endless_peer(request.param) as peer:
        yield peer
