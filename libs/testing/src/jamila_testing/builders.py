"""Records as the services would publish them: realistic, invented, the same at every run.

A :class:`Story` tells one case; several stories share a :class:`Logs`, as cases share the logs of
the services. Ids and digests follow from names, times from one Monday morning in Paringin.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from jamila_contracts import events as e
from jamila_contracts.envelope import Actor, EventMeta
from jamila_contracts.sop import DEFAULT_SOP, load_sop, sop_reference
from jamila_contracts.values import (
    DocumentVersion,
    FieldVerdict,
    ItemProblem,
    Paper,
    ReturnReason,
    RunFigure,
    SignatureBox,
)
from jamila_contracts.wire import Record

TENANT = "6311"
MONDAY = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
"""Monday 6 April 2026, 09:00 in Balangan: an ordinary working day, inside opening hours."""
SEALED = "v1.c2VhbGVk"
"""Has the form of sealed data; nobody can open it."""

_NAMESPACE = UUID("6d1c8a52-6311-4a6e-9d0a-0d1ca311a000")
_SERVICES = {
    e.StatusPesanDilaporkan: "intake",
    e.PemberitahuanTerkirim: "notifier",
    e.PemberitahuanGagal: "notifier",
    e.PemberitahuanDiantrekan: "notifier",
    e.SoftcopyTerkirim: "notifier",
    e.TautanUnduhDibuat: "notifier",
    e.PengirimanDihentikan: "notifier",
    e.PengirimanDilanjutkan: "notifier",
    e.TautanUnduhDibuka: "public",
    e.TautanUnduhDikunci: "public",
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


class Logs:
    """The logs of the services: where each one's next event stands."""

    def __init__(self) -> None:
        self.last: Counter[str] = Counter()
        self._aggregates: Counter[tuple[str, UUID]] = Counter()

    def next(self, source: str, case_id: UUID) -> tuple[int, int, int]:
        """Place in the log, place before it, version of the aggregate."""
        before = self.last[source]
        self.last[source] += 1
        self._aggregates[source, case_id] += 1
        return before + 1, before, self._aggregates[source, case_id]


class Story:
    """Tells the events of one case, one after another."""

    def __init__(
        self, name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
    ) -> None:
        self.name = name
        self.case_id = named_id(name)
        self.now = start
        self.records: list[Record] = []
        self._logs = logs or Logs()
        self._start = start
        self._attempts: Counter[int] = Counter({1: 1})
        self._sop = load_sop()

    def later(self, **span: float) -> "Story":
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def tell(
        self, event_class: type[e.IntegrationEvent], *, actor: Actor | None = None, **fields: Any
    ) -> Record:
        """Record that something happened now.

        Args:
            event_class: What happened.
            actor: Who did it; by default whoever works on the step, or the service.
            fields: Whatever shall differ from the usual.
        """
        values = {**self._usual(event_class), **fields}
        source = self.source_of(event_class, values)
        log_position, previous, position = self._logs.next(source, self.case_id)
        values.setdefault("event_id", named_id(f"{self.name}/{source}/{position}"))
        event = event_class.model_validate(values)
        cause = self.records[-1].meta.event_id if self.records else event.event_id
        meta = EventMeta(
            event_id=event.event_id,
            type=event_class.__name__,
            schema_version=event_class.SCHEMA_VERSION,
            source=source,
            tenant=TENANT,
            case_id=self.case_id,
            position=position,
            log_position=log_position,
            previous_log_position=previous,
            occurred_at=event.occurred_at,
            recorded_at=event.occurred_at + timedelta(milliseconds=20),
            actor=actor or self._usual_actor(event, source),
            causation_id=cause,
            correlation_id=self.case_id,
            sop_version=DEFAULT_SOP,
            traceparent=f"00-{self.case_id.hex}-{event.event_id.hex[:16]}-01",
        )
        self._count(event)
        self.records.append(Record.of(meta, event))
        return self.records[-1]

    def source_of(self, event_class: type[e.IntegrationEvent], values: Mapping[str, Any]) -> str:
        """Which service records such an event."""
        if event_class in _SERVICES:
            return _SERVICES[event_class]
        if issubclass(event_class, e.StepEvent):
            return self._sop.step(event_class.STEP).service
        if issubclass(event_class, e.TaskEvent):
            return self._sop.step(values["step"]).service
        return "intake"

    def _usual_actor(self, event: e.IntegrationEvent, source: str) -> Actor:
        step = getattr(event, "STEP", getattr(event, "step", None))
        return WORKERS[step] if step and source != "sla" else Actor.system(source)

    def _usual(self, event_class: type[e.IntegrationEvent]) -> dict[str, Any]:
        usual: dict[str, Any] = {"case_id": self.case_id, "occurred_at": self.now}
        if issubclass(event_class, e.StepEvent):
            usual["attempt"] = max(self._attempts[event_class.STEP], 1)
        if issubclass(event_class, e.TaskEvent):
            usual |= {"step": 1, "attempt": 1}
        usual |= _USUAL.get(event_class.__name__, {})
        if event_class is e.PermohonanDiajukan:
            usual["first_message_at"] = self._start - timedelta(minutes=12)
            usual["contact_id"] = named_id(f"{self.name}/contact")
            usual["receipt_code"] = digest(self.name)[:10].upper()
        return usual

    def _count(self, event: e.IntegrationEvent) -> None:
        if not isinstance(event, e.StepEvent):
            return
        row, name = self._sop.step(event.STEP), type(event).__name__
        if name in row.done_by:
            self._attempts[event.STEP + 1] += 1
        elif name in row.returned_by:
            self._attempts[row.returned_by[name]] += 1
        elif isinstance(event, e.BerkasTidakLengkap):
            self._attempts[1] += 1

    def work(
        self, event_class: type[e.StepEvent], *, wait: float = 1, handle: float = 3, **fields: Any
    ) -> Record:
        """A step is taken after a while (minutes) and decided after another."""
        attempt = fields.get("attempt", max(self._attempts[event_class.STEP], 1))
        self.later(minutes=wait).tell(e.TugasDiambil, step=event_class.STEP, attempt=attempt)
        return self.later(minutes=handle).tell(event_class, **fields)


_PAPERS = (paper("doc.kk"), paper("doc.nikah"), paper("doc.sk_lahir"))
_REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
_USUAL: dict[str, dict[str, Any]] = {
    "PermohonanDiajukan": {
        "service_id": "lhr-umum",
        "channel": "whatsapp",
        "applicant": SEALED,
        "papers": _PAPERS,
        "sop": sop_reference(),
    },
    "BerkasDiunggah": {"paper": paper("frm.f201")},
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
    "DokumenDilihat": {"document_sha256": digest("akta-kelahiran-document-1")},
    "DokumenDicabut": {"code": "K7M2Q9XW4T8B", "reason_code": "salah-data"},
    "DokumenDigantikan": {"code": "K7M2Q9XW4T8B", "replaced_by": "P3R5N8YV6C2D"},
    "DataPribadiDihapus": {"reason_code": "permintaan-pemohon"},
    "DataPribadiDibaca": {"what": "berkas", "item": digest("doc.kk"), "via": "gateway"},
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
    "PemberitahuanDiantrekan": {
        "message_id": named_id("message"),
        "template_id": "diterima",
        "about_event": "BerkasDiterima",
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


def record(event_class: type[e.IntegrationEvent], **overrides: Any) -> Record:
    """One event out of nowhere.

    Args:
        event_class: What happened.
        overrides: Fields of the event or of its envelope (``log_position``, ``actor``, ...).
    """
    of_meta = set(EventMeta.model_fields) - set(event_class.model_fields)
    changes = {name: overrides.pop(name) for name in of_meta & set(overrides)}
    told = Story().tell(event_class, **overrides)
    event = told.event()
    same = {"event_id": event.event_id, "case_id": event.case_id, "occurred_at": event.occurred_at}
    return Record(told.meta.model_copy(update={**same, **changes}), told.data)


ROAD: tuple[type[e.StepEvent], ...] = (
    e.BerkasDiterima,
    e.DataSiakCocok,
    e.DraftDibuat,
    e.DraftDisetujui,
    e.Diverifikasi,
    e.Ditandatangani,
    e.Dicetak,
    e.Diserahkan,
)
"""The facts that finish steps 1 to 8."""


def happy_story(
    name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
) -> Story:
    """A case from submission to hand-over: each step waits one minute and takes three."""
    story = Story(name, logs=logs, start=start)
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD:
        story.work(event_class)
    return story


def happy_road(
    name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
) -> list[Record]:
    """The records of :func:`happy_story`."""
    return happy_story(name, logs=logs, start=start).records
