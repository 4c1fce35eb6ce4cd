"""The audit trail: one Indonesian sentence per fact, with who, when and why. Pure.

No sentence holds personal data: it names accounts of the office, codes and counts only.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from jamila_contracts import events as e
from jamila_contracts.blangko import STOCK_ITEMS
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.envelope import Actor
from jamila_contracts.model import Fact
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import load_sop
from jamila_ledger import wording as w
from jamila_ledger.casefile import reason_codes
from jamila_ledger.recorded import Recorded

WITA = OFFICE_ZONE
_ABBREVIATIONS = {"siak": "SIAK", "sla": "SLA", "nik": "NIK"}
_CANARY = " (uji kenari, bukan permohonan)"


class TrailLine(Fact):
    """One line of the trail."""

    position: int
    case_position: int
    case_id: UUID
    event_id: UUID
    event: str
    sentence: str
    account: str
    who: str
    capability: str
    step: int | None
    attempt: int | None
    reason_codes: tuple[str, ...]
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
    """The ledger's clock."""
    when: str
    """Both times as staff read them, WITA."""


def sentences(facts: Iterable[Recorded]) -> tuple[TrailLine, ...]:
    """Tell facts in their order."""
    return tuple(trail_line(fact) for fact in facts)


def trail_line(fact: Recorded) -> TrailLine:
    """Tell one fact."""
    return TrailLine.model_validate(trail_fields(fact))


def trail_fields(fact: Recorded) -> dict[str, Any]:
    """The fields of a line, in their order; there is one line per event, so none is checked."""
    meta, event = fact.meta, fact.event
    actor, name = meta.actor, who(meta.actor)
    codes = reason_codes(event) if event is not None else ()
    fields = vars(event) if event is not None else {}
    return {
        "position": fact.position,
        "case_position": fact.case_position,
        "case_id": meta.case_id,
        "event_id": meta.event_id,
        "event": meta.type,
        "sentence": _sentence(fact, name, codes),
        "account": actor.account,
        "who": name,
        "capability": actor.capability,
        "step": event.STEP if isinstance(event, e.StepEvent) else fields.get("step"),
        "attempt": fields.get("attempt"),
        "reason_codes": codes,
        "occurred_at": meta.occurred_at,
        "recorded_at": fact.recorded_at,
        "when": f"{wita(meta.occurred_at)} (dicatat {wita(fact.recorded_at)})",
    }


def who(actor: Actor) -> str:
    """Name an actor by account and capability, and whom it stood in for."""
    if actor.account.startswith("system:"):
        return f"Sistem ({actor.account.removeprefix('system:')})"
    label = w.CAPABILITIES.get(actor.capability, actor.capability)
    for_whom = f", atas nama {actor.on_behalf_of}" if actor.on_behalf_of else ""
    return f"{label} {actor.account}{for_whom}"


@lru_cache(maxsize=4096)
def wita(moment: datetime) -> str:
    """An instant as staff read it."""
    return moment.astimezone(WITA).strftime("%d-%m-%Y %H:%M:%S WITA")


def word(table: Mapping[str, str], code: str) -> str:
    """The word for a code; a code that nobody has a word for is shown as it is."""
    return table.get(code, code)


def _sentence(fact: Recorded, name: str, codes: tuple[str, ...]) -> str:
    if fact.event is None:
        meta = fact.meta
        return (
            f"Peristiwa {meta.type} versi {meta.schema_version} belum dikenal perangkat lunak ini."
        )
    what = SENTENCES[type(fact.event)](fact.event)
    event = fact.event
    why = _problems(event) if isinstance(event, e.BerkasTidakLengkap) else _reasons(codes)
    subject = f"{name}," if fact.meta.actor.on_behalf_of else name
    return f"{subject} {what}{f': {why}' if why else ''}."


def _reasons(codes: tuple[str, ...]) -> str:
    return ", ".join(w.REASONS.get(code) or word(w.FAULTS, code) for code in codes)


def _problems(event: e.BerkasTidakLengkap) -> str:
    return "; ".join(
        f"{_item(problem.item_id)} {word(w.REASONS, problem.reason_code)}"
        for problem in event.problems
    )


@cache
def _step(number: int) -> str:
    activity = load_sop().step(number).activity
    return f"langkah {number} ({activity[0].lower()}{activity[1:]})"


def _stock(event: e.StockEvent) -> str:
    return next((each.label for each in STOCK_ITEMS if each.id == event.item), event.item)


def _documents(documents: Iterable[Any]) -> str:
    return ", ".join(f"{word(w.DOCUMENTS, each.kind)} versi {each.version}" for each in documents)


@lru_cache(maxsize=1024)
def _service(service_id: str) -> str:
    return load_catalogue().service_label(service_id) or service_id


@lru_cache(maxsize=1024)
def _item(item_id: str) -> str:
    return load_catalogue().label_of(item_id)


@lru_cache(maxsize=256)
def _spoken(event: str) -> str:
    """The name of an event in ordinary letters: ``DataSiakCocok`` is *data SIAK cocok*."""
    words = re.findall(r"[A-Z][a-z]*|[a-z]+", event)
    return " ".join(word(_ABBREVIATIONS, each.lower()) for each in words)


def _spoiled(event: e.CetakGagal | e.CetakUlangDiminta) -> str:
    return f", {event.spoiled_sheets} lembar rusak" if event.spoiled_sheets else ""


def _drafted(event: e.DraftDibuat) -> str:
    if all(each.signed_by_siak for each in event.documents):
        return f"menerima dari SIAK {_documents(event.documents)} yang sudah ditandatangani"
    return f"mengentri ke SIAK dan membuat draft {_documents(event.documents)}"


def _signed(event: e.Ditandatangani) -> str:
    kinds = ", ".join(f"{word(w.DOCUMENTS, each.kind)} ({each.level})" for each in event.documents)
    if event.source == "siak":
        return f"membenarkan tanda tangan SIAK pada {kinds}"
    return f"menandatangani secara elektronik {kinds}"


def _submitted(event: e.PermohonanDiajukan) -> str:
    channel = word(w.CHANNELS, event.channel)
    papers = f"{len(event.papers)} berkas"
    return f"mencatat permohonan {_service(event.service_id)} melalui {channel} dengan {papers}"


def _matched(event: e.DataSiakCocok) -> str:
    how = "layanan web SIAK" if event.method == "webservice" else "pemeriksaan manual"
    return f"menyatakan data cocok dengan SIAK melalui {how}"


def _siak_answered(event: e.SiakMenjawab) -> str:
    differing = sum(each.verdict == "tidak-sesuai" for each in event.verdicts)
    said = word(w.SIAK_OUTCOMES, event.outcome)
    return f"menanyakan data ke layanan SIAK: {said}, {differing} isian berbeda"


def _handed_over(event: e.Diserahkan) -> str:
    method, proof = word(w.HANDOVERS, event.method), word(w.PROOFS, event.proof)
    return f"menyerahkan dokumen, {method}, bukti {proof}"


def _breached(event: e.SlaTerlampaui) -> str:
    minutes = int(event.budget.total_seconds()) // 60
    told = word(w.CAPABILITIES, event.escalate_to)
    text = (
        f"mencatat bahwa batas {minutes} menit {_step(event.step)} terlampaui, diteruskan ke {told}"
    )
    return f"{text}{_CANARY}" if event.canary else text


def _nearly(event: e.SlaHampirTerlampaui) -> str:
    told = word(w.CAPABILITIES, event.escalate_to)
    text = f"mengingatkan bahwa batas {_step(event.step)} hampir habis, diteruskan ke {told}"
    return f"{text}{_CANARY}" if event.canary else text


def _run_ended(event: e.PemutaranUlangSelesai) -> str:
    text = f"mencatat pemutaran ulang ({word(w.RUNS, event.action)}) {event.outcome}"
    figures = {each.name: each.value for each in event.result}
    if not {"handled", "parked"} <= figures.keys():
        return text
    return f"{text}: {figures['handled']} ditangani, {figures['parked']} tetap tertahan"


def what_was_read(event: e.DataPribadiDibaca) -> str:
    """What somebody was shown, and which one when it was a single one."""
    single = event.item or str(event.message_id or "")
    return f"{word(w.READS, event.what)} {single[:12]}".rstrip()


def _read(event: e.DataPribadiDibaca) -> str:
    return f"membuka {what_was_read(event)} melalui {word(w.DOORS, event.via)}"


SENTENCES: dict[type[e.IntegrationEvent], Callable[[Any], str]] = {
    e.PermohonanDiajukan: _submitted,
    e.BerkasDiunggah: lambda _: "menerima satu berkas tambahan",
    e.PermohonanDibatalkan: lambda _: "membatalkan permohonan",
    e.BerkasDiterima: lambda v: f"menyatakan berkas lengkap ({len(v.papers)} berkas)",
    e.BerkasTidakLengkap: lambda _: "meminta pemohon melengkapi berkas",
    e.DataSiakCocok: _matched,
    e.DataSiakTidakCocok: lambda _: "mengembalikan berkas ke petugas pelayanan",
    e.DraftDibuat: _drafted,
    e.DraftDisetujui: lambda v: f"menyetujui draft {_documents(v.documents)}",
    e.DraftDikembalikan: lambda _: "mengembalikan draft ke Operator SIAK",
    e.Diverifikasi: lambda v: f"memverifikasi {_documents(v.documents)} untuk ditandatangani",
    e.VerifikasiDikembalikan: lambda _: "mengembalikan draft ke Kepala Seksi",
    e.Ditandatangani: _signed,
    e.PenandatangananDitolak: lambda _: "menolak menandatangani, kembali ke Kepala Bidang",
    e.PenandatangananGagal: lambda v: (
        "belum dapat menandatangani karena masalah teknis"
        f"{', dicoba lagi otomatis' if v.retries else ''}"
    ),
    e.DokumenDilihat: lambda _: "melihat dokumen yang akan ditandatangani",
    e.Dicetak: lambda v: f"menyelesaikan dokumen, {word(w.MEDIA, v.medium)}",
    e.CetakGagal: lambda v: f"mencatat cetak gagal{_spoiled(v)}",
    e.Diserahkan: _handed_over,
    e.TidakDiambil: lambda v: f"mencatat bahwa dokumen belum diambil, pengingat ke-{v.reminders}",
    e.SiakMenjawab: _siak_answered,
    e.SambunganNikPutus: lambda v: f"mencatat bahwa layanan NIK {v.failures} kali gagal dihubungi",
    e.SambunganNikPulih: lambda _: "mencatat bahwa layanan NIK menjawab kembali",
    e.CetakTertahan: lambda _: "mencatat bahwa pencetakan tertahan",
    e.CetakUlangDiminta: lambda v: f"mengembalikan dokumen untuk dicetak ulang{_spoiled(v)}",
    e.KodePengambilanDiganti: lambda _: "mengganti kode pengambilan pemohon",
    e.TugasDiambil: lambda v: f"mulai mengerjakan {_step(v.step)}",
    e.TugasDilepas: lambda v: f"mengembalikan {_step(v.step)} ke antrean",
    e.JedaDimulai: lambda v: f"menghentikan waktu {_step(v.step)}",
    e.JedaSelesai: lambda v: f"menjalankan kembali waktu {_step(v.step)} sesudah jeda",
    e.SlaHampirTerlampaui: _nearly,
    e.SlaTerlampaui: _breached,
    e.TerdampakGangguan: lambda v: (
        f"menghentikan waktu {_step(v.step)} karena gangguan {word(w.SYSTEMS, v.system)}"
    ),
    e.GangguanDimulai: lambda v: f"mencatat bahwa gangguan {word(w.SYSTEMS, v.system)} dimulai",
    e.GangguanSelesai: lambda v: f"mencatat bahwa gangguan {word(w.SYSTEMS, v.system)} selesai",
    e.PemutaranUlangDimulai: lambda v: (
        f"memulai pemutaran ulang ({word(w.RUNS, v.action)}): {v.reason.rstrip('.')}"
    ),
    e.PemutaranUlangSelesai: _run_ended,
    e.DokumenDicabut: lambda _: "mencabut dokumen",
    e.DokumenDigantikan: lambda _: "menggantikan dokumen dengan yang baru",
    e.CatatanDitambahkan: lambda _: "menulis catatan untuk petugas lain",
    e.DataPribadiDibaca: _read,
    e.DataPribadiDihapus: lambda _: "menghapus data pribadi permohonan",
    e.BlangkoDiterima: lambda v: f"menerima {v.quantity} {_stock(v)}, surat jalan {v.reference}",
    e.BlangkoDipesan: lambda v: f"menyisihkan {v.quantity} {_stock(v)} untuk satu permohonan",
    e.BlangkoDilepas: lambda v: f"melepas {v.quantity} {_stock(v)} yang disisihkan",
    e.BlangkoTerpakai: lambda v: f"memakai {v.quantity} {_stock(v)}",
    e.BlangkoRusak: lambda v: f"mencatat bahwa {v.quantity} {_stock(v)} rusak",
    e.BlangkoDihitung: lambda v: f"menghitung {v.counted} {_stock(v)}, tercatat {v.expected}",
    e.BlangkoMenipis: lambda v: (
        f"mengingatkan {_stock(v)} menipis: sisa {v.available}, batas {v.reorder_point}"
    ),
    e.BatasBlangkoDiubah: lambda v: (
        f"mengubah batas pemesanan {_stock(v)} menjadi {v.reorder_point}"
    ),
    e.KartuDitarik: lambda _: "menarik kartu lama dari pemohon",
    e.KartuDimusnahkan: lambda v: f"memusnahkan {v.quantity} kartu lama, berita acara {v.record}",
    e.StatusPesanDilaporkan: lambda v: (
        f"mencatat bahwa pesan kepada pemohon {word(w.DELIVERY, v.status)}"
    ),
    e.PemberitahuanTerkirim: lambda v: f"memberi tahu pemohon tentang {_spoken(v.about_event)}",
    e.PemberitahuanGagal: lambda v: (
        f"gagal memberi tahu pemohon tentang {_spoken(v.about_event)}, "
        f"ditangani {word(w.CAPABILITIES, v.owner)}"
    ),
    e.PenyampaianManualDiminta: lambda v: (
        f"meminta {word(w.CAPABILITIES, v.owner)} menyampaikan kabar tentang "
        f"{_spoken(v.about_event)} kepada pemohon"
    ),
    e.PemberitahuanDisampaikan: lambda v: (
        f"menyampaikan kabar tentang {_spoken(v.about_event)} kepada pemohon"
    ),
    e.PenyampaianManualGagal: lambda v: (
        f"mencatat bahwa pemohon tidak terhubung untuk kabar tentang {_spoken(v.about_event)}, "
        f"ditangani {word(w.CAPABILITIES, v.owner)}"
    ),
    e.PemberitahuanDiantrekan: lambda v: f"menyiapkan pesan tentang {_spoken(v.about_event)}",
    e.PemberitahuanDilewati: lambda v: f"tidak mengirim pesan tentang {_spoken(v.about_event)}",
    e.PemohonMenulis: lambda _: "mencatat bahwa pemohon menulis pesan",
    e.SoftcopyTerkirim: lambda v: (
        f"mencatat bahwa {len(v.signed_sha256)} dokumen sampai di WhatsApp pemohon"
    ),
    e.TautanUnduhDibuat: lambda v: (
        f"membuat tautan unduh untuk {len(v.documents)} dokumen, "
        f"berlaku sampai {wita(v.expires_at)}"
    ),
    e.TautanUnduhDibuka: lambda _: "mencatat bahwa pemohon mengunduh dokumen dengan PIN",
    e.TautanUnduhDikunci: lambda _: "mengunci tautan unduh",
    e.KirimUlangDiminta: lambda _: "mencatat bahwa pemohon minta dokumen dikirim ulang",
    e.SurveiDijawab: lambda v: f"mencatat nilai kepuasan {v.score} dari 4 ({v.item})",
    e.PengirimanDihentikan: lambda v: (
        f"menghentikan semua pengiriman WhatsApp (kode {v.error_code}), "
        f"ditangani {word(w.CAPABILITIES, v.owner)}"
    ),
    e.PengirimanDilanjutkan: lambda _: "melanjutkan pengiriman WhatsApp",
}
"""Every event; a test holds this table and the contracts together."""
