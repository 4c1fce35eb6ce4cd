"""What every command works on: the ledger (read-only) and the read models."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jamila_ledger.calendar import DEFAULT_CALENDAR, Calendar, load_calendar
from jamila_replay.database import ModelDatabase
from jamila_replay.settings import ReplaySettings
from jamila_replay.source import LedgerReader


@dataclass(frozen=True)
class Stores:
    """Open connections, and the settings they were made by."""

    settings: ReplaySettings
    reader: LedgerReader
    database: ModelDatabase

    @property
    def calendar(self) -> Calendar:
        """The calendar of the due times."""
        return load_calendar(self.settings.calendar)


def _calendar_of_live(database: ModelDatabase) -> str:
    made_by: str = database.position(database.live()).get("calendar", "")
    return made_by.partition(" ")[0] or DEFAULT_CALENDAR


@contextmanager
def open_stores(settings: ReplaySettings) -> Iterator[Stores]:
    """Connect for as long as the block runs.

    Raises:
        LedgerUnusableError: there is no readable ledger.
        RetryableError: MongoDB or the ledger is away.
    """
    reader = LedgerReader.open(settings.ledger)
    database = ModelDatabase.connect(settings.mongo_url.get_secret_value(), settings.mongo_database)
    try:
        known = settings.calendar or _calendar_of_live(database)
        yield Stores(settings.model_copy(update={"calendar": known}), reader, database)
    finally:
        database.close()
        reader.close()
