import pytest

from jamila_ledger.chain import Head
from jamila_ledger.heads import EVERY, HeadFile


def head(position):
    return Head(position, position.to_bytes(32, "big"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "heads.jsonl"


def test_a_head_is_kept_once_per_thousand_entries(path):
    heads = HeadFile(path)
    for position in (1, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY - 1, 2 * EVERY + 7):
        heads.offer(head(position))
    assert sorted(heads.anchors()) == [EVERY, 2 * EVERY + 7]


def test_the_same_head_is_kept_once_also_after_a_restart(path):
    HeadFile(path).keep(head(5))
    HeadFile(path).keep(head(5))
    HeadFile(path).keep(head(4))
    assert HeadFile(path).anchors() == {5: head(5).hash}


def test_a_line_torn_by_a_power_cut_is_no_anchor_and_does_no_harm(path):
    HeadFile(path).keep(head(5))
    with path.open("a") as file:
        file.write('{"position": 6, "ha')
    torn = HeadFile(path)
    assert sorted(torn.anchors()) == [5]
    torn.keep(head(7))
    assert sorted(HeadFile(path).anchors()) == [5, 7]


def test_an_empty_ledger_has_no_head_to_keep(path):
    HeadFile(path).keep(Head())
    assert not path.exists()
