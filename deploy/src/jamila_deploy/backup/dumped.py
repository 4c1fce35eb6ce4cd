"""Reads the dump of a PostgreSQL office where it lies: no server, only ``pg_restore``."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from jamila_deploy.backup.errors import BackupDamagedError, BackupToolMissingError
from jamila_ledger.chain import Entry
from jamila_ledger.tables import ENTRIES
from jamila_runtime.places import schema_of

DUMP: Final = "postgres.dump"
_LEDGER: Final = schema_of("ledger")
_COPY: Final = re.compile(r"^COPY \S+ \((.+)\) FROM stdin;$")
_END: Final = "\\."
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANINGS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ENTRY_TYPES: Final = Entry.__annotations__


def tool(name: str) -> str:
    """Where one of PostgreSQL's own programs lies.

    Raises:
        BackupToolMissingError: it is not installed here.
    """
    found = shutil.which(name)
    if found is None:
        raise BackupToolMissingError("a program of PostgreSQL is missing", program=name)
    return found


def is_sound(dump: Path) -> bool:
    """Whether the whole dump can be read."""
    command = [tool("pg_restore"), f"--file={os.devnull}", str(dump)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed words


def entries(dump: Path) -> Iterator[Entry]:
    """The entries of the ledger, the first one first.

    Raises:
        BackupDamagedError: they cannot be read.
    """
    waiting: dict[int, Entry] = {}
    position = 1
    with _rows(dump) as rows:
        for row in rows:
            entry = _entry(row)
            # A table has no order of its own; it is nearly that in which it was written.
            waiting[entry.position] = entry
            while (found := waiting.pop(position, None)) is not None:
                yield found
                position += 1
    # What follows a gap stays what it is: the check of the chain names it.
    yield from (waiting[each] for each in sorted(waiting))


@contextmanager
def _rows(dump: Path) -> Iterator[Iterator[Mapping[str, str]]]:
    wanted = [f"--schema={_LEDGER}", f"--table={ENTRIES.name}", "--data-only", "--file=-"]
    with subprocess.Popen(  # noqa: S603 - fixed words
        [tool("pg_restore"), *wanted, str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="surrogateescape",
    ) as reading:
        assert reading.stdout is not None  # noqa: S101 - it was asked for
        try:
            yield _copied(reading.stdout)
        finally:
            reading.kill()


def _copied(text: IO[str]) -> Iterator[Mapping[str, str]]:
    columns: list[str] = []
    for line in text:
        row = line.rstrip("\n")
        if not columns:
            found = _COPY.match(row)
            columns = re.findall(r"\w+", found[1]) if found else []
        elif row == _END:
            return
        else:
            yield dict(zip(columns, row.split("\t"), strict=False))


def _entry(row: Mapping[str, str]) -> Entry:
    try:
        return Entry(**{name: _value(kind, row[name]) for name, kind in _ENTRY_TYPES.items()})
    except (KeyError, ValueError) as error:
        raise BackupDamagedError("an entry of the ledger cannot be read") from error


def _value(kind: type, written: str) -> Any:
    plain = _ESCAPED.sub(lambda found: _MEANINGS.get(found[1], found[1]), written)
    if kind is int:
        return int(plain)
    return bytes.fromhex(plain.removeprefix("\\x")) if kind is bytes else plain
