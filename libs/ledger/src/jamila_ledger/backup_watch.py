"""When the last good backup was made: written by the backup, told to monitoring by the ledger."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from prometheus_client import Gauge

from jamila_runtime.durable import make_durable

FILE_NAME: Final = "last-backup.json"
LAST_GOOD: Final = Gauge(
    "jamila_backup_last_good_seconds",
    "Instant shown by the last backup that was proven, in seconds since 1970; 0: never.",
)


def note_good_backup(home: Path, cut_at: datetime) -> None:
    """Remember that a backup was made and proven."""
    file = home / FILE_NAME
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"cut_at": cut_at.isoformat()}) + "\n", encoding="utf-8")
    make_durable(draft)
    draft.replace(file)


def last_good_backup(home: Path) -> datetime | None:
    """The instant that the last good backup shows."""
    try:
        said = json.loads((home / FILE_NAME).read_bytes())
        return datetime.fromisoformat(said["cut_at"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def tell_backups(home: Path) -> None:
    """Let monitoring see it, from now on and whenever it is asked."""

    def seconds() -> float:
        at = last_good_backup(home)
        return at.timestamp() if at else 0.0

    LAST_GOOD.set_function(seconds)
