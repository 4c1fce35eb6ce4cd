"""Tracking by receipt code: what it says, and what no wrong code ever learns."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jamila_contracts import events as e
from jamila_contracts.codes import in_groups
from jamila_contracts.values import ItemProblem
from jamila_testing.builders import ROAD, Story, happy_story
from public_page.codes import document_code, receipt_code


def case_at(step, *, start=None):
    story = Story(**({"start": start} if start else {}))
    story.tell(e.PermohonanDiajukan, receipt_code="K7M2Q9XW4T")
    for event_class in ROAD[: step - 1]:
        story.work(event_class)
    return story


async def track(site, typed):
    return await site.client.post("/lacak", data={"kode": typed})


@pytest.mark.parametrize("step", range(1, 9))
async def test_each_step_is_told_in_plain_words(site, step):
    site.show(case_at(step))
    answer = await track(site, "K7M2Q9XW4T")
    assert answer.status_code == 200
    assert f"Langkah {step} dari 8" in answer.text
    assert answer.text.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    "typed", ["k7m2q9xw4t", " K7M2Q-9XW4T ", "k7m2 q9xw 4t", "K7M2Q\u20139XW4T"]
)
async def test_letter_case_spaces_and_dashes_do_not_count(site, typed):
    site.show(case_at(2))
    assert (await track(site, typed)).status_code == 200


async def test_a_link_in_a_message_leads_to_the_same_page(site):
    site.show(case_at(2))
    typed, linked = await track(site, "K7M2Q9XW4T"), await site.client.get("/lacak/k7m2q-9xw4t")
    assert typed.text == linked.text


async def test_it_says_until_when_and_how_much_is_left(site):
    site.show(case_at(3))
    site.clock.move(minutes=20)
    text = (await track(site, "K7M2Q9XW4T")).text
    assert "hari ini pukul 10.10 WITA" in text
    assert "tinggal 50 menit kerja" in text


async def test_before_the_papers_are_accepted_the_promise_depends_on_them(site):
    site.show(case_at(1))
    text = (await track(site, "K7M2Q9XW4T")).text
    assert "Bila berkas lengkap, selesai paling lambat" in text


async def test_at_the_last_step_the_applicant_is_told_how_to_get_the_document(site):
    site.show(case_at(8))
    text = (await track(site, "K7M2Q9XW4T")).text
    assert "Dokumen Anda siap" in text
    assert "kode untuk mengambilnya di loket" in text


async def test_a_promise_that_is_broken_is_admitted(site):
    site.show(case_at(3))
    site.clock.move(hours=3)
    assert "Waktu 70 menit sudah lewat" in (await track(site, "K7M2Q9XW4T")).text


async def test_a_pause_names_its_reason_and_what_is_left(site):
    story = case_at(2)
    story.tell(e.JedaDimulai, step=2, attempt=1, reason_code="gangguan-siak")
    site.show(story)
    text = (await track(site, "K7M2Q9XW4T")).text
    assert "Sementara berhenti" in text
    assert "waktu berhenti selama jeda" in text


async def test_what_is_asked_of_the_applicant_is_named(site):
    story = case_at(1)
    problem = ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca")
    story.tell(e.BerkasTidakLengkap, problems=(problem,))
    site.show(story)
    text = (await track(site, "K7M2Q9XW4T")).text
    assert "Kami menunggu berkas dari Anda" in text
    assert "Kartu Keluarga" in text


@pytest.mark.parametrize(
    ("event_class", "word"), [(None, "Selesai"), (e.PermohonanDibatalkan, "Dibatalkan")]
)
async def test_a_case_that_is_over_says_so(site, event_class, word):
    story = happy_story() if event_class is None else case_at(1)
    if event_class is not None:
        story.tell(event_class)
    document = site.show(story)
    text = (await track(site, document["receipt_code"])).text
    assert f"<strong>{word}</strong>" in text


async def test_no_name_and_no_account_stands_on_the_page(site):
    document = site.show(happy_story())
    answer = await track(site, document["receipt_code"])
    assert answer.status_code == 200
    text = answer.text
    for secret in ("Kepala Dinas Contoh", "kasi-1", "operator-1", str(document["_id"])):
        assert secret not in text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(typed=st.text(max_size=80))
async def test_no_wrong_code_ever_learns_anything(site, typed):
    if receipt_code(typed) == "K7M2Q9XW4T":
        return
    site.models.collections["public"].clear()
    site.show(case_at(2))
    site.ticks.now += 3600
    answer, nothing = await track(site, typed), await track(site, "")
    assert answer.status_code == nothing.status_code == 404
    assert answer.text == nothing.text
    assert dict(answer.headers) == dict(nothing.headers)


async def test_an_answer_about_a_code_takes_its_time_whether_it_is_known_or_not(site, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(round(seconds))

    monkeypatch.setattr("public_page.web.desk.asyncio.sleep", sleep)
    desk = site.desk(lookup_floor=timedelta(seconds=30))
    site.show(case_at(2))
    for typed in ("K7M2Q9XW4T", "QQQQQQQQQQ", "", "x" * 60):
        await track(site, typed)
    assert slept == [30] * 4
    assert desk.lookup_floor == timedelta(seconds=30)


async def test_wrong_codes_are_counted_and_right_ones_are_not(site):
    site.show(case_at(2))
    for _ in range(10):
        assert (await track(site, "K7M2Q9XW4T")).status_code == 200
    for _ in range(5):
        assert (await track(site, "QQQQQQQQQQ")).status_code == 404
    answer = await track(site, "K7M2Q9XW4T")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "120")
    assert "Terlalu banyak percobaan" in answer.text
    site.ticks.now += 120
    assert (await track(site, "K7M2Q9XW4T")).status_code == 200


async def test_document_codes_and_receipt_codes_share_the_count(site):
    for _ in range(5):
        await site.client.get("/cek/QQQQQQQQQQQQ")
    assert (await track(site, "QQQQQQQQQQ")).status_code == 429


async def test_another_address_is_not_made_to_pay(site):
    for _ in range(6):
        await track(site, "QQQQQQQQQQ")
    other = {"X-Forwarded-For": "203.0.113.8"}
    answer = await site.client.post("/lacak", data={"kode": "QQQQQQQQQQ"}, headers=other)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "typed", ["K7M2Q9X", "K" * 17, "K7M2Q9XW4\u00d6", "K7M2Q9XW\u01314", "\u017f" * 10, " " * 70]
)
def test_what_is_no_code_is_none(typed):
    assert receipt_code(typed) is None


def test_a_code_is_shown_so_that_it_can_be_read_out_and_typed_again():
    assert receipt_code(in_groups("K7M2Q9XW4T")) == "K7M2Q9XW4T"
    assert document_code(in_groups("K7M2Q9XW4T8B")) == "K7M2Q9XW4T8B"
