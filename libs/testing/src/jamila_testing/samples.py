"""Realistic values: ids and digests by name, people who work, the usual fields of each event."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from jamila_contracts import events as e
from jamila_contracts.envelope import Actor
from jamila_contracts.sop import sop_reference
from jamila_contracts.values import (
    DocumentVersion,
    FieldVerdict,
    ItemProblem,
    Paper,
    ReturnReason,
    RunFigure,
    SignatureBox,
)

TENANT = "6311"
MONDAY = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
"""Monday 6 April 2026, 09:00 in Balangan: an ordinary working day, inside opening hours."""
SEALED = "v1.c2VhbGVk"
"""Has the form of sealed data; nobody can open it."""

SIAK_OFFICE: Mapping[str, Any] = {
    "base_url": "http://siak.test/",
    "institution": "63-11",
    "user": "dinas",
    "password": "rahasia",
    "registered_ip": "10.63.11.5",
    "threshold": 90,
    "timeout": timedelta(seconds=20),
}
"""How an office reaches SIAK, as ``siak_adapter.siak_client.SiakAccess`` is told."""

_NAMESPACE = UUID("6d1c8a52-6311-4a6e-9d0a-0d1ca311a000")
SERVICES = {
    e.StatusPesanDilaporkan: "intake",
    e.CatatanDitambahkan: "intake",
    e.PemberitahuanTerkirim: "notifier",
    e.PemberitahuanGagal: "notifier",
    e.PenyampaianManualDiminta: "notifier",
    e.PemberitahuanDisampaikan: "notifier",
    e.PenyampaianManualGagal: "notifier",
    e.PemberitahuanDiantrekan: "notifier",
    e.PemberitahuanDilewati: "notifier",
    e.SoftcopyTerkirim: "notifier",
    e.TautanUnduhDibuat: "notifier",
    e.PengirimanDihentikan: "notifier",
    e.PengirimanDilanjutkan: "notifier",
    e.TautanUnduhDibuka: "public",
    e.TautanUnduhDikunci: "public",
    e.KodePengambilanDiganti: "printing",
    e.SiakMenjawab: "siak-adapter",
    e.SambunganNikPutus: "siak-adapter",
    e.SambunganNikPulih: "siak-adapter",
    e.BlangkoDiterima: "printing",
    e.BlangkoDipesan: "printing",
    e.BlangkoDilepas: "printing",
    e.BlangkoTerpakai: "printing",
    e.BlangkoRusak: "printing",
    e.BlangkoDihitung: "printing",
    e.BlangkoMenipis: "printing",
    e.BatasBlangkoDiubah: "printing",
    e.KartuDitarik: "printing",
    e.KartuDimusnahkan: "printing",
    e.SlaHampirTerlampaui: "sla",
    e.SlaTerlampaui: "sla",
    e.TerdampakGangguan: "sla",
    e.GangguanDimulai: "sla",
    e.GangguanSelesai: "sla",
    e.DataPribadiDibaca: "privacy",
    e.DataPribadiDihapus: "privacy",
    e.PemutaranUlangDimulai: "ops",
    e.PemutaranUlangSelesai: "ops",
    **dict.fromkeys((e.DokumenDilihat, e.DokumenDicabut, e.DokumenDigantikan), "signing"),
}
"""Who records what the SOP does not say."""
WORKERS: Mapping[int, Actor] = {
    1: Actor(account="operator-1", capability="operator-layanan"),
    2: Actor(account="siak-1", capability="operator-siak"),
    3: Actor(account="siak-1", capability="operator-siak"),
    4: Actor(account="kasi-1", capability="kasi"),
    5: Actor(account="kabid-1", capability="kabid"),
    6: Actor(account="kadis-1", capability="kepala-dinas"),
    7: Actor(account="cetak-1", capability="operator-cetak"),
    8: Actor(account="operator-1", capability="operator-layanan"),
}
"""Who works on each step, four eyes kept."""


def named_id(name: str) -> UUID:
    """The id that a name always gets."""
    return uuid5(_NAMESPACE, name)


def digest(name: str) -> str:
    """The SHA-256 that a name always gets."""
    return sha256(name.encode()).hexdigest()


def paper(item_id: str, *, name: str = "", size_bytes: int = 184_320) -> Paper:
    """One photographed paper."""
    return Paper(
        sha256=digest(name or item_id),
        media_type="image/jpeg",
        size_bytes=size_bytes,
        item_id=item_id,
    )


def document(*, version: int = 1, kind: str = "akta-kelahiran") -> DocumentVersion:
    """One version of a drafted document."""
    return DocumentVersion(
        kind=kind,
        version=version,
        draft_sha256=digest(f"{kind}-draft-{version}"),
        document_sha256=digest(f"{kind}-document-{version}"),
        code="K7M2Q9XW4T8B",
        signature_box=SignatureBox(page=0, x1=330, y1=90, x2=540, y2=170),
    )


def signed_document(*, version: int = 1, kind: str = "akta-kelahiran") -> e.SignedDocument:
    """The same document after signature."""
    return e.SignedDocument(
        kind=kind,
        code="K7M2Q9XW4T8B",
        document_sha256=digest(f"{kind}-document-{version}"),
        signed_sha256=digest(f"{kind}-signed-{version}"),
        level="B-LTA",
        signer_name="Kepala Dinas Contoh",
        certificate_sha256=digest("certificate"),
    )


_PAPERS = (paper("doc.kk"), paper("doc.nikah"), paper("doc.sk_lahir"))
_REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
USUAL: dict[str, dict[str, Any]] = {
    "PermohonanDiajukan": {
        "service_id": "lhr-umum",
        "channel": "whatsapp",
        "applicant": SEALED,
        "papers": _PAPERS,
        "sop": sop_reference(),
    },
    "BerkasDiunggah": {"paper": paper("frm.f201")},
    "CatatanDitambahkan": {"note": SEALED},
    "PermohonanDibatalkan": {"reason_code": "permintaan-pemohon"},
    "BerkasDiterima": {"service_id": "lhr-umum", "papers": _PAPERS},
    "BerkasTidakLengkap": {
        "problems": (ItemProblem(item_id="doc.nikah", reason_code="tidak-terbaca"),)
    },
    "DataSiakCocok": {
        "method": "manual",
        "verdicts": (FieldVerdict(field="nama", verdict="sesuai"),),
    },
    "DataSiakTidakCocok": {
        "method": "manual",
        "verdicts": (FieldVerdict(field="nama", verdict="tidak-sesuai"),),
        "reasons": (ReturnReason(code="data-tidak-cocok", field="nama"),),
    },
    "DraftDibuat": {
        "service_id": "lhr-umum",
        "documents": (document(),),
        "siak_registration": "SIAK-2026-000123",
        "data": SEALED,
    },
    "DraftDisetujui": {"documents": (document(),)},
    "DraftDikembalikan": {"reasons": _REASONS},
    "Diverifikasi": {"documents": (document(),)},
    "VerifikasiDikembalikan": {"reasons": _REASONS},
    "Ditandatangani": {"documents": (signed_document(),)},
    "PenandatangananDitolak": {"reasons": _REASONS},
    "PenandatangananGagal": {"reason_code": "gangguan-tte"},
    "Dicetak": {
        "medium": "hvs-a4",
        "job_id": named_id("job"),
        "signed_sha256": (digest("akta-kelahiran-signed-1"),),
    },
    "CetakGagal": {"reason_code": "kertas-macet", "spoiled_sheets": 1},
    "Diserahkan": {"method": "diambil", "proof": "kode-tanda-terima"},
    "TidakDiambil": {"reminders": 1},
    "JedaDimulai": {"reason_code": "gangguan-siak"},
    "JedaSelesai": {"reason_code": "gangguan-siak"},
    "SlaHampirTerlampaui": {"due_at": MONDAY, "escalate_to": "kasi"},
    "SlaTerlampaui": {
        "due_at": MONDAY,
        "escalate_to": "kasi",
        "budget": timedelta(minutes=5),
    },
    "TerdampakGangguan": {"step": 2, "outage_id": named_id("gangguan-1"), "system": "siak"},
    "GangguanDimulai": {"system": "siak", "steps": (2, 3)},
    "GangguanSelesai": {"system": "siak", "steps": (2, 3)},
    "PemutaranUlangDimulai": {"action": "rebuild", "reason": "uji coba", "target": "s1"},
    "PemutaranUlangSelesai": {
        "action": "rebuild",
        "outcome": "selesai",
        "result": (RunFigure(name="events", value=17),),
    },
    "DokumenDicabut": {"code": "K7M2Q9XW4T8B", "reason_code": "salah-data"},
    "DokumenDigantikan": {"code": "K7M2Q9XW4T8B", "replaced_by": "P3R5N8YV6C2D"},
    "DataPribadiDihapus": {"reason_code": "permintaan-pemohon"},
    "StatusPesanDilaporkan": {
        "message_id": named_id("message"),
        "status": "delivered",
        "provider_message_id": "wamid.contoh",
    },
    "PemberitahuanTerkirim": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
        "provider_message_id": "wamid.contoh",
    },
    "PemberitahuanGagal": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
        "reason_code": "nomor-tidak-terdaftar",
        "owner": "operator-layanan",
    },
    "PenyampaianManualDiminta": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
        "owner": "operator-layanan",
        "due_at": MONDAY + timedelta(hours=24),
    },
    "PemberitahuanDisampaikan": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
    },
    "PenyampaianManualGagal": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
        "reason_code": "tidak-terhubung",
        "owner": "operator-layanan",
        "due_at": MONDAY + timedelta(hours=24),
    },
    "DokumenDilihat": {"document_sha256": digest("akta-kelahiran-document-1")},
    "DataPribadiDibaca": {"what": "berkas", "item": digest("doc.kk"), "via": "gateway"},
    "SiakMenjawab": {
        "outcome": "ok",
        "verdicts": (
            FieldVerdict(field="nik", verdict="sesuai"),
            FieldVerdict(field="nama_lgkp", verdict="tidak-sesuai", score=87),
        ),
        "evidence_sha256": digest("siak-answer"),
        "claims": SEALED,
    },
    "SambunganNikPutus": {"reason_code": "tidak-menjawab", "failures": 3},
    "SambunganNikPulih": {},
    "CetakTertahan": {"job_id": named_id("job"), "reason_code": "kertas-habis"},
    "CetakUlangDiminta": {
        "reasons": (ReturnReason(code="hasil-rusak"),),
        "spoiled_sheets": 1,
    },
    "KodePengambilanDiganti": {"collection_code": SEALED},
    "BlangkoDiterima": {"item": "blangko-kia", "quantity": 500, "reference": "SJ-2026-017"},
    "BlangkoDipesan": {
        "item": "blangko-kia",
        "for_case_id": named_id("case-kia"),
        "quantity": 1,
    },
    "BlangkoDilepas": {
        "item": "blangko-kia",
        "for_case_id": named_id("case-kia"),
        "quantity": 1,
    },
    "BlangkoTerpakai": {
        "item": "blangko-kia",
        "for_case_id": named_id("case-kia"),
        "quantity": 1,
    },
    "BlangkoRusak": {
        "item": "blangko-kia",
        "quantity": 2,
        "reason_code": "blangko-rusak",
        "for_case_id": None,
    },
    "BlangkoDihitung": {
        "item": "blangko-kia",
        "counted": 497,
        "expected": 498,
        "reason_code": "selisih-hitung",
    },
    "BlangkoMenipis": {"item": "blangko-kia", "available": 50, "reorder_point": 50},
    "BatasBlangkoDiubah": {"item": "blangko-kia", "reorder_point": 50},
    "KartuDitarik": {
        "item": "blangko-ktp-el",
        "for_case_id": named_id("case-ktp"),
        "reason_code": "kartu-diganti",
    },
    "KartuDimusnahkan": {"item": "blangko-ktp-el", "quantity": 20, "record": "BA-2026-004"},
    "PemberitahuanDiantrekan": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
    },
    "PemberitahuanDilewati": {
        "message_id": named_id("message"),
        "template_id": "berkas_lengkap",
        "about_event": "BerkasDiterima",
        "reason_code": "di-luar-jendela-24-jam",
    },
    "PemohonMenulis": {"contact_id": named_id("contact")},
    "SoftcopyTerkirim": {
        "message_id": named_id("message"),
        "signed_sha256": (digest("akta-kelahiran-signed-1"),),
    },
    "TautanUnduhDibuat": {
        "link_id": named_id("link"),
        "token_sha256": digest("token"),
        "pin_hash": "$argon2id$v=19$m=19456,t=2,p=1$Y29udG9o$Y29udG9o",
        "documents": (
            e.LinkedDocument(
                kind="akta-kelahiran", signed_sha256=digest("akta-kelahiran-signed-1")
            ),
        ),
        "expires_at": MONDAY + timedelta(days=7),
    },
    "TautanUnduhDibuka": {
        "link_id": named_id("link"),
        "signed_sha256": digest("akta-kelahiran-signed-1"),
    },
    "TautanUnduhDikunci": {"link_id": named_id("link"), "reason_code": "pin-salah"},
    "SurveiDijawab": {"survey_id": named_id("message"), "item": "umum", "score": 4},
    "PengirimanDihentikan": {
        "reason_code": "akun-diblokir",
        "error_code": 131031,
        "owner": "admin",
    },
}
"""What an event usually says, by its name."""
