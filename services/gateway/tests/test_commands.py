from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.accounts import Account, Grant, StoredAccount
from jamila_contracts import commands as c
from jamila_runtime.commanding import ServiceUnavailableError

DIGEST = "a" * 64


async def ask(
    house: Any, case: Any, name: str, body: Any = None, *, account: str, **headers: str
) -> Any:
    async with await house.logged_in(account) as client:
        return await client.post(
            f"/api/v1/cases/{case.case_id}/commands/{name}",
            json=body,
            headers={"Idempotency-Key": str(uuid4()), **headers},
        )


async def test_command_goes_to_its_stage_with_actor_key_and_version(house: Any, case: Any) -> None:
    key = uuid4()
    answer = await ask(
        house,
        case,
        "approve-draft",
        {"document_sha256": [DIGEST]},
        account="kasi-1",
        **{"Idempotency-Key": str(key), "If-Match": '"6"'},
    )

    asked = house.commands.asked[0]
    assert isinstance(asked, c.ApproveDraft)
    assert (asked.command_id, asked.case_id, asked.expected_version) == (key, case.case_id, 6)
    assert (asked.actor.account, asked.actor.capability) == ("kasi-1", "kasi")
    assert asked.asked_at == house.clock.instant
    assert asked.traceparent is not None
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"7"'
    assert answer.json() == {
        "version": 7,
        "service": "review",
        "log_position": 17,
        "events": ["TugasDiambil", "DraftDisetujui"],
        "result": {},
        "after": "review:17",
    }


async def test_trace_of_the_asker_is_carried_on(house: Any, case: Any) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    await ask(
        house,
        case,
        "take-task",
        {"step": 4},
        account="kasi-1",
        traceparent=f"00-{trace}-b7ad6b7169203331-01",
    )

    assert house.commands.asked[0].traceparent.split("-")[1] == trace


BODIES = {
    "take-task": ("kasi-1", {"step": 4}),
    "release-task": ("loket-1", {"step": 8}),
    "pause-task": ("siak-1", {"step": 2, "reason_code": "gangguan-siak"}),
    "resume-task": ("siak-1", {"step": 2}),
    "accept-papers": ("loket-1", {"items": {DIGEST: "doc.kk"}}),
    "return-papers": (
        "loket-1",
        {"problems": [{"item_id": "doc.kk", "reason_code": "tidak-terbaca"}]},
    ),
    "cancel-application": ("loket-1", {"reason_code": "permintaan-pemohon"}),
    "list-help-requests": ("loket-1", {}),
    "read-help-request": ("loket-1", {}),
    "answer-help-request": ("loket-1", {"text": "Silakan kirim ulang foto KK."}),
    "close-help-request": ("loket-1", {}),
    "check-claims": ("siak-1", {"claims": {"NAMA_LGKP": "Rahmah"}}),
    "confirm-match": ("siak-1", {"verdicts": [{"field": "nama", "verdict": "sesuai"}]}),
    "reject-match": ("siak-1", {"reasons": [{"code": "data-tidak-cocok", "field": "nama"}]}),
    "record-entry": (
        "siak-1",
        {"siak_registration": "S-1", "data": {"documents": {"akta-kelahiran": {"nama": "Rizqi"}}}},
    ),
    "approve-draft": ("kasi-1", {"document_sha256": [DIGEST]}),
    "return-draft": ("kasi-1", {"reasons": [{"code": "salah-ketik"}]}),
    "verify-draft": ("kabid-1", {"document_sha256": [DIGEST]}),
    "return-verification": ("kabid-1", {"reasons": [{"code": "salah-ketik"}]}),
    "sign-document": ("kadis-1", {"document_sha256": [DIGEST]}),
    "refuse-signature": ("kadis-1", {"reasons": [{"code": "salah-data"}]}),
    "revoke-document": ("kadis-1", {"code": "K7M2Q9XW4T8B", "reason_code": "salah-data"}),
    "replace-document": (
        "kadis-1",
        {"code": "K7M2Q9XW4T8B", "replaced_by": "P3R5N8YV6C2D", "reason_code": "data-berubah"},
    ),
    "import-signed": (
        "siak-1",
        {
            "siak_registration": "S-1",
            "data": {"akta-kelahiran": "6311-LU-06042026-0001"},
            "files": [{"kind": "akta-kelahiran", "sha256": DIGEST, "pin": "246810"}],
        },
    ),
    "print-document": ("cetak-1", {"medium": "hvs-a4"}),
    "report-spoiled": ("cetak-1", {"reason_code": "kertas-macet"}),
    "hand-over": ("loket-1", {"method": "diambil", "receipt_code": "AB12"}),
    "report-uncollected": ("loket-1", {}),
    "resolve-print": ("cetak-1", {"outcome": "tidak-tercetak"}),
    "renew-collection-code": ("loket-1", {}),
    "request-reprint": ("loket-1", {"reasons": [{"code": "hasil-rusak"}]}),
    "receive-stock": ("cetak-1", {"quantity": 500, "reference": "SJ-1"}),
    "count-stock": ("cetak-1", {"counted": 498, "reason_code": "selisih-hitung"}),
    "spoil-stock": ("cetak-1", {"quantity": 2, "reason_code": "blangko-rusak"}),
    "set-reorder-point": ("kasi-1", {"reorder_point": 50}),
    "withdraw-card": (
        "loket-1",
        {"for_case_id": "6d1c8a52-6311-4a6e-9d0a-0d1ca311a001", "reason_code": "kartu-diganti"},
    ),
    "destroy-cards": ("kasi-1", {"quantity": 20, "record": "BA-1"}),
    "resend-softcopy": ("loket-1", {}),
    "resume-sending": ("admin-1", {}),
    "mark-notice-told": ("loket-1", {"message_id": str(uuid4())}),
    "mark-notice-unreached": ("loket-1", {"message_id": str(uuid4())}),
    "begin-entry": ("loket-1", {"channel": "loket"}),
    "add-paper": ("loket-1", {"upload_sha256": DIGEST, "media_type": "image/jpeg"}),
    "submit-entry": (
        "loket-1",
        {"service_id": "lhr-umum", "applicant": {"name": "Siti"}, "facts": {"nama-anak": "Rizqi"}},
    ),
    "drop-entry": ("loket-1", {}),
    "open-batch": (
        "loket-1",
        {
            "manifest": {
                "sender": {"name": "Kades Contoh"},
                "rows": [{"row": "1", "service_id": "lhr-umum", "applicant": {"name": "Budi"}}],
            }
        },
    ),
    "submit-batch": ("loket-1", {}),
    "relay-message": ("loket-1", {"said": {"phone": "0800-6311-001", "text": "halo"}}),
    "mark-told": ("loket-1", {"answer_id": str(uuid4())}),
    "start-outage": ("kasi-1", {"system": "siak"}),
    "end-outage": ("kasi-1", {}),
    "add-note": ("kasi-1", {"step": 4, "note": "Bapak Budi minta ditelepon"}),
    "forget-case": ("admin-1", {"reason_code": "permintaan-subjek"}),
}


@pytest.mark.parametrize("name", BODIES)
async def test_every_command_reaches_its_stage(house: Any, case: Any, name: str) -> None:
    account, body = BODIES[name]

    answer = await ask(house, case, name, body, account=account)

    assert answer.status_code == 200
    assert house.commands.asked[0].actor.account == account


@pytest.mark.parametrize("name", sorted(set(BODIES) - {"report-uncollected"}))
async def test_every_command_refuses_an_account_without_the_capability(
    house: Any, case: Any, name: str
) -> None:
    answer = await ask(house, case, name, BODIES[name][1], account="it-1")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert house.commands.asked == []


def test_every_command_is_tried_here() -> None:
    from gateway.bodies import BODIES as ALL  # noqa: PLC0415 - beside its namesake

    assert set(BODIES) == set(ALL)


@pytest.mark.parametrize("name", ["accept-papers", "confirm-match", "report-uncollected"])
async def test_body_may_be_missing_where_nothing_must_be_said(
    house: Any, case: Any, name: str
) -> None:
    async with await house.logged_in(BODIES[name][0]) as client:
        answer = await client.post(
            f"/api/v1/cases/{case.case_id}/commands/{name}",
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert answer.status_code == 200


async def test_personal_fields_are_sealed_before_they_go_on(house: Any, case: Any) -> None:
    collector = {"name": "Hamdan bin Utuh", "identity_number": None, "relation": "paman"}
    reasons = [{"code": "salah-ketik", "field": "nama", "note": "Nama Rizqi kurang satu huruf"}]
    entry = {"documents": {"akta-kelahiran": {"nama": "Muhammad Rizqi"}}}
    await ask(
        house,
        case,
        "hand-over",
        {"method": "dikuasakan", "receipt_code": "AB12", "collector": collector},
        account="loket-1",
    )
    await ask(house, case, "return-draft", {"reasons": reasons}, account="kasi-1")
    await ask(
        house, case, "record-entry", {"siak_registration": "S-1", "data": entry}, account="siak-1"
    )
    await ask(house, case, "check-claims", {"claims": {"NAMA_LGKP": "Rizqi"}}, account="siak-1")

    hand_over, returned, recorded, checked = house.commands.asked
    wire = "".join(each.model_dump_json() for each in house.commands.asked)
    for word in ("Hamdan", "paman", "Rizqi", "kurang"):
        assert word not in wire
    assert house.vault.open(case.case_id, hand_over.collector) == collector
    assert house.vault.open(case.case_id, returned.reasons[0].note) == reasons[0]["note"]
    assert house.vault.open(case.case_id, recorded.data) == entry
    assert house.vault.open(case.case_id, checked.claims) == {"NAMA_LGKP": "Rizqi"}


async def test_stand_in_acts_on_behalf_of_the_official(house: Any, case: Any) -> None:
    lent = Grant("kabid", on_behalf_of="kabid-1", stand_in="plh")
    known = house.store.find("kasi-1")
    plh = Account("kasi-3", "Kasi", "6311", grants=(Grant("kasi"), lent))
    house.store.add(StoredAccount(plh, known.password_hash))

    await ask(house, case, "verify-draft", {"document_sha256": [DIGEST]}, account="kasi-3")

    assert house.commands.asked[0].actor.on_behalf_of == "kabid-1"


def refusing(slug: str, **data: Any) -> Any:
    def answer(command: c.Command) -> c.CommandReply:
        return c.CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            version=9,
            service="review",
            problem=c.Problem(slug=slug, detail="why", data=data),
        )

    return answer


@pytest.mark.parametrize(
    ("slug", "status"),
    [
        *((slug, 409) for slug in ("step-not-open", "task-taken", "step-paused")),
        *((slug, 409) for slug in ("step-not-paused", "stale-version", "draft-changed")),
        ("conflict", 409),
        ("four-eyes", 403),
        ("capability-missing", 403),
        ("case-not-at-this-stage", 404),
        ("malformed-command", 422),
        ("internal-error", 500),
        ("never-heard-of", 422),
    ],
)
async def test_refusal_of_a_stage_becomes_problem_details(
    house: Any, case: Any, slug: str, status: int
) -> None:
    house.commands.answer = refusing(slug)

    answer = await ask(house, case, "take-task", {"step": 4}, account="kasi-1")

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["slug"] == slug
    assert answer.json()["type"] == f"urn:jamila:problem:{slug}"
    assert answer.json()["detail"] == "why"
    assert answer.json()["title"]


async def test_conflict_carries_the_current_state(house: Any, case: Any) -> None:
    steps = {"4": {"attempt": 1, "is_open": True, "taken_by": "kasi-2", "paused_for": None}}
    house.commands.answer = refusing("task-taken", version=9, steps=steps)

    answer = await ask(house, case, "take-task", {"step": 4}, account="kasi-1")

    assert answer.json()["data"] == {"version": 9, "service": "review", "steps": steps}


async def test_stage_that_does_not_answer_is_503_with_retry_after(house: Any, case: Any) -> None:
    def nobody(_: c.Command) -> c.CommandReply:
        raise ServiceUnavailableError("review did not answer", service="review")

    house.commands.answer = nobody

    answer = await ask(house, case, "take-task", {"step": 4}, account="kasi-1")

    assert (answer.status_code, answer.json()["slug"]) == (503, "service-unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_key_that_was_used_for_another_case_is_refused(house: Any, case: Any) -> None:
    def another(command: c.Command) -> c.CommandReply:
        return c.CommandReply(command_id=command.command_id, case_id=UUID(int=5), service="review")

    house.commands.answer = another

    answer = await ask(house, case, "take-task", {"step": 4}, account="kasi-1")

    assert (answer.status_code, answer.json()["slug"]) == (409, "idempotency-key-reused")


@pytest.mark.parametrize("key", [None, "", "bukan-uuid"])
async def test_command_without_a_key_is_refused(house: Any, case: Any, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    async with await house.logged_in("kasi-1") as client:
        answer = await client.post(
            f"/api/v1/cases/{case.case_id}/commands/take-task", json={"step": 4}, headers=headers
        )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == ["header", "Idempotency-Key"]
    assert house.commands.asked == []


@pytest.mark.parametrize("match", ["W/x", '"a"', '"1", "2"', "-1"])
async def test_unreadable_version_is_refused(house: Any, case: Any, match: str) -> None:
    answer = await ask(
        house, case, "take-task", {"step": 4}, account="kasi-1", **{"If-Match": match}
    )

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")
    assert house.commands.asked == []


async def test_any_version_matches_a_star(house: Any, case: Any) -> None:
    await ask(house, case, "take-task", {"step": 4}, account="kasi-1", **{"If-Match": "*"})

    assert house.commands.asked[0].expected_version is None


async def test_reason_is_mandatory_for_a_return(house: Any, case: Any) -> None:
    answer = await ask(house, case, "return-draft", {"reasons": []}, account="kasi-1")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"place": ["body", "reasons"], "kind": "too_short"}]


async def test_bad_input_is_not_repeated(house: Any, case: Any) -> None:
    body = {"reasons": [{"code": "Nama Rahmah Salah", "note": 6311991212120001}]}

    answer = await ask(house, case, "return-draft", body, account="kasi-1")

    assert answer.status_code == 422
    assert "Rahmah" not in answer.text
    assert "6311991212120001" not in answer.text


async def test_case_without_a_key_takes_no_personal_data(house: Any, case: Any) -> None:
    house.vault.forget(case.case_id)

    answer = await ask(
        house, case, "check-claims", {"claims": {"NAMA_LGKP": "Rizqi"}}, account="siak-1"
    )

    assert (answer.status_code, answer.json()["slug"]) == (410, "personal-data-forgotten")
    assert house.commands.asked == []
