import json
import subprocess
import sys
from itertools import pairwise
from random import Random

import pytest

from jamila_runtime.key_ring import FILE_NAME, KeyDestroyedError, KeyRing, KeyRingMissingError

MASTER = b"m" * 32


@pytest.fixture
def file(tmp_path):
    return tmp_path / "secrets" / FILE_NAME


@pytest.fixture
def ring(file):
    ring = KeyRing(file, MASTER)
    ring.make()
    return ring


def nodes_of(file):
    return json.loads(file.read_text())["nodes"]


def test_every_slot_has_a_key_of_its_own_and_keeps_it(ring, file):
    keys = [ring.key(slot) for slot in range(1, 50)]
    assert len(set(keys)) == len(keys)
    assert keys == [KeyRing(file, MASTER).key(slot) for slot in range(1, 50)]


def test_another_master_key_derives_other_keys(ring, file):
    assert KeyRing(file, b"n" * 32).key(1) != ring.key(1)


def test_making_it_twice_keeps_the_first(ring):
    key = ring.key(7)
    ring.make()
    assert ring.key(7) == key


def test_destroyed_keys_are_gone_and_all_others_stay(ring):
    random = Random(6311)  # noqa: S311 - a repeatable choice, no secret
    before = {slot: ring.key(slot) for slot in range(1, 200)}
    gone = set(random.sample(sorted(before), 60))
    for slot in gone:
        ring.destroy(slot)
    for slot, key in before.items():
        if slot in gone:
            assert not ring.holds(slot)
            with pytest.raises(KeyDestroyedError):
                ring.key(slot)
        else:
            assert ring.key(slot) == key


def test_no_node_of_the_ring_leads_to_a_destroyed_key(ring, file):
    for slot in (5, 6, 1_000_000):
        ring.destroy(slot)
    for slot in (5, 6, 1_000_000):
        path = f"{slot:032b}"
        assert not [node for node in nodes_of(file) if path.startswith(node)]


def test_subtrees_of_the_ring_never_overlap(ring, file):
    for slot in (9, 3, 77, 10, 11):
        ring.destroy(slot)
    for one, other in pairwise(sorted(nodes_of(file))):
        assert not other.startswith(one)


def test_destroying_twice_is_quiet(ring, file):
    ring.destroy(3)
    nodes = nodes_of(file)
    ring.destroy(3)
    assert nodes_of(file) == nodes


def test_a_year_forgotten_in_order_takes_no_more_room_than_one_case(ring, file):
    for slot in range(1, 513):
        ring.destroy(slot)
    assert len(nodes_of(file)) <= 33


def test_the_old_file_is_blotted_out(ring, file):
    with file.open("rb") as old:
        ring.destroy(1)
        assert not old.read().strip(b"\0")


def test_another_process_that_destroys_is_followed(ring, file):
    ring.key(4)
    KeyRing(file, MASTER).destroy(4)
    with pytest.raises(KeyDestroyedError):
        ring.key(4)


_DESTROY = """
import sys
from pathlib import Path
from jamila_runtime.key_ring import KeyRing
ring = KeyRing(Path(sys.argv[1]), b"m" * 32)
for slot in range(int(sys.argv[2]), 60, 3):
    ring.destroy(slot)
"""


def test_processes_that_destroy_at_the_same_time_lose_nothing(ring, file):
    workers = [
        subprocess.Popen([sys.executable, "-c", _DESTROY, str(file), start])  # noqa: S603 - ours
        for start in "123"
    ]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert [slot for slot in range(1, 60) if ring.holds(slot)] == []
    assert ring.holds(60)


def test_without_a_ring_nothing_is_derived(file):
    with pytest.raises(KeyRingMissingError):
        KeyRing(file, MASTER).key(1)


def test_a_damaged_ring_is_refused(ring, file):
    file.write_text("{")
    with pytest.raises(KeyRingMissingError):
        ring.key(1)


def test_a_slot_beyond_the_tree_is_a_mistake(ring):
    with pytest.raises(ValueError, match="no slot"):
        ring.key(1 << 32)


def test_only_its_owner_may_read_the_ring(ring, file):
    ring.destroy(2)
    assert file.stat().st_mode & 0o077 == 0
