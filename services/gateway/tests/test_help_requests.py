"""Residents who want a person to answer, as staff see them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.access_log import ReadNotRecordedError
from jamila_contracts import commands as c
from jamila_contracts.commands import CommandReply, Problem

REQUEST = UUID("6d1c8a52-6311-4a6e-9d0a-0d1ca311a0aa")
STANDS = {
    "request_id": str(REQUEST),
    "owner": "operator-layanan",
    "asked_at": "2026-04-06T01:00:00+00:00",
    "due_at": "2026-04-06T03:00:00+00:00",
    "waiting": True,
    "overdue": False,
    "open": True,
    "messages": 1,
    "last_reader": None,
}


@pytest.fixture
def intake(house: Any) -> Any:
    """Intake knows one request, in which a resident wrote something."""
    house.vault.create(REQUEST)
    text = house.vault.seal(REQUEST, "Anak saya belum punya NIK")

    def answer(command: c.Command) -> CommandReply:
        frame = {"command_id": command.command_id, "case_id": command.case_id, "service": "intake"}
        match command:
            case c.ListHelpRequests():
                return CommandReply(**frame, result={"requests": [STANDS]})
            case c.ReadHelpRequest() if command.case_id == REQUEST:
                line = {"side": "pemohon", "text": text, "at": STANDS["asked_at"], "account": None}
                return CommandReply(**frame, result={**STANDS, "lines": [line]})
            case c.ReadHelpRequest():
                return CommandReply(**frame, problem=Problem(slug="help-unknown", detail="none"))
        return house.commands.done(command)

    house.commands.answer = answer
    return house


async def test_who_waits_is_listed_without_a_word_that_was_said(intake: Any) -> None:
    async with await intake.logged_in("loket-1") as client:
        answer = await client.get("/api/v1/help-requests")
    assert answer.json() == {"requests": [{**STANDS, "asked_at": "2026-04-06T01:00:00Z",
                                           "due_at": "2026-04-06T03:00:00Z"}]}  # fmt: skip
    asked = intake.commands.asked[0]
    assert (asked.actor.account, asked.actor.capability) == ("loket-1", "operator-layanan")


async def test_conversation_is_opened_for_whoever_may_read_it(intake: Any) -> None:
    async with await intake.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/help-requests/{REQUEST}")
    assert answer.json()["lines"][0]["text"] == "Anak saya belum punya NIK"
    assert isinstance(intake.commands.asked[0], c.ReadHelpRequest)
    assert intake.access_log.lines == [("loket-1", REQUEST, "percakapan")]


async def test_conversation_is_not_shown_when_the_read_cannot_be_recorded(intake: Any) -> None:
    intake.access_log.refusal = ReadNotRecordedError("nobody answers")
    async with await intake.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/help-requests/{REQUEST}")
    assert (answer.status_code, answer.json()["slug"]) == (503, "read-not-recorded")


async def test_unknown_request_is_not_found(intake: Any) -> None:
    async with await intake.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/help-requests/{uuid4()}")
    assert (answer.status_code, answer.json()["slug"]) == (404, "help-unknown")


async def test_account_without_the_capability_asks_nothing(intake: Any) -> None:
    async with await intake.logged_in("kasi-1") as client:
        for path in ("/api/v1/help-requests", f"/api/v1/help-requests/{REQUEST}"):
            assert (await client.get(path)).status_code == 403
    assert intake.commands.asked == []


async def test_answer_travels_sealed_under_the_key_of_the_request(intake: Any) -> None:
    async with await intake.logged_in("loket-1") as client:
        answer = await client.post(
            f"/api/v1/cases/{REQUEST}/commands/answer-help-request",
            json={"text": "Silakan datang besok."},
            headers={"Idempotency-Key": str(uuid4())},
        )
    assert answer.status_code == 200
    asked = intake.commands.asked[0]
    assert "Silakan" not in asked.text
    assert intake.vault.open(REQUEST, asked.text) == "Silakan datang besok."
