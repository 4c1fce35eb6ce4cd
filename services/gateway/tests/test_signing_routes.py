"""Signing many, lending a secret, seeing documents, and files from SIAK."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts.commands import (
    Command,
    CommandReply,
    OpenSigningSession,
    Problem,
    SeeDocument,
    ShowBatch,
    SignBatch,
)
from jamila_runtime.commanding import ServiceUnavailableError
from jamila_runtime.vault import CaseKeyMissingError

DIGEST = "ab" * 32
SECRET = "frasa sandi yang rahasia"
PDF = b"%PDF-1.7 ditandatangani di SIAK"
PROGRESS = {
    "total": 1,
    "signed": 0,
    "failed": 0,
    "waiting": 1,
    "items": [{"case_id": str(uuid4()), "outcome": "menunggu", "reason": None}],
}


def answering(**fields: Any) -> Any:
    def answer(command: Command) -> CommandReply:
        return CommandReply(
            command_id=command.command_id, case_id=command.case_id, service="signing", **fields
        )

    return answer


def refusing(slug: str) -> Any:
    return answering(problem=Problem(slug=slug, detail="no"))


async def post(house: Any, path: str, account: str = "kadis-1", **how: Any) -> Any:
    async with await house.logged_in(account) as client:
        return await client.post(f"/api/v1{path}", **how)


async def get(house: Any, path: str, account: str = "kadis-1") -> Any:
    async with await house.logged_in(account) as client:
        return await client.get(f"/api/v1{path}")


async def test_a_batch_is_one_batch_however_often_it_is_asked(house: Any, case: Any) -> None:
    house.commands.answer = answering(result={"batch": PROGRESS})
    body = {"items": [{"case_id": str(case.case_id), "document_sha256": [DIGEST]}]}
    key = {"Idempotency-Key": str(uuid4())}

    answers = [await post(house, "/signing/batches", json=body, headers=key) for _ in range(2)]

    first, again = house.commands.asked
    assert isinstance(first, SignBatch)
    assert first.case_id == again.case_id == UUID(answers[0].json()["batch_id"])
    assert (first.actor.account, first.items[0].case_id) == ("kadis-1", case.case_id)
    assert answers[1].status_code == 202
    assert answers[1].json()["waiting"] == 1


async def test_progress_is_asked_of_the_signing_service(house: Any) -> None:
    house.commands.answer = answering(result={"batch": PROGRESS})
    batch = uuid4()

    answer = await get(house, f"/signing/batches/{batch}")

    assert isinstance(house.commands.asked[0], ShowBatch)
    assert answer.json() == {"batch_id": str(batch), **PROGRESS}


@pytest.mark.parametrize("slug", ["batch-unknown"])
async def test_a_refused_batch_is_a_problem(house: Any, slug: str) -> None:
    house.commands.answer = refusing(slug)

    answer = await get(house, f"/signing/batches/{uuid4()}")

    assert (answer.status_code, answer.json()["slug"]) == (404, slug)


async def test_only_who_signs_asks_for_batches_and_sessions(house: Any, case: Any) -> None:
    items = [{"case_id": str(case.case_id), "document_sha256": [DIGEST]}]
    key = {"Idempotency-Key": str(uuid4())}
    session = {"method": "totp", "secret": SECRET}
    answers = [
        await post(house, "/signing/batches", "kasi-1", json={"items": items}, headers=key),
        await get(house, f"/signing/batches/{uuid4()}", "kasi-1"),
        await post(house, "/signing/sessions", "kasi-1", json=session),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert house.commands.asked == []


async def test_a_secret_travels_sealed_under_a_key_of_its_own(house: Any) -> None:
    house.commands.answer = answering(result={"until": "2026-04-06T10:15:00+08:00"})

    answer = await post(house, "/signing/sessions", json={"method": "passphrase", "secret": SECRET})

    [command] = house.commands.asked
    assert isinstance(command, OpenSigningSession)
    assert SECRET not in command.model_dump_json()
    assert house.vault.open(command.case_id, command.secret) == SECRET
    assert answer.json() == {"until": "2026-04-06T10:15:00+08:00"}
    house.vault.forget(command.case_id)
    with pytest.raises(CaseKeyMissingError):
        house.vault.open(command.case_id, command.secret)


async def test_a_malformed_secret_is_not_repeated(house: Any) -> None:
    answer = await post(house, "/signing/sessions", json={"method": "lain", "secret": SECRET})

    assert answer.status_code == 422
    assert SECRET not in answer.text


def verified(house: Any, case: Any) -> str:
    """The document of the case waits for the signature; its draft."""
    model = house.models.collections["cases"][str(case.case_id)]
    model["verified_sha256"] = [each["document_sha256"] for each in model["drafts"]]
    return str(case.draft)


async def test_opening_a_document_that_waits_is_told_to_signing(house: Any, case: Any) -> None:
    draft = verified(house, case)

    answer = await get(house, f"/cases/{case.case_id}/documents/{draft}")

    [command] = house.commands.asked
    assert answer.status_code == 200
    assert isinstance(command, SeeDocument)
    assert (command.sha256, command.actor.account) == (draft, "kadis-1")


@pytest.mark.parametrize("account", ["kasi-1", "cetak-1"])
async def test_who_does_not_sign_is_not_told(house: Any, case: Any, account: str) -> None:
    await get(house, f"/cases/{case.case_id}/documents/{verified(house, case)}", account)

    assert house.commands.asked == []


async def test_a_document_that_is_not_verified_is_not_told(house: Any, case: Any) -> None:
    await get(house, f"/cases/{case.case_id}/documents/{case.draft}")

    assert house.commands.asked == []


async def test_a_signing_service_that_lags_is_told_again(
    house: Any, case: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("gateway.routes.seeing._PAUSE_SECONDS", 0)
    late, done = refusing("case-not-at-this-stage"), answering()

    def answer(command: Command) -> CommandReply:
        reply: CommandReply = (late if len(house.commands.asked) < 3 else done)(command)
        return reply

    house.commands.answer = answer

    await get(house, f"/cases/{case.case_id}/documents/{verified(house, case)}")

    assert len(house.commands.asked) == 3


async def test_a_document_is_shown_though_signing_is_away(house: Any, case: Any) -> None:
    def away(_: Command) -> CommandReply:
        raise ServiceUnavailableError("signing did not answer")

    house.commands.answer = away

    answer = await get(house, f"/cases/{case.case_id}/documents/{verified(house, case)}")

    assert answer.status_code == 200


async def upload(house: Any, case_id: UUID, content: bytes, account: str = "siak-1") -> Any:
    kind = {"Content-Type": "application/pdf"}
    path = f"/cases/{case_id}/siak-files"
    return await post(house, path, account, content=content, headers=kind)


async def test_a_file_from_siak_is_stored_under_the_key_of_its_case(house: Any, case: Any) -> None:
    answer = await upload(house, case.case_id, PDF)

    assert answer.status_code == 201
    assert house.objects.get(case.case_id, answer.json()["sha256"]) == PDF


async def test_a_file_is_larger_than_other_requests(house: Any, case: Any) -> None:
    assert (await upload(house, case.case_id, PDF + b"x" * 2_000_000)).status_code == 201
    assert (await upload(house, case.case_id, PDF + b"x" * 21_000_000)).status_code == 413


async def test_what_is_no_pdf_or_no_case_is_not_stored(house: Any, case: Any) -> None:
    assert (await upload(house, case.case_id, b"GIF89a")).status_code == 422
    assert (await upload(house, uuid4(), PDF)).status_code == 404
    assert (await upload(house, case.case_id, PDF, "kasi-1")).status_code == 403
