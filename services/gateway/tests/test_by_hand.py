"""What staff tell applicants by hand, as they see it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.access_log import Look
from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_contracts.commands import CommandReply, Problem
from jamila_testing.builders import Story

MESSAGE = UUID("7b5f89ec-a335-47f8-8d2e-da34bde8acce")
STORY = Story("telepon-kantor")
NOTICE = {
    "case_id": str(STORY.case_id),
    "message_id": str(MESSAGE),
    "about_event": "Dicetak",
    "template_id": "siap_diambil",
    "owner": "operator-layanan",
    "asked_at": "2026-04-06T01:00:00Z",
    "due_at": "2026-04-07T01:00:00Z",
    "documents": [],
}
SAID = {"phone": "628006311001", "text": "Dokumen Anda sudah jadi."}


@pytest.fixture
def notifier(house: Any) -> Any:
    """The notifier has one message that somebody has to tell."""
    story = Story("telepon-kantor")
    house.vault.create(story.case_id)
    story.tell(e.PermohonanDiajukan, channel="manual")
    house.show(story.records)
    sealed = house.vault.seal(story.case_id, SAID)

    def answer(command: c.Command) -> CommandReply:
        frame = {"command_id": command.command_id, "case_id": command.case_id}
        frame["service"] = "notifier"
        match command:
            case c.ListHandNotices():
                return CommandReply(
                    **frame, result={"notices": [{**NOTICE, "overdue": True}], "more": 0}
                )
            case c.ReadHandNotice(message_id=message_id) if message_id == MESSAGE:
                return CommandReply(**frame, result={**NOTICE, "state": "waiting", "said": sealed})
            case c.ReadHandNotice():
                return CommandReply(**frame, problem=Problem(slug="notice-unknown", detail="no"))
        return house.commands.done(command)

    house.commands.answer = answer
    return house


async def test_what_has_to_be_told_is_listed_without_number_and_words(notifier: Any) -> None:
    async with await notifier.logged_in("loket-1") as client:
        answer = await client.get("/api/v1/manual/notices")

    assert answer.json() == {"notices": [{**NOTICE, "overdue": True}], "more": 0}
    asked = notifier.commands.asked[0]
    assert (asked.actor.account, asked.actor.capability) == ("loket-1", "operator-layanan")
    assert notifier.access_log.lines == []


async def test_number_and_words_are_shown_after_the_read_was_recorded(notifier: Any) -> None:
    async with await notifier.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/manual/notices/{STORY.case_id}/{MESSAGE}")

    assert answer.json() == {**NOTICE, "state": "waiting", **SAID}
    assert notifier.access_log.looks == [Look("kabar-manual", message_id=MESSAGE)]


async def test_message_that_does_not_exist_is_not_found_and_no_read_recorded(notifier: Any) -> None:
    async with await notifier.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/manual/notices/{STORY.case_id}/{uuid4()}")

    assert (answer.status_code, answer.json()["slug"]) == (404, "notice-unknown")
    assert notifier.access_log.lines == []


@pytest.mark.parametrize("path", ["", f"/{STORY.case_id}/{MESSAGE}"])
async def test_account_without_the_capability_asks_nothing(notifier: Any, path: str) -> None:
    async with await notifier.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/manual/notices{path}")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert notifier.commands.asked == []


@pytest.mark.parametrize(
    ("name", "more", "command"),
    [
        ("mark-notice-told", {}, c.MarkNoticeTold),
        ("mark-notice-unreached", {"reason_code": "nomor-salah"}, c.MarkNoticeUnreached),
    ],
)
async def test_what_became_of_it_is_told_to_the_notifier(
    notifier: Any, name: str, more: dict[str, str], command: type[c.Command]
) -> None:
    async with await notifier.logged_in("loket-1") as client:
        answer = await client.post(
            f"/api/v1/cases/{STORY.case_id}/commands/{name}",
            json={"message_id": str(MESSAGE), **more},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert answer.status_code == 200
    asked = notifier.commands.asked[0]
    assert isinstance(asked, command)
    assert asked.message_id == MESSAGE
