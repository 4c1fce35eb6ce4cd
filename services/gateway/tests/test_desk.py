"""Papers that staff upload, and the list of a village's batch."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_contracts.commands_desk import case_of_row
from jamila_testing.builders import Story

FILE = b"\xff\xd8\xff\xe0 foto KK Siti Rahmah"
JPEG = {"Content-Type": "image/jpeg"}


async def post(house: Any, path: str, content: bytes = FILE, **more: Any) -> Any:
    account = more.pop("account", "loket-1")
    headers = {"Idempotency-Key": str(uuid4()), **JPEG, **more.pop("headers", {})}
    async with await house.logged_in(account) as client:
        return await client.post(f"/api/v1{path}", content=content, headers=headers, **more)


@pytest.fixture
def begun(house: Any) -> UUID:
    case_id = uuid4()
    house.vault.create(case_id)
    return case_id


async def test_paper_lies_encrypted_under_its_case_before_the_command_names_it(
    house: Any, begun: UUID, tmp_path: Any
) -> None:
    answer = await post(house, f"/cases/{begun}/papers?item_id=doc.kk")

    assert answer.status_code == 200
    command = house.commands.asked[0]
    assert isinstance(command, c.AddPaper)
    assert (command.case_id, command.item_id) == (begun, "doc.kk")
    assert (command.media_type, command.actor.account) == ("image/jpeg", "loket-1")
    assert house.objects.get_upload(begun, command.upload_sha256) == FILE
    stored = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert [b"Siti" in path.read_bytes() for path in stored] == [False]


async def test_upload_for_a_later_command_answers_its_digest(house: Any, begun: UUID) -> None:
    answer = await post(house, f"/cases/{begun}/uploads")

    assert answer.status_code == 201
    assert house.objects.get_upload(begun, answer.json()["upload_sha256"]) == FILE
    assert house.commands.asked == []


async def test_paper_for_a_case_without_a_key_is_refused(house: Any) -> None:
    answer = await post(house, f"/cases/{uuid4()}/papers")

    assert (answer.status_code, answer.json()["slug"]) == (410, "personal-data-forgotten")
    assert house.commands.asked == []


async def test_papers_may_be_larger_than_other_requests_up_to_a_limit(
    house: Any, begun: UUID
) -> None:
    assert (await post(house, f"/cases/{begun}/papers", b"x" * 100_000)).status_code == 200
    too_large = await post(house, f"/cases/{begun}/papers", b"x" * (20 * 1024 * 1024 + 1))
    assert (too_large.status_code, too_large.json()["slug"]) == (413, "request-too-large")
    other = await post(house, f"/cases/{begun}/commands/drop-entry", b"x" * 100_000)
    assert other.status_code == 413


async def test_empty_file_is_refused(house: Any, begun: UUID) -> None:
    assert (await post(house, f"/cases/{begun}/papers", b"")).status_code == 422


@pytest.mark.parametrize("place", ["papers", "uploads"])
async def test_only_the_operator_of_step_one_uploads(house: Any, begun: UUID, place: str) -> None:
    answer = await post(house, f"/cases/{begun}/{place}", account="kasi-1")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    with pytest.raises(StopIteration):
        next(iter(house.commands.asked))


@pytest.mark.parametrize(
    ("name", "row", "item_id"),
    [
        ("03-kk.jpg", "3", "doc.kk"),
        ("3_Kartu%20Keluarga.jpg", "3", "doc.kk"),
        ("12 akta lahir.pdf", "12", "doc.akta_lahir"),
        ("1-IMG20260406.jpg", "1", None),
        ("1-..%2F..%2Fetc%2Fpasswd", "1", None),
    ],
)
async def test_name_of_a_file_tells_row_and_item(
    house: Any, name: str, row: str, item_id: str | None
) -> None:
    batch_id = uuid4()
    house.vault.create(case_of_row(batch_id, row))

    answer = await post(house, f"/batches/{batch_id}/papers", headers={"Jamila-File-Name": name})

    assert answer.status_code == 200
    command = house.commands.asked[0]
    assert (command.case_id, command.item_id) == (case_of_row(batch_id, row), item_id)


async def test_name_without_a_row_is_refused(house: Any) -> None:
    headers = {"Jamila-File-Name": "kk"}
    answer = await post(house, f"/batches/{uuid4()}/papers", headers=headers)

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_people_are_sealed_before_the_command_goes_on(house: Any, begun: UUID) -> None:
    said = {"said": {"phone": "0800-6311-001", "name": "Siti", "text": "halo"}}
    async with await house.logged_in("loket-1") as client:
        await client.post(
            f"/api/v1/cases/{begun}/commands/relay-message",
            json=said,
            headers={"Idempotency-Key": str(uuid4())},
        )

    command = house.commands.asked[0]
    assert "Siti" not in command.model_dump_json()
    assert house.vault.open(begun, command.said)["text"] == "halo"


async def test_list_of_a_batch_shows_where_each_family_stands(house: Any) -> None:
    batch_id = uuid4()
    for number, name in (("10", "Umar Contoh"), ("2", "Aminah Contoh")):
        row_of(house, batch_id, number, name)

    async with await house.logged_in("loket-1") as client:
        plain = (await client.get(f"/api/v1/batches/{batch_id}")).json()["rows"]
        with_names = await client.get(f"/api/v1/batches/{batch_id}?personal_data=true")

    assert [(each["row"], each["applicant_name"]) for each in plain] == [("2", None), ("10", None)]
    named = with_names.json()["rows"]
    assert [each["applicant_name"] for each in named] == ["Aminah Contoh", "Umar Contoh"]
    assert [line[2] for line in house.access_log.lines] == ["data-pemohon"] * 2


async def test_batch_that_is_not_there_is_not_found(house: Any) -> None:
    async with await house.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/batches/{uuid4()}")

    assert (answer.status_code, answer.json()["slug"]) == (404, "case-unknown")


def row_of(house: Any, batch_id: UUID, row: str, name: str) -> None:
    story = Story(name=f"kasus-{row}")
    house.vault.create(story.case_id)
    story.tell(
        e.PermohonanDiajukan,
        channel="kolektif",
        batch_id=batch_id,
        batch_row=row,
        applicant=house.vault.seal(story.case_id, {"name": name}),
    )
    house.show(story.records)
