# ruff: noqa: E501 - sentences stand as they are read
import re
from datetime import UTC, datetime

import pytest
from inline_snapshot import snapshot

from jamila_contracts import events as e
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ItemProblem
from jamila_ledger.recorded import Recorded
from jamila_ledger.trail import SENTENCES, sentences, trail_line
from jamila_testing.builders import as_recorded, happy_road, record

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def told(event_class, **overrides):
    one = record(event_class, **overrides)
    return trail_line(Recorded(1, 1, NOW, one.meta, one.event()))


def test_every_event_of_the_contracts_has_a_sentence():
    assert set(SENTENCES) == set(e.EVENTS.values())


@pytest.mark.parametrize("event_class", e.EVENTS.values(), ids=lambda cls: cls.__name__)
def test_every_sentence_is_whole_and_holds_nothing_sealed(event_class):
    line = told(event_class)
    assert re.fullmatch(r"[A-Z].*[^ .]\.", line.sentence)
    assert "v1." not in line.sentence
    assert "None" not in line.sentence


def test_the_happy_road_reads_like_this():
    records = happy_road()
    facts = as_recorded(records, at=NOW)
    assert [line.sentence for line in sentences(facts)] == snapshot(
        [
            "Sistem (intake) mencatat permohonan Akta Kelahiran melalui WhatsApp dengan 3 berkas.",
            "Operator Layanan operator-1 mulai mengerjakan langkah 1 (memeriksa kelengkapan berkas).",
            "Operator Layanan operator-1 menyatakan berkas lengkap (3 berkas).",
            "Operator SIAK siak-1 mulai mengerjakan langkah 2 (mencocokkan berkas dengan data SIAK).",
            "Operator SIAK siak-1 menyatakan data cocok dengan SIAK melalui pemeriksaan manual.",
            "Operator SIAK siak-1 mulai mengerjakan langkah 3 (mengentri permohonan ke SIAK).",
            "Operator SIAK siak-1 mengentri ke SIAK dan membuat draft Kutipan Akta Kelahiran versi 1.",
            "Kepala Seksi kasi-1 mulai mengerjakan langkah 4 (memeriksa draft terhadap permohonan).",
            "Kepala Seksi kasi-1 menyetujui draft Kutipan Akta Kelahiran versi 1.",
            "Kepala Bidang kabid-1 mulai mengerjakan langkah 5 (memeriksa dan memverifikasi draft).",
            "Kepala Bidang kabid-1 memverifikasi Kutipan Akta Kelahiran versi 1 untuk ditandatangani.",
            "Kepala Dinas kadis-1 mulai mengerjakan langkah 6 (menandatangani secara elektronik).",
            "Kepala Dinas kadis-1 menandatangani secara elektronik Kutipan Akta Kelahiran (B-LTA).",
            "Operator Cetak cetak-1 mulai mengerjakan langkah 7 (mencetak atau mengunduh dokumen).",
            "Operator Cetak cetak-1 menyelesaikan dokumen, dicetak pada kertas HVS A4.",
            "Operator Layanan operator-1 mulai mengerjakan langkah 8 (menyerahkan dokumen kepada pemohon).",
            "Operator Layanan operator-1 menyerahkan dokumen, diambil sendiri oleh pemohon, bukti kode tanda terima.",
        ]
    )


def test_a_line_says_why_in_words_and_keeps_the_code():
    line = told(e.BerkasTidakLengkap)
    assert line.sentence == (
        "Operator Layanan operator-1 meminta pemohon melengkapi berkas: "
        "Buku nikah atau kutipan akta perkawinan tidak terbaca."
    )
    assert line.reason_codes == ("tidak-terbaca",)


@pytest.mark.parametrize("item", [each.id for each in load_catalogue().items])
def test_every_paper_of_the_catalogue_is_told_by_its_name(item):
    problems = (ItemProblem(item_id=item, reason_code="tidak-ada"),)
    assert item not in told(e.BerkasTidakLengkap, problems=problems).sentence


def test_an_unknown_code_is_shown_as_it_is():
    line = told(e.JedaDimulai, reason_code="banjir-di-halong")
    assert line.sentence.endswith(": banjir-di-halong.")


def test_a_stand_in_is_named_with_whom_it_stands_in_for():
    actor = Actor(account="kasi-2", capability="kabid", on_behalf_of="kabid-1")
    line = told(e.Diverifikasi, actor=actor)
    assert line.sentence.startswith("Kepala Bidang kasi-2, atas nama kabid-1, memverifikasi")


def test_who_acts_for_himself_needs_no_comma():
    assert told(e.Diverifikasi).who == "Kepala Bidang kabid-1"
    assert told(e.Diverifikasi).sentence.startswith("Kepala Bidang kabid-1 memverifikasi")


@pytest.mark.parametrize("event_class", e.EVENTS.values(), ids=lambda cls: cls.__name__)
def test_no_sentence_holds_the_name_of_an_event_or_of_a_service(event_class):
    words = re.findall(r"[A-Za-z-]+", told(event_class).sentence)
    assert not {*words} & {*e.EVENTS, "lhr-umum", "akta-kelahiran", "rebuild"}


def test_what_a_message_is_about_is_told_in_ordinary_letters():
    line = told(e.PemberitahuanTerkirim, about_event="DataSiakTidakCocok")
    assert line.sentence.endswith("memberi tahu pemohon tentang data SIAK tidak cocok.")


def test_a_technical_fault_is_told_in_words():
    line = told(e.PenandatangananGagal, reason_code="timestamp-unavailable")
    assert line.sentence.endswith("masalah teknis: layanan cap waktu tidak menjawab.")
    assert line.reason_codes == ("timestamp-unavailable",)


def test_nothing_spoiled_is_not_told():
    assert "lembar" not in told(e.CetakUlangDiminta, spoiled_sheets=0).sentence
    assert "2 lembar rusak" in told(e.CetakUlangDiminta, spoiled_sheets=2).sentence


def test_times_are_told_in_the_offices_zone():
    assert told(e.BerkasDiterima).when == (
        "06-04-2026 09:00:00 WITA (dicatat 06-04-2026 10:00:00 WITA)"
    )


def test_an_event_that_cannot_be_read_is_still_told():
    one = record(e.BerkasDiterima)
    line = trail_line(Recorded(1, 1, NOW, one.meta, None))
    assert line.sentence == "Peristiwa BerkasDiterima versi 1 belum dikenal perangkat lunak ini."
