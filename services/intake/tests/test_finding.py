"""Cases are found by the number of a person, which is never said."""

from uuid import uuid4

import pytest

from intake.finding import CasesOfPerson
from jamila_contracts.commands import FindCases
from jamila_contracts.envelope import Actor
from jamila_runtime.blind import CONTACTS, SUBJECTS, BlindIndex

MASTER_KEY = bytes(range(32))
MOTHER = "6311994506900003"
OPERATOR = Actor(account="loket-1", capability="operator-layanan")


@pytest.fixture
def find(world):
    def find(**digests):
        command = FindCases(
            command_id=uuid4(),
            case_id=uuid4(),
            actor=OPERATOR,
            asked_at=world.clock.now(),
            **digests,
        )
        reply = world.app.execute(command)
        assert reply.problem is None
        return reply.result

    return find


def of_phone(digits, kind="wa_id"):
    return {"contact_digests": (BlindIndex(MASTER_KEY, CONTACTS).name(f"{kind}:{digits}"),)}


def of_person(number):
    return {"person_digests": (BlindIndex(MASTER_KEY, SUBJECTS).name(f"person/{number}"),)}


def test_whoever_wrote_from_a_number_is_found_by_it(world, find):
    world.submit()
    contact = world.app.find(world.last_case()).contact_id

    assert find(**of_phone(world.number)) == {"contact_ids": [str(contact)], "case_ids": []}
    assert find(**of_phone("628006311999"))["contact_ids"] == []


def test_case_is_found_by_the_nik_that_was_stated(world, find):
    world.submit()

    assert find(**of_person(MOTHER))["case_ids"] == [str(world.last_case())]
    assert find(**of_person("6311994506900004"))["case_ids"] == []


def test_nothing_that_is_kept_says_the_number(world):
    world.submit()

    noted = world.recorded(CasesOfPerson.Dimulai)
    stored = b"".join(each.state for each in world.app.recorder.select_notifications(0, 1000))
    assert len(noted) == 1
    assert MOTHER.encode() not in stored


def test_looking_records_nothing(world, find):
    world.submit()
    before = world.app.recorder.max_notification_id()

    find(**of_phone(world.number))
    find(**of_person(MOTHER))

    assert world.app.recorder.max_notification_id() == before


def test_one_more_case_of_the_same_person_comes_first_and_the_same_again_is_quiet(world, find):
    world.submit()
    first = world.last_case()
    cause = world.app.own_cause(first, uuid4())
    world.app.perform(cause, lambda work: work.get(first).withdraw(cause=work.cause))
    world.submit()

    assert find(**of_person(MOTHER))["case_ids"] == [str(world.last_case()), str(first)]

    person = world.recorded(CasesOfPerson.Dimulai)[0].for_case_id
    assert person == first
    noted = len(world.recorded(CasesOfPerson.KasusDicatat))

    def again(work):
        known = work.find_as(CasesOfPerson, person_of(world))
        known.note(first, cause=work.cause)

    world.app.perform(world.app.own_cause(first, uuid4()), again)
    assert len(world.recorded(CasesOfPerson.KasusDicatat)) == noted == 1


def person_of(world):
    return world.recorded(CasesOfPerson.Dimulai)[0].case_id


def test_forgotten_case_is_not_told(world, find):
    world.submit()
    case_id = world.last_case()
    cause = world.app.own_cause(case_id, uuid4())
    world.app.perform(cause, lambda work: work.get(case_id).forget(cause=work.cause))

    assert find(**of_person(MOTHER))["case_ids"] == []
