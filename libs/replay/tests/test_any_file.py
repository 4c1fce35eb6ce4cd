"""Whatever file somebody wants to load: it is a whole ledger, or it is refused."""

from contextlib import closing

import orjson
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.errors import FileUnusableError
from jamila_replay.source import LedgerReader
from jamila_replay.transfer import check, export
from jamila_testing.builders import happy_story
from jamila_testing.clocks import MovableClock
from jamila_testing.fuzz import NESTED, bitten, fuzz, spoiled

pytestmark = pytest.mark.fuzz


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The lines of a good export."""
    folder = tmp_path_factory.mktemp("export")
    url = f"sqlite:///{folder / 'ledger.db'}"
    with closing(SqlLedgerStore.open(url)) as store:
        store.append(happy_story("kasus-1").records, now=MovableClock().now())
    export(LedgerReader.open(url), folder / "ledger.zst")
    whole = zstandard.decompress((folder / "ledger.zst").read_bytes(), max_output_size=1 << 24)
    return whole.splitlines()


def packed(lines):
    return zstandard.compress(b"\n".join(lines) + b"\n")


def test_good_export_is_taken(exported, tmp_path):
    file = tmp_path / "good.zst"
    file.write_bytes(packed(exported))

    assert check(file).entries == len(exported) - 2


@fuzz(120)
@given(data=st.data())
def test_any_line_that_was_changed_is_noticed(exported, tmp_path, data):
    lines = list(exported)
    place = data.draw(st.integers(0, len(lines) - 1))
    said = data.draw(spoiled([orjson.loads(lines[place])]) | NESTED)
    try:
        lines[place] = said if isinstance(said, bytes) else orjson.dumps(said)
    except TypeError:
        # It cannot be written as JSON, so no file holds it.
        return
    refused_unless_same(exported, lines, tmp_path, packed(lines))


@fuzz(120)
@given(data=st.data())
def test_any_file_that_was_changed_is_noticed(exported, tmp_path, data):
    raw = data.draw(bitten([packed(exported)]) | st.binary(max_size=200))
    refused_unless_same(packed(exported), raw, tmp_path, raw)


def refused_unless_same(right, given, folder, content):
    file = folder / "any.zst"
    file.write_bytes(content)
    try:
        check(file)
    except FileUnusableError:
        return
    assert given == right
