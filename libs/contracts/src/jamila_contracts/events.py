"""The integration events: past facts, named in the words of the office.

Additive only: a new field is optional, a changed meaning is a new event. Each has a golden JSON
file per version in ``tests/contracts/golden``.
"""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from jamila_contracts.catalogue.loading import CatalogueReference
from jamila_contracts.event import EVENTS, IntegrationEvent, StepEvent, TaskEvent
from jamila_contracts.events_notes import CatatanDitambahkan
from jamila_contracts.events_printing import (
    CetakGagal,
    CetakTertahan,
    CetakUlangDiminta,
    Dicetak,
    Diserahkan,
    KodePengambilanDiganti,
    TidakDiambil,
)
from jamila_contracts.events_siak import SambunganNikPulih, SambunganNikPutus, SiakMenjawab
from jamila_contracts.events_signing import (
    Ditandatangani,
    DokumenDicabut,
    DokumenDigantikan,
    DokumenDilihat,
    PenandatangananDitolak,
    PenandatangananGagal,
    SignedDocument,
)
from jamila_contracts.events_stock import (
    BatasBlangkoDiubah,
    BlangkoDihitung,
    BlangkoDilepas,
    BlangkoDipesan,
    BlangkoDiterima,
    BlangkoMenipis,
    BlangkoRusak,
    BlangkoTerpakai,
    KartuDimusnahkan,
    KartuDitarik,
    StockEvent,
)
from jamila_contracts.events_telling import (
    KirimUlangDiminta,
    LinkedDocument,
    PemberitahuanDiantrekan,
    PemberitahuanDilewati,
    PemberitahuanDisampaikan,
    PemberitahuanGagal,
    PemberitahuanTerkirim,
    PemohonMenulis,
    PengirimanDihentikan,
    PengirimanDilanjutkan,
    PenyampaianManualDiminta,
    PenyampaianManualGagal,
    SoftcopyTerkirim,
    StatusPesanDilaporkan,
    SurveiDijawab,
    TautanUnduhDibuat,
    TautanUnduhDibuka,
    TautanUnduhDikunci,
)
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.sop import SopReference
from jamila_contracts.values import (
    DocumentVersion,
    FieldVerdict,
    ItemProblem,
    Paper,
    ReturnReason,
    RunFigure,
)

__all__ = [  # what lives in modules of its own and is imported from here all the same
    "EVENTS",
    "BatasBlangkoDiubah",
    "BlangkoDihitung",
    "BlangkoDilepas",
    "BlangkoDipesan",
    "BlangkoDiterima",
    "BlangkoMenipis",
    "BlangkoRusak",
    "BlangkoTerpakai",
    "CatatanDitambahkan",
    "CetakGagal",
    "CetakTertahan",
    "CetakUlangDiminta",
    "Dicetak",
    "Diserahkan",
    "Ditandatangani",
    "DokumenDicabut",
    "DokumenDigantikan",
    "DokumenDilihat",
    "IntegrationEvent",
    "KartuDimusnahkan",
    "KartuDitarik",
    "KirimUlangDiminta",
    "KodePengambilanDiganti",
    "LinkedDocument",
    "PemberitahuanDiantrekan",
    "PemberitahuanDilewati",
    "PemberitahuanDisampaikan",
    "PemberitahuanGagal",
    "PemberitahuanTerkirim",
    "PemohonMenulis",
    "PenandatangananDitolak",
    "PenandatangananGagal",
    "PengirimanDihentikan",
    "PengirimanDilanjutkan",
    "PenyampaianManualDiminta",
    "PenyampaianManualGagal",
    "SambunganNikPulih",
    "SambunganNikPutus",
    "SiakMenjawab",
    "SignedDocument",
    "SoftcopyTerkirim",
    "StatusPesanDilaporkan",
    "StepEvent",
    "StockEvent",
    "SurveiDijawab",
    "TaskEvent",
    "TautanUnduhDibuat",
    "TautanUnduhDibuka",
    "TautanUnduhDikunci",
    "TidakDiambil",
]


class PermohonanDiajukan(IntegrationEvent):
    """The applicant says: these are my papers, please make this document."""

    service_id: Code
    channel: Literal["whatsapp", "loket", "kolektif", "manual"]
    contact_id: UUID
    """Internal id of whoever wrote to us; a contact may have several numbers, or none."""
    applicant: Sealed
    """JSON: name as the channel tells it, phone, business-scoped user id."""
    receipt_code: str = Field(pattern=r"^[A-Z0-9]{8,16}$")
    papers: tuple[Paper, ...]
    first_message_at: AwareDatetime
    """When the applicant first wrote; starts the wall clock and the 24-hour duty."""
    sop: SopReference
    catalogue: CatalogueReference | None = None
    """The catalogue the case began with and keeps; None: ``katalog-awal-2026-1``."""
    facts: Sealed | None = None
    """JSON of question to answer: what the applicant was asked, dates as ISO, NIKs as digits."""
    documents: tuple[Code, ...] = ()
    """Kinds of the documents that should come of it, e.g. ``akta-kelahiran``, ``kia``."""
    model_akta: Code | None = None
    """``ayah-ibu``, ``ayah-ibu-frasa``, ``ibu``, ``tanpa-orang-tua``: follows from the facts."""
    flags: tuple[Code, ...] = ()
    """What staff should notice: ``terlambat-lapor``, ``banyak-keluarga``."""
    batch_id: UUID | None = None
    batch_row: Code | None = None


class BerkasDiunggah(IntegrationEvent):
    """A further paper of an application that is already submitted."""

    paper: Paper


class PermohonanDibatalkan(IntegrationEvent):
    """The application ends here, by the applicant or by the office."""

    reason_code: Code


class BerkasDiterima(StepEvent):
    """Step 1: the papers are complete."""

    STEP: ClassVar[int] = 1

    service_id: Code
    papers: tuple[Paper, ...]


class BerkasTidakLengkap(StepEvent):
    """Step 1: something is missing; the applicant is told exactly what."""

    STEP: ClassVar[int] = 1

    problems: tuple[ItemProblem, ...] = Field(min_length=1)


class DataSiakCocok(StepEvent):
    """Step 2: the papers agree with SIAK."""

    STEP: ClassVar[int] = 2

    method: Literal["manual", "webservice"]
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: Sha256 | None = None


class DataSiakTidakCocok(StepEvent):
    """Step 2: the papers and SIAK disagree; back to the front desk (step 1)."""

    STEP: ClassVar[int] = 2

    method: Literal["manual", "webservice"]
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: Sha256 | None = None
    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class DraftDibuat(StepEvent):
    """Step 3: the application is entered into SIAK and a draft document exists."""

    STEP: ClassVar[int] = 3

    service_id: Code
    documents: tuple[DocumentVersion, ...] = Field(min_length=1)
    siak_registration: str = Field(min_length=1, max_length=50)
    """SIAK's own number for the entry; never minted here."""
    data: Sealed
    """JSON of what is printed on the documents."""


class DraftDisetujui(StepEvent):
    """Step 4: the Kasi found that the draft agrees with the application."""

    STEP: ClassVar[int] = 4

    documents: tuple[DocumentVersion, ...] = Field(min_length=1)


class DraftDikembalikan(StepEvent):
    """Step 4: the Kasi sends the draft back to the SIAK operator (step 3)."""

    STEP: ClassVar[int] = 4

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class Diverifikasi(StepEvent):
    """Step 5: the Kabid verified exactly these bytes for signature."""

    STEP: ClassVar[int] = 5

    documents: tuple[DocumentVersion, ...] = Field(min_length=1)


class VerifikasiDikembalikan(StepEvent):
    """Step 5: the Kabid sends the draft back to the Kasi (step 4)."""

    STEP: ClassVar[int] = 5

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class TugasDiambil(TaskEvent):
    """An officer took the task; waiting ends and handling begins."""


class TugasDilepas(TaskEvent):
    """An officer gave the task back; it waits again."""


class JedaDimulai(TaskEvent):
    """The clock of the step stops for a named reason."""

    reason_code: Code
    """``menunggu-pemohon``, ``gangguan-siak``, ``blangko-habis``, ``menunggu-instansi``, ..."""


class JedaSelesai(TaskEvent):
    """The clock of the step runs again."""

    reason_code: Code


class SlaHampirTerlampaui(TaskEvent):
    """The budget of the step is nearly used."""

    due_at: AwareDatetime
    escalate_to: Code
    canary: bool = False
    """Not about a resident: ``jamila doctor`` proves with it that the timers work."""


class SlaTerlampaui(TaskEvent):
    """The budget of the step is used up."""

    due_at: AwareDatetime
    escalate_to: Code
    budget: timedelta
    canary: bool = False
    """Not about a resident: ``jamila doctor`` proves with it that the timers work."""


class TerdampakGangguan(TaskEvent):
    """An outage stops the clock of this case; told once per case and outage."""

    outage_id: UUID
    system: Code


class GangguanDimulai(IntegrationEvent):
    """An outside system is down; ``case_id`` is the outage itself."""

    system: Code
    steps: tuple[int, ...]


class GangguanSelesai(IntegrationEvent):
    """The outside system works again; ``case_id`` is the outage itself."""

    system: Code
    steps: tuple[int, ...]


class PemutaranUlangDimulai(IntegrationEvent):
    """Somebody began a run of the replay tool; ``case_id`` is the run itself."""

    action: Code
    reason: Annotated[str, Field(min_length=3, max_length=200)]
    """Why, in the words of the operator; never about a resident."""
    target: Annotated[str, Field(max_length=200)] = ""
    """What it is about: a shadow, a service, a place in a log."""


class PemutaranUlangSelesai(IntegrationEvent):
    """A run of the replay tool ended; ``case_id`` is the run itself."""

    action: Code
    outcome: Literal["selesai", "gagal", "dibatalkan"]
    result: tuple[RunFigure, ...] = ()
    """Figures and digests of the run."""


class DataPribadiDihapus(IntegrationEvent):
    """The key of the case is destroyed; its personal data can never be read again."""

    reason_code: Code


class DataPribadiDibaca(IntegrationEvent):
    """Somebody of the office was shown personal data; recorded before it was shown.

    What belongs to no case yet stands under its contact or its request, as ``case_id``.
    """

    CHANGES_TASK: ClassVar[bool] = False

    what: Code
    """``data-pemohon``, ``berkas``, ``dokumen``, ``ekspor``, ``jawaban-chat`` and others."""
    item: Sha256 | None = None
    """The paper or document, when it is a single one."""
    via: Code
    """``gateway`` or ``cli``."""
    reason_code: Code | None = None
    """Why, when the reader said so."""
    contact_id: UUID | None = None
    """Whose chat it is, when it belongs to no case; the same as ``case_id``."""
    message_id: UUID | None = None
    """The message, when it is a single one."""
