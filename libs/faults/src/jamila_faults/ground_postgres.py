"""One office whose stores and ledger lie in PostgreSQL, which is one of its processes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg

from jamila_deploy.plan import ProcessSpec
from jamila_deploy.postgres import role_of, roles_sql
from jamila_testing.databases import postgres_variables
from jamila_testing.servers import Database, database_on_disk

POSTGRES: Final = "postgres"
_CONNECTIONS: Final = "200"


@dataclass(frozen=True)
class PostgresReady:
    """Ready once somebody may log in."""

    database: Database

    async def passes(self) -> bool:
        """Try."""
        return await asyncio.to_thread(self.database.answers)


@contextmanager
def prepared_database() -> Iterator[Database]:
    """A database with the roles and schemas of an office, not served by anybody."""
    with database_on_disk(options={"max_connections": _CONNECTIONS}) as database:
        with database.served(), psycopg.connect(database.conninfo, autocommit=True) as admin:
            admin.execute(roles_sql().encode())
        yield database


def on_postgres(
    specs: tuple[ProcessSpec, ...], database: Database, *, moved: frozenset[str], logs: Path
) -> tuple[ProcessSpec, ...]:
    """The same processes with everything that some of them keep in PostgreSQL, and its server."""
    server = ProcessSpec(
        name=POSTGRES,
        argv=(*_as(database.user), *database.command),
        log_path=logs / f"{POSTGRES}.log",
        url=database.url,
        ready=PostgresReady(database),
    )
    return (
        server,
        *(_moved(spec, database) if spec.name in moved else spec for spec in specs),
    )


def _moved(spec: ProcessSpec, database: Database) -> ProcessSpec:
    service = spec.name.replace("_", "-")
    variables = postgres_variables(database.url, user=role_of(service))
    return replace(spec, env={**spec.env, **variables}, depends_on=(*spec.depends_on, POSTGRES))


def _as(user: str | None) -> tuple[str, ...]:
    # The wish to die with the launcher is forgotten when the account changes: said once more.
    account = (f"--reuid={user}", f"--regid={user}", "--clear-groups")
    return ("setpriv", *account, "--pdeathsig", "KILL", "--") if user else ()
