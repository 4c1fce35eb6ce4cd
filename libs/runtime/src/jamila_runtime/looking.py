"""Looks into the stores of the services without opening them for writing, whatever the engine."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from jamila_runtime.places import in_postgres, postgres_url, schema_of, store_of

_SCHEMAS = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE :ours ORDER BY nspname")


def stores_with(table: str, folder: Path) -> Iterator[tuple[str, Connection]]:
    """Every store that has a table of that name, open while it is looked at.

    Args:
        table: What makes it a store of the wanted kind.
        folder: Of the SQLite files.
    """
    for store, engine in _postgres() if in_postgres() else _files(folder):
        with _looking(engine) as connection:
            if _has(connection, table):
                yield store, connection


def _files(folder: Path) -> Iterator[tuple[str, Engine]]:
    for path in sorted(folder.glob("*.db")):
        address = f"sqlite:///file:{path.absolute()}?mode=ro&uri=true"
        yield path.stem, create_engine(address, poolclass=NullPool)


def _postgres() -> Iterator[tuple[str, Engine]]:
    with _looking(create_engine(postgres_url(), poolclass=NullPool)) as connection:
        names = connection.execute(_SCHEMAS, {"ours": schema_of("%").replace("_", r"\_")})
        schemas: list[str] = list(names.scalars())
    for schema in schemas:
        yield store_of(schema), create_engine(postgres_url(schema=schema), poolclass=NullPool)


@contextmanager
def _looking(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _has(connection: Connection, table: str) -> bool:
    with suppress(DatabaseError):
        return inspect(connection).has_table(table)
    # A file that is no database.
    return False
