"""Stage stores in a real PostgreSQL, for tests that also run on SQLite."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from jamila_runtime.places import POSTGRES, RECORDER


def postgres_variables(url: str, *, user: str | None = None) -> dict[str, str]:
    """The variables that name a database to every process."""
    at = make_url(url)
    return {
        "PERSISTENCE_MODULE": POSTGRES,
        "POSTGRES_HOST": at.host or "",
        "POSTGRES_PORT": str(at.port),
        "POSTGRES_DBNAME": at.database or "",
        "POSTGRES_USER": user or at.username or "",
        "POSTGRES_PASSWORD": "",
    }


@contextmanager
def stage_schema(url: str) -> Iterator[Mapping[str, str]]:
    """Environment of a stage store in a schema of its own, which is gone afterwards."""
    schema = f"uji_{uuid4().hex}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        yield {
            **postgres_variables(url),
            "POSTGRES_SCHEMA": schema,
            "POSTGRES_POOL_SIZE": "1",
            "PROCESS_RECORDER_TOPIC": RECORDER,
        }
        server.execute(f"DROP SCHEMA {schema} CASCADE")
