"""One contact, many identifiers: found by any of them, linked when two turn out to be one."""

from contextlib import nullcontext

import pytest

from intake.contacts import Contacts, NamelessSenderError
from intake.inbox_store import metadata
from intake.messages import Sender
from intake.sealing import Drawer
from jamila_runtime.sql import open_engine
from jamila_whatsapp.client import Recipient

OLD, NEW = "628006311001", "628006311077"


@pytest.fixture
def contacts(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/contacts.db", metadata)
    yield Contacts(engine, Drawer(bytes(32), "uji"), writing=nullcontext())
    engine.dispose()


def by(wa_id=None, user_id=None, name=None, phone=None):
    return Sender(wa_id, user_id, name, phone)


def test_contact_is_found_by_each_identifier_and_remembers_all(contacts):
    first, _ = contacts.resolve(by(OLD, "ID.1", "Siti"))
    for sender in (by(OLD), by(None, "ID.1"), by(OLD, "ID.1")):
        assert contacts.resolve(sender) == (first, by(OLD, "ID.1", "Siti"))


def test_user_without_a_phone_is_a_contact_and_can_be_written_to(contacts):
    contact_id, _ = contacts.resolve(by(None, "ID.1"))
    assert contacts.recipient(contact_id) == Recipient(None, "ID.1")


def test_nobody_is_refused(contacts):
    with pytest.raises(NamelessSenderError):
        contacts.resolve(by(name="Siti"))


def test_phone_that_is_only_stated_is_not_taken_for_the_whatsapp_number(contacts):
    wrote, _ = contacts.resolve(by(OLD, "ID.1"))
    stated, _ = contacts.resolve(by(phone=OLD))
    assert stated != wrote
    assert contacts.resolve(by(phone=OLD))[0] == stated


def test_two_contacts_that_turn_out_to_be_one_are_linked(contacts):
    user, _ = contacts.resolve(by(None, "ID.1", "Siti"))
    number, _ = contacts.resolve(by(OLD, None, "S. Rahmah"))
    assert contacts.linked_to(user) == ()
    together, known = contacts.resolve(by(OLD, "ID.1"))
    assert together == user
    assert known == by(OLD, "ID.1", "Siti")
    assert contacts.linked_to(user) == (number,)
    assert contacts.recipient(number) == Recipient(OLD, "ID.1")
    assert contacts.resolve(by(OLD))[0] == user


def test_number_under_another_user_id_belongs_to_somebody_else(contacts):
    siti, _ = contacts.resolve(by(OLD, "ID.1", "Siti"))
    budi, known = contacts.resolve(by(OLD, "ID.2", "Budi"))
    assert budi != siti
    assert known.name == "Budi"
    assert contacts.linked_to(budi) == ()
    assert contacts.resolve(by(OLD))[0] == budi
    assert contacts.resolve(by(None, "ID.1"))[0] == siti


def test_user_who_appears_under_anothers_number_does_not_get_the_other(contacts):
    siti, _ = contacts.resolve(by(OLD, "ID.1"))
    budi, _ = contacts.resolve(by(NEW, "ID.2"))
    assert contacts.resolve(by(NEW, "ID.1"))[0] == siti
    assert contacts.linked_to(siti) == ()
    assert contacts.resolve(by(None, "ID.2"))[0] == budi


def test_change_of_number_keeps_the_contact_and_frees_the_old_number(contacts):
    siti, _ = contacts.resolve(by(OLD, "ID.1", "Siti"))
    assert contacts.change_number(by(OLD, "ID.1"), by(NEW, "ID.9")) == siti
    assert contacts.resolve(by(NEW, "ID.9"))[0] == siti
    assert contacts.recipient(siti) == Recipient(NEW, "ID.9")
    stranger, _ = contacts.resolve(by(OLD))
    assert stranger != siti


def test_change_of_number_twice_is_the_same(contacts):
    siti, _ = contacts.resolve(by(OLD, "ID.1", "Siti"))
    contacts.change_number(by(OLD), by(NEW))
    contacts.change_number(by(NEW), by(NEW))
    assert contacts.resolve(by(NEW))[0] == siti


def test_new_number_that_wrote_before_the_change_was_told_is_linked(contacts):
    siti, _ = contacts.resolve(by(OLD, "ID.1", "Siti"))
    early, _ = contacts.resolve(by(NEW, "ID.9"))
    contacts.change_number(by(OLD, "ID.1"), by(NEW, "ID.9"))
    assert contacts.resolve(by(NEW, "ID.9"))[0] == siti
    assert contacts.linked_to(siti) == (early,)


def test_links_stay_one_step_long(contacts):
    first, _ = contacts.resolve(by(OLD))
    second, _ = contacts.resolve(by(None, "ID.1"))
    contacts.resolve(by(OLD, "ID.1"))
    third, _ = contacts.resolve(by(NEW, "ID.9"))
    contacts.change_number(by(NEW, "ID.9"), by(OLD, None))
    assert contacts.resolve(by(OLD, "ID.1"))[0] == second
    assert set(contacts.linked_to(second)) == {first, third}
    assert contacts.recipient(first) == contacts.recipient(second)
