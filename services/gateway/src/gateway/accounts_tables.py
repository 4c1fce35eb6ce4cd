"""The tables of the accounts: one small SQL database, and how a transaction in it is made.

Of a token only its SHA-256 is kept, of a name that somebody tried only its SHA-256 too: people
type their password into the wrong field.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from jamila_runtime.errors import RetryableError
from jamila_runtime.sql import open_engine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
T = TypeVar("T")


class Instant(TypeDecorator[datetime]):
    """An aware instant as microseconds since 1970: the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write it."""
        del dialect
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read it."""
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND


metadata = MetaData()
accounts = Table(
    "accounts",
    metadata,
    Column("account", String(32), primary_key=True),
    Column("display_name", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("tenant", String(4), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("password_is_temporary", Boolean),
    Column("tour_stop", Integer),
)
grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.account"), nullable=False, index=True),
    Column("capability", String(64), nullable=False),
    Column("on_behalf_of", String(32)),
    Column("stand_in", String(3)),
    Column("valid_from", Instant),
    Column("valid_until", Instant),
    Column("letter", String(100)),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.account"), nullable=False, index=True),
    Column("kind", String(7), nullable=False),
    Column("name", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("pending", String(8)),
    Column("verified_at", Instant),
)
attempts = Table(
    "attempts",
    metadata,
    Column("name_sha256", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
factors = Table(
    "second_factors",
    metadata,
    Column("account", ForeignKey("accounts.account"), primary_key=True),
    Column("sealed", String(200)),
    Column("last_step", BigInteger),
    Column("confirmed_at", Instant),
    Column("proposed", String(200)),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account", ForeignKey("accounts.account"), primary_key=True),
    Column("code_sha256", String(64), primary_key=True),
)


identities = Table(
    "foreign_identities",
    metadata,
    Column("account", ForeignKey("accounts.account"), primary_key=True),
    Column("issuer", String(300), nullable=False),
    Column("identity_sha256", String(64), nullable=False, unique=True),
)
changes = Table(
    "account_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),
    Column("account", String(32), nullable=False, index=True),
    Column("tenant", String(4), nullable=False, index=True),
    Column("what", String(40), nullable=False),
    Column("details", Text, nullable=False),
)


class AccountsDatabase:
    """One SQL database; whoever keeps something in it does so in transactions of it."""

    def __init__(self, url: str) -> None:
        with _translated():
            self._engine = open_engine(url, metadata)
            _complete(self._engine)

    def dispose(self) -> None:
        """Give back connections."""
        self._engine.dispose()

    def within(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction.

        Raises:
            RetryableError: the database is busy or away.
        """
        with _translated(), self._engine.begin() as connection:
            return work(connection)


def _complete(engine: Engine) -> None:
    """Add the columns that a database of an earlier version lacks; all of them may be empty."""
    for table in metadata.sorted_tables:
        present = {column["name"] for column in inspect(engine).get_columns(table.name)}
        for column in table.columns:
            if column.name in present:
                continue
            kind = column.type.compile(engine.dialect)
            with engine.begin() as connection:
                connection.execute(
                    text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
                )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise RetryableError("the store of accounts is busy or away") from error
