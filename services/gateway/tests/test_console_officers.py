"""Steps 2 to 6 without a browser: what a form asks for and refuses, and that it is done once."""

from typing import Any

import httpx
import pytest

from gateway.console.words_officers import fault, field, warning
from jamila_contracts import events as e
from jamila_contracts.command import Problem
from jamila_contracts.commands import (
    CheckClaims,
    Command,
    CommandReply,
    ConfirmMatch,
    RecordEntry,
    RejectMatch,
)
from jamila_contracts.values import FieldVerdict, ReturnReason
from jamila_testing.builders import Story, named_id, paper
from jamila_testing.forms import hidden

PART = {"HX-Request": "true"}
EVIDENCE = "ab" * 32
CASE_ID = named_id("kasus-1")


class Walk:
    """A case that stands at a step, taken by an account."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.story = Story()
        self.case_id = self.story.case_id
        house.vault.create(self.case_id)

    def seal(self, value: Any) -> str:
        sealed: str = self.house.vault.seal(self.case_id, value)
        return sealed

    def to(self, step: int, *, taken: bool = True) -> "Walk":
        facts = self.seal({"nik-ibu": "6311995203920002", "nama-anak": "NUR"})
        self.story.tell(
            e.PermohonanDiajukan,
            papers=(paper("doc.kk"),),
            applicant=self.seal({"name": "R"}),
            facts=facts,
            documents=("akta-kelahiran", "kia"),
        )
        road = (e.BerkasDiterima, e.DataSiakCocok, e.DraftDibuat, e.DraftDisetujui, e.Diverifikasi)
        for event_class in road[: step - 1]:
            more = {"data": self.entry()} if event_class is e.DraftDibuat else {}
            self.story.work(event_class, **more)
        if taken:
            self.story.tell(e.TugasDiambil, step=step, attempt=1)
        return self.show()

    def entry(self) -> str:
        return self.seal({"documents": {"akta-kelahiran": {"child_name": "NUR"}}})

    def show(self) -> "Walk":
        self.house.show(self.story.records)
        return self

    @property
    def path(self) -> str:
        return f"/permohonan/{self.case_id}"


async def forms(client: httpx.AsyncClient, walk: Walk) -> dict[str, str]:
    page = (await client.get(walk.path)).text
    return {name: hidden(page, name) for name in ("csrf", "kunci", "versi")}


async def post(house: Any, walk: Walk, account: str, path: str, **said: Any) -> httpx.Response:
    async with house.console(account) as client:
        form = await forms(client, walk)
        return await client.post(path, data={**form, **said}, headers=PART)


def refusing(slug: str, **data: Any) -> Any:
    def answer(command: Command) -> CommandReply:
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="siak-adapter",
            problem=Problem(slug=slug, detail="no", data=data),
        )

    return answer


async def test_the_claims_stand_as_the_applicant_said_them(house: Any) -> None:
    walk = Walk(house).to(2)
    async with house.console("siak-1") as client:
        page = (await client.get(walk.path)).text

    assert hidden(page, "klaim.NIK") == "6311995203920002"
    assert [look.what for look in house.access_log.looks] == ["data-pemohon", "nik"]
    assert hidden(page, "klaim.NAMA_LGKP") == ""


async def test_siak_is_asked_what_stands_in_the_form(house: Any) -> None:
    walk = Walk(house).to(2)
    said = {"putusan": "tanya", "klaim.NIK": "6311995203920002", "klaim.NO_KK": ""}

    answer = await post(house, walk, "siak-1", f"{walk.path}/pencocokan", **said)

    asked = house.commands.asked[-1]
    assert isinstance(asked, CheckClaims)
    assert house.vault.open(walk.case_id, asked.claims) == {"NIK": "6311995203920002"}
    assert answer.headers["hx-redirect"].startswith(f"{walk.path}?kabar=check-claims")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"putusan": "cocok"}, "Tandai dahulu hasil perbandingan"),
        ({"putusan": "cocok", "hasil.nik": "tidak-sesuai"}, "yang Anda tandai tidak sesuai"),
        ({"putusan": "tidak-cocok", "hasil.nik": "sesuai"}, "Tandai isian yang tidak sesuai"),
        ({"putusan": "tanya", "klaim.NIK": ""}, "Isi dahulu data"),
        ({"putusan": "cocok", "bukti": EVIDENCE}, "SIAK sudah ditanya lagi"),
    ],
)
async def test_a_match_that_is_not_ready_is_not_asked_for(
    house: Any, said: dict[str, str], why: str
) -> None:
    walk = Walk(house).to(2)

    answer = await post(house, walk, "siak-1", f"{walk.path}/pencocokan", **said)

    assert (answer.status_code, house.commands.asked) == (422, [])
    assert why in answer.text


async def test_what_was_compared_by_hand_is_told_field_by_field(house: Any) -> None:
    walk = Walk(house).to(2)
    path = f"{walk.path}/pencocokan"

    await post(house, walk, "siak-1", path, putusan="cocok", **{"hasil.nik": "sesuai"})
    said = {"hasil.nama_lgkp": "tidak-sesuai", "alasan.nama_lgkp": "salah-ketik", "catatan": "n"}
    await post(house, walk, "siak-1", path, putusan="tidak-cocok", **said)

    matched, rejected = house.commands.asked
    assert isinstance(matched, ConfirmMatch)
    assert matched.method == "manual"
    assert matched.verdicts == (FieldVerdict(field="nik", verdict="sesuai"),)
    assert isinstance(rejected, RejectMatch)
    reason = rejected.reasons[0]
    assert (reason.code, reason.field) == ("salah-ketik", "nama_lgkp")
    assert house.vault.open(walk.case_id, reason.note) == "n"


def answered(house: Any) -> Walk:
    walk = Walk(house).to(2)
    verdicts = (
        FieldVerdict(field="nik", verdict="sesuai"),
        FieldVerdict(field="nama_lgkp", verdict="tidak-sesuai", score=88),
    )
    claims = walk.seal({"NIK": "6311995203920002", "NAMA_LGKP": "RAHMA"})
    walk.story.tell(
        e.SiakMenjawab, outcome="ok", verdicts=verdicts, evidence_sha256=EVIDENCE, claims=claims
    )
    return walk.show()


async def test_each_difference_is_explained_before_siak_s_answer_is_confirmed(house: Any) -> None:
    walk = answered(house)
    path = f"{walk.path}/pencocokan"
    async with house.console("siak-1") as client:
        page = (await client.get(walk.path)).text

    said = {"putusan": "cocok", "bukti": EVIDENCE}
    hasty = await post(house, walk, "siak-1", path, **said)
    await post(house, walk, "siak-1", path, diperiksa="nama_lgkp", **said)

    assert page.index("Nama lengkap") < page.index("✓ sesuai")
    assert "Ejaan mirip (88 dari 100)" in page
    assert "centang dahulu setiap perbedaan" in hasty.text
    (asked,) = house.commands.asked
    assert (asked.method, asked.evidence_sha256) == ("webservice", EVIDENCE)
    assert [each.verdict for each in asked.verdicts] == ["sesuai", "tidak-sesuai"]


async def test_the_entry_says_what_stands_in_its_fields(house: Any) -> None:
    walk = Walk(house).to(3)
    async with house.console("siak-1") as client:
        page = (await client.get(walk.path)).text
    said = {
        "registrasi": "SIAK-1",
        "jenis": ["akta-kelahiran", "kartu-keluarga"],
        "isi.akta-kelahiran.child_name": " NUR ",
        "isi.akta-kelahiran.birth_order": "2",
        "isi.akta-kelahiran.marginal_notes.0.text": "",
        "isi.kartu-keluarga.members.0.name": "A",
        "isi.kartu-keluarga.members.3.name": "B",
        "isi.kia.name": "tidak dipilih",
    }
    await post(house, walk, "siak-1", f"{walk.path}/record-entry", **said)

    assert 'value="NUR"' in page
    asked = house.commands.asked[-1]
    assert isinstance(asked, RecordEntry)
    assert house.vault.open(walk.case_id, asked.data) == {
        "documents": {
            "akta-kelahiran": {"child_name": "NUR", "birth_order": 2},
            "kartu-keluarga": {"members": [{"name": "A"}, {"name": "B"}]},
        }
    }


async def test_a_fault_of_the_entry_names_its_field_and_nothing_that_was_typed(house: Any) -> None:
    walk = Walk(house).to(3)
    house.commands.answer = refusing("document-data-invalid", fields=["kia.name:missing"])
    said = {"registrasi": "S", "jenis": "kia", "isi.kia.head_name": "RAHASIA"}

    answer = await post(house, walk, "siak-1", f"{walk.path}/record-entry", **said)

    assert answer.status_code == 422
    assert 'href="#isi.kia.name"' in answer.text
    assert "Kartu Identitas Anak (KIA): Nama</a>: wajib diisi" in answer.text
    assert "RAHASIA" not in answer.text


async def test_warnings_are_shown_after_the_draft_was_made(house: Any) -> None:
    walk = Walk(house).to(3)
    plain = house.commands.done
    odd = {
        "warnings": {"kia": ["nik-differs-from-sex"], "kartu-keluarga": ["member-2:nik-missing"]}
    }
    house.commands.answer = lambda command: plain(command).model_copy(update={"result": odd})
    said = {"registrasi": "S", "jenis": "kia", "isi.kia.name": "N"}

    answer = await post(house, walk, "siak-1", f"{walk.path}/record-entry", **said)
    async with house.console("siak-1") as client:
        page = (await client.get(answer.headers["hx-redirect"].split("&after")[0])).text

    assert "NIK tidak sesuai jenis kelamin" in page
    assert "Kartu Keluarga: anggota keluarga 2: NIK kosong" in page


async def test_a_pdf_of_siak_is_stored_and_named(house: Any) -> None:
    walk = Walk(house).to(3)
    async with house.console("siak-1") as client:
        form = await forms(client, walk)
        said = {**form, "registrasi": "S", "nomor.kia": "K-1"}
        path = f"/unggah/siak/{walk.case_id}"
        without = await client.post(path, data=said, headers=PART)
        file = {"berkas.kia": ("dokumen.pdf", b"%PDF-1.7 kia", "application/pdf")}
        answer = await client.post(path, data=said, files=file, headers=PART)

    assert answer.status_code == 204, answer.text
    assert without.status_code == 422
    (asked,) = house.commands.asked
    assert house.objects.get(walk.case_id, asked.files[0].sha256) == b"%PDF-1.7 kia"


@pytest.mark.parametrize(
    ("step", "account", "yes"), [(4, "kasi-1", "approve-draft"), (5, "kabid-1", "verify-draft")]
)
async def test_only_what_was_ticked_is_approved(
    house: Any, step: int, account: str, yes: str
) -> None:
    walk = Walk(house).to(step)
    async with house.console(account) as client:
        page = (await client.get(walk.path)).text
    digest = hidden(page, "dokumen")

    hasty = await post(house, walk, account, f"{walk.path}/{yes}", dokumen=digest)
    await post(house, walk, account, f"{walk.path}/{yes}", dokumen=digest, cocok=digest)

    assert "centang dahulu setiap dokumen" in hasty.text
    assert house.commands.asked[-1].document_sha256 == (digest,)


@pytest.mark.parametrize(
    ("step", "account", "no"),
    [(4, "kasi-1", "return-draft"), (5, "kabid-1", "return-verification")],
)
async def test_a_return_needs_a_reason(house: Any, step: int, account: str, no: str) -> None:
    walk = Walk(house).to(step)
    bare = await post(house, walk, account, f"{walk.path}/{no}")
    said = {"alasan.0": "salah-ketik", "isian.0": "akta-kelahiran.child_name", "catatan.0": "x"}

    await post(house, walk, account, f"{walk.path}/{no}", **said)

    assert "Pilih dahulu alasan" in bare.text
    (asked,) = house.commands.asked
    assert (asked.reasons[0].code, asked.reasons[0].field) == (
        "salah-ketik",
        "akta-kelahiran.child_name",
    )


async def test_a_new_version_shows_what_changed_and_why_the_old_one_went_back(house: Any) -> None:
    walk = Walk(house).to(4, taken=False)
    note = walk.seal("lihat surat lahir")
    reason = ReturnReason(code="salah-ketik", field="akta-kelahiran.child_name", note=note)
    walk.story.work(e.DraftDikembalikan, reasons=(reason,))
    new = {"documents": {"akta-kelahiran": {"child_name": "NUR LAILA"}}}
    walk.story.work(e.DraftDibuat, data=walk.seal(new))
    walk.story.tell(e.TugasDiambil, step=4, attempt=2)
    walk.show()
    async with house.console("kasi-1") as client:
        page = (await client.get(walk.path)).text

    assert "<del>NUR</del>" in page
    assert "<ins>NUR LAILA</ins>" in page
    assert "Salah ketik, Kutipan Akta Kelahiran: Nama anak: “lihat surat lahir”" in page


async def test_four_eyes_are_explained(house: Any) -> None:
    walk = Walk(house).to(5, taken=False)
    for document in house.models.collections["cases"].values():
        document["workers"]["4"] = ["kabid-1"]
    async with house.console("kabid-1") as client:
        page = (await client.get(walk.path)).text

    assert "harus diperiksa petugas lain (empat mata)" in page


async def test_the_next_task_is_the_most_urgent_one_or_none(house: Any) -> None:
    async with house.console("kasi-1") as client:
        none = await client.get("/tugas-berikut")
        walk = Walk(house).to(4, taken=False)
        found = await client.get("/tugas-berikut")
        same = await client.get(f"/tugas-berikut?selain={walk.case_id}")

    assert none.headers["location"] == same.headers["location"] == "/antrean?kabar=no-next-task"
    assert found.headers["location"] == walk.path


def test_codes_are_words_for_people() -> None:
    assert fault("akta-kelahiran:parents-contradict-model")[1:] == (
        "Kutipan Akta Kelahiran",
        "nama orang tua tidak sesuai bentuk kutipan",
    )
    assert (
        fault("kia.birth_date:date_from_datetime_parsing")[2] == "isi tanggal atau jam yang benar"
    )
    assert (
        warning("akta-perkawinan.husband:nik-missing")
        == "Kutipan Akta Perkawinan: Suami: NIK kosong"
    )
    assert field("nama_lgkp") == "Nama lengkap"
    assert field("nama-ibu") == "nama ibu"
