"""The download as a browser goes through it."""

import pytest

from jamila_contracts import events as e


async def test_looking_shows_a_form_and_spends_nothing(site):
    site.offer()
    for _ in range(10):
        answer = await site.client.get(site.link)
        assert answer.status_code == 200
        assert "PIN 6 angka" in answer.text
        assert "Akta" not in answer.text
    assert site.names() == []


async def test_the_right_pin_leads_to_the_documents(site):
    site.offer(files=(site.file,))
    answer = await site.enter()
    assert (answer.status_code, answer.headers["Location"]) == (303, site.link)
    cookie = answer.headers["Set-Cookie"]
    for wanted in ("HttpOnly", "SameSite=strict", f"Path={site.link}", "Max-Age=900"):
        assert wanted in cookie
    documents = await site.client.get(site.link)
    assert "Unduh Kutipan Akta Kelahiran" in documents.text
    assert site.names() == []
    pdf = await site.client.get(f"{site.link}/1")
    assert pdf.content == site.pdf
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="dokumen-1.pdf"'
    assert pdf.headers["Cache-Control"] == "no-store"
    assert site.names() == ["TautanUnduhDibuka"]


async def test_without_a_proof_no_document_comes(site):
    site.offer()
    answer = await site.client.get(f"{site.link}/1")
    assert (answer.status_code, answer.headers["Location"]) == (303, site.link)
    assert site.names() == []


async def test_a_wrong_pin_says_how_often_it_can_be_tried(site):
    site.offer()
    answer = await site.enter("000000")
    assert answer.status_code == 403
    assert "Masih bisa dicoba 4 kali lagi" in answer.text
    assert "Set-Cookie" not in answer.headers


async def test_the_fifth_wrong_pin_closes_the_link_with_a_way_on(site):
    site.offer()
    for _ in range(5):
        answer = await site.enter("000000")
    assert answer.status_code == 410
    assert "dikunci" in answer.text
    assert "KIRIM ULANG" in answer.text
    assert (await site.enter()).status_code == 410
    assert site.names() == ["TautanUnduhDikunci"]


@pytest.mark.parametrize("pin", ["631 199", " 631199 "])
async def test_spaces_in_a_pin_do_not_count(site, pin):
    site.offer()
    assert (await site.enter(pin)).status_code == 303


async def test_pins_are_limited_per_address_before_they_are_compared(site):
    for _ in range(8):
        assert (await site.enter(token="tidak-ada-tautan-ini")).status_code == 404
    compared = site.pins.compared
    answer = await site.enter(token="tidak-ada-tautan-ini")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 75
    assert site.pins.compared == compared


@pytest.mark.parametrize(
    ("event_class", "words"),
    [(e.DokumenDicabut, "sudah dicabut atau diganti"), (e.DataPribadiDihapus, "tidak disimpan")],
)
async def test_a_closed_link_says_why_and_how_to_get_a_new_one(site, issued, event_class, words):
    site.offer()
    site.tell(e.Ditandatangani, documents=(issued,))
    site.tell(event_class, **({"code": issued.code} if event_class is e.DokumenDicabut else {}))
    for answer in (await site.client.get(site.link), await site.enter()):
        assert answer.status_code == 410
        assert words in answer.text
        assert "Minta tautan baru, gratis" in answer.text


async def test_an_expired_link_says_so(site):
    site.offer(days=1)
    site.clock.move(days=1)
    assert "sudah habis" in (await site.client.get(site.link)).text


async def test_an_unknown_link_is_404(site):
    answer = await site.client.get("/unduh/tidak-ada")
    assert answer.status_code == 404
    assert "tidak kami kenal" in answer.text


async def test_a_number_that_is_none_is_404(site):
    site.offer()
    await site.enter()
    assert (await site.client.get(f"{site.link}/0")).status_code == 404
    assert (await site.client.get(f"{site.link}/abc")).status_code == 404
    assert (await site.client.get(f"{site.link}/2")).status_code == 404


async def test_the_token_stands_in_no_file_name_and_no_log(site, capfd):
    site.offer()
    await site.enter("000000")
    await site.enter()
    pdf = await site.client.get(f"{site.link}/1")
    assert site.token not in pdf.headers["Content-Disposition"]
    out = capfd.readouterr()
    assert site.token not in out.out + out.err
