"""The inbound edge on PostgreSQL, with a second replica beside it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from intake.by_hand import ByHand, ToTell
from intake.contacts import Contacts
from intake.epochs import EpochDrawer
from intake.inbox_store import InboxStore, metadata
from intake.messages import Sender
from intake.sealing import DrawerLockedError
from intake.webhook_body import Found
from jamila_runtime.sql import open_engine
from jamila_testing.vaults import new_vault

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = b"k" * 32


class Replica:
    """The stores of one process of the service."""

    def __init__(self, url: str, vault) -> None:
        self.engine = open_engine(url, metadata)
        self.drawer = EpochDrawer(KEY, "uji/v1", engine=self.engine, vault=vault)
        self.inbox = InboxStore(self.engine, self.drawer)
        self.contacts = Contacts(self.engine, self.drawer, writing=self.inbox.writing)
        self.by_hand = ByHand(self.engine, self.drawer, writing=self.inbox.writing)


@pytest.fixture
def replicas(postgres_database: str, tmp_path: Path) -> Iterator[list[Replica]]:
    vault = new_vault(tmp_path)
    opened = [Replica(postgres_database, vault) for _ in range(2)]
    yield opened
    for each in opened:
        each.engine.dispose()


def found(number: int, lane: str = "pengirim") -> Found:
    return Found(kind="message", identity=f"wamid-{number}", lane=lane, place=f"0/0/{number}")


def test_a_body_delivered_to_both_is_kept_once_and_done_once(replicas):
    first, second = replicas
    assert first.inbox.add(b"isi", [found(1)], NOW) == 1
    assert second.inbox.add(b"isi", [found(1)], NOW) == 0
    assert first.inbox.source == second.inbox.source
    (waiting,) = second.inbox.ready(NOW, limit=5)
    assert second.inbox.body(waiting.body_id) == (b"isi", NOW)
    second.inbox.done(waiting)
    assert first.inbox.ready(NOW, limit=5) == []
    assert first.inbox.counts().waiting == 0


def test_one_sender_who_writes_to_both_at_once_is_one_contact(replicas):
    seen = []

    def resolve(replica: Replica) -> None:
        seen.append(replica.contacts.resolve(Sender("62811", None, "Siti"))[0])

    threads = [threading.Thread(target=resolve, args=(each,)) for each in replicas * 4]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert (len(seen), len(set(seen))) == (8, 1)


def test_what_staff_pass_on_is_kept_once(replicas):
    contact_id, answer_id = uuid4(), uuid4()
    for each in replicas:
        each.by_hand.begin(contact_id)
        each.by_hand.keep(ToTell(answer_id, contact_id, NOW), "Sudah jadi.")
    assert replicas[1].by_hand.count() == 1
    assert replicas[0].by_hand.find(contact_id, answer_id)[1] == "Sudah jadi."
    assert replicas[0].by_hand.told(contact_id, answer_id, NOW)
    assert replicas[1].by_hand.count() == 0


def test_when_one_turns_the_leaf_the_other_seals_with_the_new_key_at_once(replicas):
    first, second = replicas
    old = second.drawer.seal(b"lama")
    first.drawer.turn()
    new = second.drawer.seal(b"baru")
    assert (second.drawer.is_present(old), second.drawer.is_present(new)) == (False, True)
    first.drawer.end_old()
    assert second.drawer.open(new) == b"baru"
    assert second.drawer.is_present(new)
    with pytest.raises(DrawerLockedError):
        second.drawer.open(old)
