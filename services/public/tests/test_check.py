"""A document by its code, and a file by its bytes."""

from datetime import UTC, datetime

import pytest

from jamila_contracts import events as e
from jamila_testing.builders import Story, happy_story
from public_page.checking import FileNotCheckedError, FileVerdict

CODE = "K7M2Q9XW4T8B"
GOOD = FileVerdict(
    sha256="x",
    signatures=1,
    valid=True,
    intact=True,
    trusted=True,
    covers_whole_file=True,
    revocation="good",
    signer_name="KEPALA DINAS CONTOH",
    signed_at=datetime(2026, 4, 6, 2, 0, tzinfo=UTC),
    is_timestamped=True,
)


def case(issued, *, ending=None):
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.work(e.Ditandatangani, documents=(issued,))
    if ending is not None:
        story.tell(ending, code=CODE)
    return story


async def upload(site, content, **fields):
    files = {"berkas": ("punya-saya.pdf", content, "application/pdf")}
    return await site.client.post("/cek/berkas", files=files, data=fields)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (None, "Dokumen aktif"),
        (e.DokumenDicabut, "Sudah dicabut"),
        (e.DokumenDigantikan, "Sudah diganti"),
    ],
)
async def test_the_qr_leads_to_whether_the_document_holds(site, issued, ending, words):
    site.show(case(issued, ending=ending))
    answer = await site.client.get(f"/cek/{CODE}")
    assert answer.status_code == 200
    assert f"<strong>{words}</strong>" in answer.text
    for fact in ("Kutipan Akta Kelahiran", "Senin, 6 April 2026", "Disdukcapil Kabupaten Balangan"):
        assert fact in answer.text


async def test_it_names_neither_the_person_nor_the_signer(site):
    site.show(happy_story())
    text = (await site.client.get(f"/cek/{CODE}")).text
    assert "Kepala Dinas Contoh" not in text
    assert "P3R5N8YV6C2D" not in text


@pytest.mark.parametrize("code", ["QQQQQQQQQQQQ", "x", "%00", "K7M2Q9XW4T8B0", "a" * 200])
async def test_unknown_and_impossible_codes_get_one_answer(site, code):
    site.show(happy_story())
    answer = await site.client.get(f"/cek/{code}")
    unknown = await site.client.get("/cek/ZZZZZZZZZZZZ")
    assert (answer.status_code, answer.text) == (404, unknown.text)


async def test_a_typed_code_goes_where_the_qr_leads(site):
    answer = await site.client.post("/cek", data={"kode": "k7m2-q9xw-4t8b"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cek/{CODE}")
    assert (await site.client.post("/cek", data={"kode": "??"})).status_code == 404


async def test_the_very_file_we_issued_is_recognised(site, issued):
    site.show(case(issued))
    site.checker.verdict = GOOD
    answer = await upload(site, site.pdf, kode=CODE)
    assert answer.status_code == 200
    assert "Berkas asli dan berlaku" in answer.text
    assert "KEPALA DINAS CONTOH" in answer.text
    assert site.checker.seen == [site.pdf]


@pytest.mark.parametrize(
    ("verdict", "content", "words"),
    [
        ({}, b"%PDF sah, milik kantor lain", "Tanda tangan sah, tetapi bukan berkas kami"),
        ({"valid": False, "signatures": 0}, b"%PDF", "tidak ada tanda tangan elektronik"),
        ({"valid": False, "intact": False}, b"%PDF", "sudah diubah setelah ditandatangani"),
        ({"valid": False, "covers_whole_file": False}, b"%PDF", "sudah diubah setelah"),
        ({"valid": False, "trusted": False}, b"%PDF", "bukan dari penerbit yang kami kenal"),
        ({"valid": False, "revocation": "revoked"}, b"%PDF", "Tanda tangannya tidak sah"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(site, issued, verdict, content, words):
    site.show(case(issued))
    site.checker.verdict = FileVerdict(**{**vars(GOOD), **verdict})
    answer = await upload(site, content)
    assert answer.status_code == 200
    assert words in answer.text
    assert "Berkas asli dan berlaku" not in answer.text


@pytest.mark.parametrize("ending", [e.DokumenDicabut, e.DokumenDigantikan])
async def test_a_genuine_file_of_a_document_that_ended_is_not_called_valid(site, issued, ending):
    site.show(case(issued, ending=ending))
    site.checker.verdict = GOOD
    text = (await upload(site, site.pdf)).text
    assert "Asli, tetapi tidak berlaku lagi" in text


async def test_a_genuine_file_of_another_code_is_not_called_the_one_asked_for(site, issued):
    site.show(case(issued))
    site.checker.verdict = GOOD
    text = (await upload(site, site.pdf, kode="ZZZZZZZZZZZZ")).text
    assert "Asli, tetapi dokumen lain" in text


async def test_a_signer_nobody_vouches_for_is_named_as_a_claim(site):
    site.checker.verdict = FileVerdict(**{**vars(GOOD), "valid": False, "trusted": False})
    assert "Penanda tangan (menurut berkas)" in (await upload(site, b"%PDF")).text


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("document-not-readable", "bukan PDF yang dapat dibaca"),
        ("document-password-needed", "terkunci dengan kata sandi"),
        ("document-too-complex", "bukan PDF yang dapat dibaca"),
    ],
)
async def test_a_file_that_cannot_be_read_gets_a_kind_answer(site, slug, words):
    site.checker.verdict = FileVerdict(unreadable=slug)
    answer = await upload(site, b"x")
    assert answer.status_code == 422
    assert words in answer.text


async def test_no_verdict_in_time_is_said_with_when_to_come_again(site):
    site.checker.fault = FileNotCheckedError("slow")
    answer = await upload(site, b"%PDF")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "terlalu lama" in answer.text


async def test_a_form_without_a_file_is_answered(site):
    for answer in (
        await site.client.post("/cek/berkas", data={"kode": "x"}),
        await upload(site, b""),
        await site.client.post("/cek/berkas", content=b"x"),
        await site.client.post(
            "/cek/berkas",
            content=b"--x\r\nrusak",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        ),
    ):
        assert answer.status_code in (400, 429)
        assert site.checker.seen == []
        site.ticks.now += 600


async def test_a_form_with_everything_but_the_file_is_answered(site):
    files = {"kode": (None, "K7M2Q9XW4T8B"), "berkas": (None, "hanya tulisan")}
    answer = await site.client.post("/cek/berkas", files=files)
    assert answer.status_code == 400
    assert "Pilih dulu berkas" in answer.text


@pytest.mark.parametrize("surplus", [1, 100_000])
async def test_more_than_ten_megabytes_is_refused_unseen(site, surplus):
    answer = await upload(site, b"x" * (10 * 1024 * 1024 + surplus))
    assert answer.status_code == 413
    assert "lebih besar dari 10 MB" in answer.text
    assert site.checker.seen == []


async def test_a_body_that_hides_its_length_is_cut_off(site):
    async def endless():
        yield b"--x\r\nContent-Disposition: form-data; name=berkas; filename=a\r\n\r\n"
        for _ in range(200):
            yield b"x" * 100_000

    answer = await site.client.post(
        "/cek/berkas",
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413


async def test_a_large_upload_touches_no_disk(site, monkeypatch):
    rolled = []
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", rolled.append)
    site.checker.verdict = GOOD
    content = b"%PDF" + b"x" * (9 * 1024 * 1024)
    assert (await upload(site, content)).status_code == 200
    assert site.checker.seen == [content]
    assert rolled == []


async def test_uploads_are_limited(site):
    for _ in range(3):
        await upload(site, b"%PDF")
    answer = await upload(site, b"%PDF")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "200")
