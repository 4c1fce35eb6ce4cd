"""Stores in PostgreSQL become the files that the checker reads."""

import sqlite3
from contextlib import closing
from uuid import UUID

import psycopg
import pytest

from jamila_faults.checker.world import SERVICES
from jamila_faults.stores import INBOX, LEDGER, Schemas
from jamila_runtime.places import schema_of
from jamila_testing.servers import postgres

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]
ID = UUID(int=6311)


@pytest.fixture
def schemas(tmp_path):
    with postgres() as url:
        conninfo = url.replace("+psycopg", "")
        with psycopg.connect(conninfo, autocommit=True) as server:
            for store in (*SERVICES, LEDGER, INBOX):
                server.execute(f"CREATE SCHEMA {schema_of(store)}")
            server.execute(f"SET search_path = {schema_of('review')}")
            server.execute(
                "CREATE TABLE review_events (originator_id uuid, topic text, state bytea,"
                " notification_id serial)"
            )
            server.execute(
                "INSERT INTO review_events VALUES (%s, 'satu', %s, 1), (%s, 'tiga', %s, 3)",
                (ID, b"\x00a", ID, b"b"),
            )
            server.execute('CREATE TABLE "review-2_tracking" (application_name text)')
            server.execute("CREATE TABLE outbox (position bigint, published bigint)")
            server.execute("INSERT INTO outbox VALUES (3, 3)")
        yield Schemas(conninfo, tmp_path)


def test_a_store_is_asked_where_it_lies_and_copied_with_its_places(schemas, tmp_path):
    assert schemas.rows("review", "SELECT position FROM outbox") == [(3,)]
    assert schemas.last("review") == 3

    schemas.write_down()

    with closing(sqlite3.connect(tmp_path / "review.db")) as file:
        log = file.execute("SELECT rowid, originator_id, topic, state FROM stored_events")
        assert log.fetchall() == [(1, str(ID), "satu", b"\x00a"), (3, str(ID), "tiga", b"b")]
        assert file.execute("SELECT * FROM outbox").fetchall() == [(3, 3)]
    assert {each.name for each in tmp_path.iterdir()} == {
        f"{store}.db" for store in (*SERVICES, LEDGER, INBOX)
    }
