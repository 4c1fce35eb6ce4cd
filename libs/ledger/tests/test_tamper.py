"""A thousand random manipulations of each kind, in both databases: every one is found.

A forger has all of the database and none of the keys. Each manipulation is made in a transaction
that is rolled back; sometimes clumsily, sometimes with every position, link and hash made to fit.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import delete, text
from sqlalchemy.engine import Connection

from jamila_contracts import events as e
from jamila_ledger.chain import GENESIS, Entry, entry_hash
from jamila_ledger.checkpoints_check import check
from jamila_ledger.checkpoints_key import PUBLIC_FILE
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.tables import ENTRIES, open_engine
from jamila_testing.builders import ROAD, Logs, Story

RUNS = 1000
SAMPLE = 20
"""Each so many manipulations the stand-alone verifier is asked too."""
SIGNED_AT = (20, 36, 51)
Chance = random.Random
Forge = Callable[[list[Entry], Chance], list[Entry]]


def renumbered(entries: list[Entry]) -> list[Entry]:
    return [entry._replace(position=n) for n, entry in enumerate(entries, start=1)]


def chained_anew(entries: list[Entry]) -> list[Entry]:
    """A ledger whose chain is without fault, for whoever knows no checkpoint."""
    previous, cases, made = GENESIS, {}, []
    for entry in renumbered(entries):
        place, link = cases.get(entry.case_id, (0, GENESIS))
        links = {"case_position": place + 1, "previous_hash": previous, "case_previous_hash": link}
        forged = entry._replace(**links)
        forged = forged._replace(hash=entry_hash(forged))
        previous, cases[entry.case_id] = forged.hash, (place + 1, forged.hash)
        made.append(forged)
    return made


def as_they_are(entries: list[Entry]) -> list[Entry]:
    return entries


def changed(value: str | int | bytes, chance: Chance) -> str | int | bytes:
    """Another value of the same type, near or far."""
    if isinstance(value, int):
        return max(value + chance.choice([-1, 1]) * chance.randint(1, 10**6), 0) + (value == 0)
    place = chance.randrange(len(value))
    if isinstance(value, bytes):
        flipped = value[place] ^ (1 << chance.randrange(8))
        return value[:place] + bytes([flipped]) + value[place + 1 :]
    other = chance.choice([letter for letter in 'abcXYZ019{}":, ' if letter != value[place]])
    return value[:place] + other + value[place + 1 :]


def edit(entries: list[Entry], chance: Chance) -> list[Entry]:
    place = chance.randrange(len(entries))
    covered = ("meta", "data", "recorded_us")
    cover_up = chance.choice(["nothing", "its hash", "the chain"])
    names = Entry._fields[1:] if cover_up == "nothing" else covered
    name = chance.choice(names)
    entry = entries[place]
    forged = entry._replace(**{name: changed(getattr(entry, name), chance)})
    if cover_up == "its hash":
        forged = forged._replace(hash=entry_hash(forged))
    after = [*entries[:place], forged, *entries[place + 1 :]]
    return chained_anew(after) if cover_up == "the chain" else after


def remove(entries: list[Entry], chance: Chance) -> list[Entry]:
    gone = set(chance.sample(range(len(entries)), chance.randint(1, 5)))
    left = [entry for place, entry in enumerate(entries) if place not in gone]
    return chance.choice([as_they_are, renumbered, chained_anew])(left)


def forged_entry(model: Entry, chance: Chance) -> Entry:
    """An entry that looks like any other."""
    event_id = str(UUID(int=chance.getrandbits(128), version=4))
    log_position = 10_000 + chance.randrange(10**6)
    meta = model.meta.replace(model.event_id, event_id).replace(
        f'"log_position":{model.log_position}', f'"log_position":{log_position}'
    )
    forged = model._replace(event_id=event_id, log_position=log_position, meta=meta)
    return forged._replace(hash=entry_hash(forged))


def push_in(entries: list[Entry], chance: Chance) -> list[Entry]:
    place = chance.randrange(len(entries))
    forged = forged_entry(chance.choice(entries), chance)._replace(position=place + 1)
    forged = forged._replace(hash=entry_hash(forged))
    after = [*entries[:place], forged, *entries[place:]]
    return chance.choice([as_they_are, renumbered, chained_anew])(after)


def reorder(entries: list[Entry], chance: Chance) -> list[Entry]:
    start = chance.randrange(len(entries) - 1)
    end = chance.randint(start + 2, min(start + 12, len(entries)))
    part = entries[start:end]
    moved = part
    while moved == part:
        moved = chance.choice(
            [part[1:] + part[:1], part[::-1], chance.sample(part, len(part))],
        )
    after = [*entries[:start], *moved, *entries[end:]]
    return chance.choice([renumbered, chained_anew])(after)


def cut_off(entries: list[Entry], chance: Chance) -> list[Entry]:
    left = entries[: chance.randrange(len(entries))]
    if chance.random() < 0.5:
        return left
    invented = [forged_entry(entry, chance) for entry in entries[len(left) :]]
    return chained_anew([*left, *invented[: chance.randint(0, len(invented))]])


KINDS: dict[str, Forge] = {
    "edited": edit,
    "deleted": remove,
    "inserted": push_in,
    "reordered": reorder,
    "truncated": cut_off,
}


class Borrowed:
    """An engine of one connection, so that a check sees what its transaction changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield self._connection


@dataclass
class Crime:
    """A signed ledger in a database whose rules the forger took off."""

    connection: Connection
    genuine: list[Entry]
    checkpoints: list
    office: object
    home: object

    def _write(self, entries: list[Entry]) -> None:
        driver = self.connection.connection.dbapi_connection
        if self.connection.dialect.name == "postgresql":
            with driver.cursor().copy("COPY entries FROM STDIN") as copy:
                for entry in entries:
                    copy.write_row(entry)
        else:
            marks = ",".join("?" * len(Entry._fields))
            driver.executemany(f"INSERT INTO entries VALUES ({marks})", entries)  # noqa: S608

    def swept(self) -> None:
        """Clear away what was rolled back; PostgreSQL would read past more and more of it."""
        if self.connection.dialect.name == "postgresql":
            driver = self.connection.connection.dbapi_connection
            driver.autocommit = True
            driver.execute("VACUUM entries")
            driver.autocommit = False

    @contextmanager
    def committed(self, after: list[Entry]) -> Iterator[SqlLedgerStore]:
        """The ledger as a forger leaves it."""
        before = set(self.genuine)
        kept = before & set(after)
        gone = [entry.position for entry in before - kept]
        new = [entry for entry in after if entry not in kept]
        transaction = self.connection.begin()
        if gone:
            self.connection.execute(delete(ENTRIES).where(ENTRIES.c.position.in_(gone)))
        if new:
            self._write(new)
        yield SqlLedgerStore(Borrowed(self.connection))
        transaction.rollback()

    def copy(self) -> str:
        """The ledger as it stands, in a file for the stand-alone verifier."""
        path = self.home / "stores" / "copy.db"
        rows = self.connection.exec_driver_sql("SELECT * FROM entries").all()
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA synchronous=OFF")
            file.execute("DROP TABLE IF EXISTS entries")
            file.execute(f"CREATE TABLE entries ({', '.join(Entry._fields)})")
            marks = ",".join("?" * len(Entry._fields))
            file.executemany(f"INSERT INTO entries VALUES ({marks})", map(tuple, rows))  # noqa: S608
        file.close()
        return str(path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.connected)])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    request.getfixturevalue("socket_enabled")
    server = request.getfixturevalue("postgres_url")
    name = f"uji_{uuid4().hex}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.rpartition("/")[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def interleaved_cases():
    """Three cases that go through the office side by side: 51 records."""
    logs, told = Logs(), []
    stories = [Story(f"kasus-{n}", logs=logs) for n in range(3)]
    told += [story.tell(e.PermohonanDiajukan) for story in stories]
    for event_class in ROAD:
        for story in stories:
            story.work(event_class)
            told += story.records[-2:]
    return told


@pytest.fixture
def crime(url, tmp_path, signer_of, clock):
    records = interleaved_cases()
    store = SqlLedgerStore.open(url)
    start = 0
    for end in SIGNED_AT:
        store.append(records[start:end], now=clock.now())
        signer_of(store).sign()
        start = end
        clock.later(minutes=9)
    genuine = list(store.scan())
    store.close()
    engine = open_engine(url)
    with engine.connect() as connection:
        with connection.begin():
            connection.execute(text("CREATE TABLE copied AS SELECT * FROM entries"))
            connection.execute(text("DROP TABLE entries"))
            connection.execute(text("ALTER TABLE copied RENAME TO entries"))
        yield Crime(connection, genuine, signer_of.file.all(), signer_of.office, tmp_path)
    engine.dispose()


def first_difference(genuine: list[Entry], after: list[Entry]) -> int:
    pairs = zip(genuine, after, strict=False)
    same = (n for n, (one, other) in enumerate(pairs, start=1) if one != other)
    return next(same, min(len(genuine), len(after)) + 1)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_random_manipulations_of_a_kind_are_all_found(crime, kind, verifier, capsys):
    missed, overlooked = [], []
    for run in range(RUNS):
        if run % SAMPLE == 0:
            crime.swept()
        chance = Chance(f"{kind} {run}")
        after = KINDS[kind](crime.genuine, chance)
        assert after != crime.genuine, f"{kind} {run} changed nothing"
        with crime.committed(after) as store:
            found = list(store.scan())
            report = check(found, crime.checkpoints, crime.office.keys)
            if report.ok or report.head.position >= first_difference(crime.genuine, found):
                missed.append(run)
            if run % SAMPLE == 0 and verifier.main([crime.copy()]) != verifier.TAMPERED:
                overlooked.append((run, capsys.readouterr().out))
    assert (missed, overlooked) == ([], [])


def test_the_ledger_that_nobody_touched_is_whole(crime, verifier, capsys):
    with crime.committed(crime.genuine) as store:
        assert check(store.scan(), crime.checkpoints, crime.office.keys).ok
        key = str(crime.home / "stores" / PUBLIC_FILE)
        assert verifier.main([crime.copy(), "--key", key]) == verifier.WHOLE
    assert capsys.readouterr().out == "UTUH: 51 catatan, 3 titik periksa\n"
