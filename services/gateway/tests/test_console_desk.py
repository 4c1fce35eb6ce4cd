"""The front desk without a browser: walk-in, chat, by hand, stock; what is asked, and by whom."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import commands as c
from jamila_contracts.blangko import STOCK_ITEMS, stock_id
from jamila_contracts.command import Problem
from jamila_contracts.commands import CommandReply
from jamila_testing.forms import token_and_key

NIK = "6311994506900003"
PART = {"HX-Request": "true"}
ANSWERS = {
    "jawaban.hubungan": "keluarga",
    "jawaban.tanggal-lahir-anak": "01-04-2026",
    "jawaban.surat-lahir": "ya",
    "jawaban.buku-nikah": "ya",
    "jawaban.nama-anak": "Nur Contoh",
    "jawaban.nik-ibu": NIK,
}
PAGES = ("/loket", "/penyerahan", "/percakapan", "/kabar", "/kabar/telepon", "/cetak")


def reply(command: c.Command, **more: Any) -> CommandReply:
    return CommandReply(
        command_id=command.command_id, case_id=command.case_id, service="intake", **more
    )


@pytest.fixture
def entry(house: Any) -> UUID:
    """An entry that was begun at the counter."""
    entry_id = uuid4()
    house.vault.create(entry_id)
    return entry_id


async def write(client: Any, entry: UUID, **more: Any) -> Any:
    """Send the page of an entry, as a script does."""
    path = f"/loket/{entry}?urusan=lahir-baru"
    form = token_and_key((await client.get(path)).text)
    files = more.pop("files", None)
    said = {**form, "urusan": "lahir-baru", "nama": "Aminah Contoh", **more.pop("said", {})}
    return await client.post(f"/unggah/loket/{entry}", data=said, files=files, headers=PART)


async def test_double_click_begins_one_entry(house: Any) -> None:
    async with house.console("loket-1") as client:
        form = token_and_key((await client.get("/loket")).text)
        said = {**form, "urusan": "lahir-baru"}
        answers = [await client.post("/loket/mulai", data=said) for _ in range(2)]

    first, second = house.commands.asked
    assert isinstance(first, c.BeginEntry)
    assert (first.case_id, first.command_id) == (second.case_id, second.command_id)
    wanted = f"/loket/{first.case_id}?urusan=lahir-baru&kabar=begin-entry"
    assert [each.headers["location"] for each in answers] == [wanted, wanted]


async def test_question_appears_when_its_condition_holds(house: Any, entry: UUID) -> None:
    married, not_married = ANSWERS, {**ANSWERS, "jawaban.buku-nikah": "tidak"}
    async with house.console("loket-1") as client:
        pages = [(await write(client, entry, said=each)).text for each in (married, not_married)]

    assert ["jawaban.kk-suami-istri" in each for each in pages] == [False, True]


async def test_what_is_wrong_is_said_beside_it_and_everything_typed_stays(
    house: Any, entry: UUID
) -> None:
    said = {**ANSWERS, "jawaban.nama-anak": "Nur 2", "aksi": "berkas", "telepon": "0800-6311-001"}
    async with house.console("loket-1") as client:
        answer = await write(client, entry, said=said)

    assert "Nama tidak boleh berisi angka." in answer.text
    for typed in ("Aminah Contoh", "0800-6311-001", "Nur 2", NIK):
        assert f'value="{typed}"' in answer.text
    assert answer.headers["hx-retarget"] == "#layar"
    assert house.commands.asked == []


async def test_checklist_follows_the_answers(house: Any, entry: UUID) -> None:
    async with house.console("loket-1") as client:
        answer = await write(client, entry, said={**ANSWERS, "aksi": "berkas"})

    assert "Daftar berkas" in answer.text
    assert "Wajib, belum ada" in answer.text
    assert f'name="jawaban.nik-ibu" value="{NIK}"' in answer.text


async def test_paper_goes_encrypted_to_the_intake_and_stays_on_the_page(
    house: Any, entry: UUID
) -> None:
    def keeps(command: c.Command) -> CommandReply:
        hint = "Foto agak gelap."
        return reply(command, result={"sha256": "a" * 64, "message": hint, "item_id": "doc.kk"})

    house.commands.answer = keeps
    file = {"berkas.doc.kk": ("kk.jpg", b"\xff\xd8 foto KK", "image/jpeg")}
    async with house.console("loket-1") as client:
        answer = await write(client, entry, said={**ANSWERS, "tahap": "berkas"}, files=file)

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.AddPaper)
    assert (asked.item_id, asked.media_type) == ("doc.kk", "image/jpeg")
    assert house.objects.get_upload(entry, asked.upload_sha256) == b"\xff\xd8 foto KK"
    assert f'name="ada" value="doc.kk|{"a" * 64}"' in answer.text
    assert "Foto agak gelap." in answer.text


async def test_paper_that_cannot_be_used_is_named_and_the_others_are_kept(
    house: Any, entry: UUID
) -> None:
    def keeps(command: Any) -> CommandReply:
        if command.item_id == "doc.kk":
            return reply(command, result={"sha256": "a" * 64, "message": None})
        data = {"message": "Foto tidak terbaca."}
        return reply(command, problem=Problem(slug="paper-refused", detail="-", data=data))

    house.commands.answer = keeps
    files = [
        ("berkas.doc.kk", ("kk.jpg", b"satu", "image/jpeg")),
        ("berkas.lain", ("lain.jpg", b"dua", "image/jpeg")),
    ]
    async with house.console("loket-1") as client:
        said = {**ANSWERS, "aksi": "ajukan", "tahap": "berkas"}
        answer = await write(client, entry, said=said, files=files)

    assert answer.status_code == 422
    assert "Berkas lain: Foto tidak terbaca." in answer.text
    assert "doc.kk|" in answer.text
    assert not any(isinstance(each, c.SubmitEntry) for each in house.commands.asked)


async def test_entry_is_handed_in_sealed_and_leads_to_its_receipt(house: Any, entry: UUID) -> None:
    async with house.console("loket-1") as client:
        said = {**ANSWERS, "aksi": "ajukan", "tahap": "berkas", "ada": f"doc.kk|{'a' * 64}"}
        answer = await write(client, entry, said=said)

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.SubmitEntry)
    assert asked.service_id == "lhr-umum"
    assert NIK not in asked.model_dump_json()
    assert house.vault.open(entry, asked.applicant) == {"name": "Aminah Contoh", "phone": None}
    facts = house.vault.open(entry, asked.facts)
    assert (facts["nik-ibu"], facts["nama-anak"]) == (NIK, "NUR CONTOH")
    target = answer.headers["hx-redirect"]
    assert target.startswith(f"/loket/selesai/{entry}?kurang=")
    assert NIK not in target


async def test_refusal_of_the_intake_is_said_in_its_sentences(house: Any, entry: UUID) -> None:
    data = {"errors": ["Nomor telepon tidak benar."]}
    problem = Problem(slug="entry-invalid", detail="-", data=data)
    house.commands.answer = lambda command: reply(command, problem=problem)
    async with house.console("loket-1") as client:
        said = {**ANSWERS, "aksi": "ajukan", "tahap": "berkas", "telepon": "12"}
        answer = await write(client, entry, said=said)

    assert answer.status_code == 422
    assert "Nomor telepon tidak benar." in answer.text
    assert 'name="telepon" value="12"' in answer.text


async def test_receipt_code_stands_large(house: Any, case: Any) -> None:
    async with house.console("loket-1") as client:
        path = f"/loket/selesai/{case.case_id}?kurang=doc.kk,%3Cscript%3E"
        page = (await client.get(path)).text

    assert re.search(r'class="receipt">[A-Z0-9]{5}-[A-Z0-9]{5}<', page)
    assert "Kartu Keluarga" in page
    assert house.access_log.lines == []


async def test_message_of_the_phone_is_begun_sealed_and_passed_on(house: Any) -> None:
    async with house.console("loket-1") as client:
        page = (await client.get("/kabar/telepon")).text
        action = re.search(r'action="(/unggah/kabar/[^"]+)"', page)
        assert action is not None
        begun: list[UUID] = []

        def begins(command: c.Command) -> CommandReply:
            if isinstance(command, c.BeginEntry):
                house.vault.create(command.case_id)
                begun.append(command.case_id)
            return house.commands.done(command)

        house.commands.answer = begins
        said = {**token_and_key(page), "telepon": "0800-6311-001", "pesan": "Halo, ini Aminah"}
        answer = await client.post(action[1], data=said)

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.RelayMessage)
    assert asked.case_id == begun[0]
    assert "Aminah" not in asked.model_dump_json()
    assert answer.headers["location"].startswith("/kabar?kabar=relay-message")


@pytest.mark.parametrize("account", ["kasi-1", "it-1"])
async def test_front_desk_is_closed_to_others(house: Any, account: str) -> None:
    async with house.console(account) as client:
        answers = [await client.get(path) for path in PAGES]
        menu = (await client.get("/antrean")).text

    assert [each.status_code for each in answers] == [403] * len(PAGES)
    assert 'href="/loket"' not in menu


STOCK = (
    ("cetak-1", "receive-stock", {"jumlah": "500", "bukti": "BAST 12"}, c.ReceiveStock),
    ("cetak-1", "count-stock", {"jumlah": "498", "alasan": "selisih-hitung"}, c.CountStock),
    ("cetak-1", "count-stock", {"jumlah": "500", "alasan": ""}, c.CountStock),
    ("cetak-1", "spoil-stock", {"jumlah": "2", "alasan": "blangko-rusak"}, c.SpoilStock),
    ("kasi-1", "set-reorder-point", {"jumlah": "50"}, c.SetReorderPoint),
    ("kasi-1", "destroy-cards", {"jumlah": "1", "berita-acara": "BA-3"}, c.DestroyCards),
)


@pytest.mark.parametrize(("account", "command", "said", "kind"), STOCK)
async def test_stock_is_asked_about(
    house: Any, account: str, command: str, said: dict[str, str], kind: type[c.Command]
) -> None:
    about = stock_id("6311", STOCK_ITEMS[0].id)
    async with house.console(account) as client:
        form = token_and_key((await client.get("/persediaan")).text)
        answer = await client.post(f"/persediaan/{about}/{command}", data={**form, **said})
        wrong = await client.post(f"/persediaan/{about}/{command}", data={**form, "jumlah": "-1"})

    (asked,) = house.commands.asked
    assert isinstance(asked, kind)
    assert asked.case_id == about
    assert answer.headers["location"].startswith(f"/persediaan?kabar={command}")
    assert wrong.status_code == 422


async def test_old_card_belongs_to_the_case_of_a_receipt_code(house: Any, case: Any) -> None:
    about = stock_id("6311", STOCK_ITEMS[0].id)
    found = house.models.collections["cases"][str(case.case_id)]
    async with house.console("loket-1") as client:
        form = token_and_key((await client.get("/persediaan")).text)
        path = f"/persediaan/{about}/withdraw-card"
        said = {**form, "alasan": "kartu-rusak"}
        await client.post(path, data={**said, "kode": found["receipt_code"].lower()})
        strange = await client.post(path, data={**said, "kode": "QQQQQQQQQQ"})

    (asked,) = house.commands.asked
    assert isinstance(asked, c.WithdrawCard)
    assert asked.for_case_id == case.case_id
    assert strange.status_code == 404
