"""Answers of the chat that staff write into the office's phone."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.access_log import Look, ReadNotRecordedError
from jamila_contracts import commands as c
from jamila_contracts.commands import CommandReply, Problem
from jamila_contracts.commands_desk import TO_TELL_DESK

CONTACT = UUID("3e2ab8fc-29f1-4b0c-a6a6-7f5cf5f9c3a5")
ANSWER = UUID("b6f8f5c7-3f35-4c8e-8d5e-3b8b3c1d7e10")
WAITING = {
    "answer_id": str(ANSWER),
    "contact_id": str(CONTACT),
    "owner": "operator-layanan",
    "asked_at": "2026-04-06T01:00:00Z",
    "due_at": "2026-04-07T01:00:00Z",
    "overdue": False,
}
SAID = {"phone": "628006311001", "text": "Selamat datang"}
LISTED = {"answers": [WAITING], "more": 3}


@pytest.fixture
def intake(house: Any) -> Any:
    """The intake has one answer that somebody has to tell."""
    house.vault.create(CONTACT)
    sealed = house.vault.seal(CONTACT, SAID)

    def answer(command: c.Command) -> CommandReply:
        frame = {"command_id": command.command_id, "case_id": command.case_id}
        frame["service"] = "intake"
        match command:
            case c.ListToTell() | c.RelayMessage():
                return CommandReply(**frame, result=LISTED)
            case c.ReadToTell(answer_id=answer_id) if answer_id == ANSWER:
                return CommandReply(**frame, result={**WAITING, "said": sealed})
            case c.ReadToTell():
                return CommandReply(**frame, problem=Problem(slug="answer-unknown", detail="no"))
        return house.commands.done(command)

    house.commands.answer = answer
    return house


async def read(house: Any, answer_id: UUID = ANSWER) -> Any:
    async with await house.logged_in("loket-1") as client:
        return await client.get(f"/api/v1/manual/answers/{CONTACT}/{answer_id}")


async def test_what_has_to_be_told_is_listed_without_number_and_words(intake: Any) -> None:
    async with await intake.logged_in("loket-1") as client:
        answer = await client.get("/api/v1/manual/answers")

    assert answer.json() == LISTED
    asked = intake.commands.asked[0]
    assert (asked.case_id, asked.actor.account) == (TO_TELL_DESK, "loket-1")
    assert intake.access_log.lines == []


async def test_relayed_message_names_the_answers_and_not_what_they_say(intake: Any) -> None:
    case_id = uuid4()
    intake.vault.create(case_id)
    async with await intake.logged_in("loket-1") as client:
        answer = await client.post(
            f"/api/v1/cases/{case_id}/commands/relay-message",
            json={"said": {"phone": "0800-6311-001", "text": "halo"}},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert answer.json()["result"] == LISTED
    assert intake.access_log.lines == []


async def test_number_and_words_are_shown_after_the_read_was_recorded(intake: Any) -> None:
    answer = await read(intake)

    assert answer.json() == {**WAITING, **SAID}
    assert intake.access_log.lines == [("loket-1", CONTACT, "jawaban-chat")]
    look = Look("jawaban-chat", contact_id=CONTACT, message_id=ANSWER)
    assert intake.access_log.looks == [look]
    assert intake.access_log.actors[0].capability == "operator-layanan"


async def test_words_whose_read_cannot_be_recorded_are_not_shown(intake: Any) -> None:
    intake.access_log.refusal = ReadNotRecordedError("the recorder is away")

    answer = await read(intake)

    assert (answer.status_code, answer.json()["slug"]) == (503, "read-not-recorded")
    assert answer.headers["retry-after"]
    assert [value in answer.text for value in SAID.values()] == [False, False]


async def test_each_look_is_recorded_by_itself(intake: Any) -> None:
    for _ in range(2):
        await read(intake)

    assert len(intake.access_log.lines) == 2


async def test_answer_that_does_not_exist_is_not_found_and_no_read_recorded(intake: Any) -> None:
    answer = await read(intake, uuid4())

    assert (answer.status_code, answer.json()["slug"]) == (404, "answer-unknown")
    assert intake.access_log.lines == []


async def test_words_for_a_contact_who_was_forgotten_meanwhile_are_gone(intake: Any) -> None:
    intake.vault.forget(CONTACT)

    answer = await read(intake)

    assert (answer.status_code, answer.json()["slug"]) == (410, "personal-data-forgotten")


@pytest.mark.parametrize("path", ["", f"/{CONTACT}/{ANSWER}"])
async def test_account_without_the_capability_asks_nothing(intake: Any, path: str) -> None:
    async with await intake.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/manual/answers{path}")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert intake.commands.asked == []
