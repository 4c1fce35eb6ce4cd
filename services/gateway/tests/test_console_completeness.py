"""Step 1 without a browser: what the form asks for, and what it refuses before it asks."""

import re
from typing import Any

import pytest

from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_contracts.command import Problem
from jamila_contracts.commands import CommandReply
from jamila_contracts.envelope import Actor
from jamila_contracts.values import Paper
from jamila_testing.builders import Story

PART = {"HX-Request": "true"}
LOKET = Actor(account="loket-1", capability="operator-layanan")
PHOTO = b"\xff\xd8\xff\xe0 sebuah foto"


@pytest.fixture
def desk_case(house: Any) -> Any:
    """A case that waits at step 1 and is in the hands of the front desk."""
    story = Story()
    house.vault.create(story.case_id)
    sha256 = house.objects.put(story.case_id, PHOTO)
    papers = (
        Paper(sha256=sha256, media_type="image/jpeg", size_bytes=len(PHOTO), item_id="doc.kk"),
    )
    applicant = house.vault.seal(story.case_id, {"name": "Rahmah Contoh"})
    story.tell(e.PermohonanDiajukan, papers=papers, applicant=applicant, facts=None)
    story.tell(e.TugasDiambil, actor=LOKET, step=1, attempt=1)
    house.show(story.records)
    story.paper = sha256  # type: ignore[attr-defined]
    return story


async def form_of(client: Any, case: Any, action: str) -> tuple[str, dict[str, Any]]:
    page = (await client.get(f"/permohonan/{case.case_id}")).text
    form = re.search(
        rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL
    )
    assert form is not None
    names = re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form[0])
    said: dict[str, Any] = {name: value for name, value in names if name != "wajib"}
    said["wajib"] = [value for name, value in names if name == "wajib"]
    return action, said


def check_of(case: Any) -> str:
    return f"/permohonan/{case.case_id}/periksa"


async def test_complete_papers_are_accepted_with_what_each_answers(
    house: Any, desk_case: Any
) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        ticked = {"ada": form["wajib"], "berkas.doc.kk": desk_case.paper, "putusan": "lengkap"}
        answers = [await client.post(path, data={**form, **ticked}) for _ in range(2)]

    asked = house.commands.asked
    assert all(isinstance(each, c.AcceptPapers) for each in asked)
    assert asked[0].items == {desk_case.paper: "doc.kk"}
    assert len({each.command_id for each in asked}) == 1
    assert asked[0].expected_version is not None
    assert "kabar=accept-papers" in answers[0].headers["location"]


async def test_line_that_nobody_ticked_is_named(house: Any, desk_case: Any) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        ticked = {"ada": form["wajib"][1:], "putusan": "lengkap"}
        part = await client.post(path, data={**form, **ticked}, headers=PART)
        whole = await client.post(path, data={**form, **ticked})

    assert form["wajib"]
    assert part.status_code == whole.status_code == 422
    assert "Belum dicentang:" in part.text
    assert "<html" not in part.text
    assert house.commands.asked == []


async def test_fault_and_complete_exclude_each_other(house: Any, desk_case: Any) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        said = {"ada": form["wajib"], "masalah.doc.kk": "tidak-terbaca", "putusan": "lengkap"}
        answer = await client.post(path, data={**form, **said}, headers=PART)

    assert "ditandai bermasalah" in answer.text
    assert house.commands.asked == []


async def test_what_is_missing_is_asked_for_by_item_and_reason(house: Any, desk_case: Any) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        said = {
            "masalah.doc.kk": "tidak-terbaca",
            "lain": "doc.nikah",
            "masalah.lain": "tidak-ada",
            "putusan": "kurang",
        }
        await client.post(path, data={**form, **said})

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.ReturnPapers)
    assert [(each.item_id, each.reason_code) for each in asked.problems] == [
        ("doc.kk", "tidak-terbaca"),
        ("doc.nikah", "tidak-ada"),
    ]


@pytest.mark.parametrize("said", [{}, {"masalah.doc.kk": "", "lain": "doc.nikah"}])
async def test_nothing_is_asked_for_when_nothing_is_marked(
    house: Any, desk_case: Any, said: dict[str, str]
) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        answer = await client.post(path, data={**form, **said, "putusan": "kurang"}, headers=PART)

    assert "Tandai dahulu" in answer.text
    assert house.commands.asked == []


@pytest.mark.parametrize(
    "said", [{}, {"putusan": "lengkap", "wajib": [], "berkas.doc.kk": "bukan-digest"}]
)
async def test_form_that_is_not_ours_is_refused(house: Any, desk_case: Any, said: Any) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, check_of(desk_case))
        answer = await client.post(path, data={**form, **said}, headers=PART)

    assert (answer.status_code, house.commands.asked) == (422, [])


async def test_officer_of_another_step_decides_nothing_here(house: Any, desk_case: Any) -> None:
    async with house.console("kasi-1") as client:
        page = (await client.get(f"/permohonan/{desk_case.case_id}")).text
        csrf = re.search(r'name="csrf" value="([^"]*)"', page)
        assert csrf is not None
        key = "00000000-0000-4000-8000-000000000007"
        form = {"csrf": csrf[1], "kunci": key, "putusan": "lengkap"}
        answer = await client.post(check_of(desk_case), data=form)
        upload = await client.post(
            f"/unggah/berkas/{desk_case.case_id}", data=form, files={"berkas": ("a.jpg", PHOTO)}
        )

    assert "Periksa kelengkapan" not in page
    assert (answer.status_code, upload.status_code, house.commands.asked) == (403, 403, [])


async def test_application_is_cancelled_with_its_reason(house: Any, desk_case: Any) -> None:
    action = f"/permohonan/{desk_case.case_id}/cancel-application"
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, action)
        await client.post(path, data={**form, "alasan": "permintaan-pemohon"})
        nothing = await client.post(path, data=form, headers=PART)

    asked = house.commands.asked
    assert (type(asked[-1]), asked[-1].reason_code) == (c.CancelApplication, "permintaan-pemohon")
    assert (nothing.status_code, len(asked)) == (422, 1)


async def test_paper_from_the_counter_is_uploaded_and_named(house: Any, desk_case: Any) -> None:
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, f"/unggah/berkas/{desk_case.case_id}")
        files = {"berkas": ("surat rahmah.jpg", PHOTO, "image/jpeg")}
        answer = await client.post(path, data={**form, "item": "doc.nikah"}, files=files)
        empty = await client.post(path, data=form, headers=PART)

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.AddPaper)
    assert (asked.item_id, asked.media_type) == ("doc.nikah", "image/jpeg")
    assert house.objects.get_upload(desk_case.case_id, asked.upload_sha256) == PHOTO
    assert "kabar=add-paper" in answer.headers["location"]
    assert "Pilih dahulu foto" in empty.text


async def test_paper_that_is_refused_says_why_in_words(house: Any, desk_case: Any) -> None:
    def refuse(command: Any) -> CommandReply:
        data = {"message": "Gambar ini tidak bisa dibuka."}
        problem = Problem(slug="paper-refused", detail="broken", data=data)
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="intake",
            problem=problem,
        )

    house.commands.answer = refuse
    async with house.console("loket-1") as client:
        path, form = await form_of(client, desk_case, f"/unggah/berkas/{desk_case.case_id}")
        files = {"berkas": ("a.jpg", PHOTO, "image/jpeg")}
        answer = await client.post(path, data=form, files=files, headers=PART)

    assert (answer.status_code, "Gambar ini tidak bisa dibuka." in answer.text) == (422, True)


async def test_number_is_shown_whole_to_whoever_asks_and_that_is_recorded(house: Any) -> None:
    story = Story()
    house.vault.create(story.case_id)
    facts = house.vault.seal(story.case_id, {"nik-ibu": "6311996806830001"})
    applicant = house.vault.seal(story.case_id, {"name": "Rahmah Contoh"})
    story.tell(e.PermohonanDiajukan, applicant=applicant, facts=facts)
    house.show(story.records)
    path = f"/permohonan/{story.case_id}"
    async with house.console("loket-1") as client:
        masked = (await client.get(path)).text
        whole = (await client.get(f"{path}/isian?reveal=true", headers=PART)).text

    assert "9968" not in masked
    assert "<span>9968</span>" in whole
    assert "Tampilkan angka lengkap" in masked
    assert "Tampilkan angka lengkap" not in whole
    assert [each.what for each in house.access_log.looks] == ["data-pemohon", "nik"]
