"""Which service records which event."""

from jamila_contracts.events import IntegrationEvent, StepEvent, TaskEvent
from jamila_contracts.sop import load_sop

STEP_OWNER = "owner of the step"
"""A fact about a task: whichever service owns the step."""

_BEYOND_THE_STEPS = {
    "PermohonanDiajukan": "intake",
    "BerkasDiunggah": "intake",
    "CatatanDitambahkan": "intake",
    "PermohonanDibatalkan": "intake",
    "DokumenDilihat": "signing",
    "DokumenDicabut": "signing",
    "DokumenDigantikan": "signing",
    "StatusPesanDilaporkan": "intake",
    "PemberitahuanTerkirim": "notifier",
    "PemberitahuanGagal": "notifier",
    "PenyampaianManualDiminta": "notifier",
    "PemberitahuanDisampaikan": "notifier",
    "PenyampaianManualGagal": "notifier",
    "KodePengambilanDiganti": "printing",
    "BatasBlangkoDiubah": "printing",
    "BlangkoDihitung": "printing",
    "BlangkoDilepas": "printing",
    "BlangkoDipesan": "printing",
    "BlangkoDiterima": "printing",
    "BlangkoMenipis": "printing",
    "BlangkoRusak": "printing",
    "BlangkoTerpakai": "printing",
    "KartuDimusnahkan": "printing",
    "KartuDitarik": "printing",
    "PemberitahuanDiantrekan": "notifier",
    "PemberitahuanDilewati": "notifier",
    "SoftcopyTerkirim": "notifier",
    "TautanUnduhDibuat": "notifier",
    "PengirimanDihentikan": "notifier",
    "PengirimanDilanjutkan": "notifier",
    "PemohonMenulis": "intake",
    "KirimUlangDiminta": "intake",
    "SurveiDijawab": "intake",
    "SiakMenjawab": "siak-adapter",
    "SambunganNikPutus": "siak-adapter",
    "SambunganNikPulih": "siak-adapter",
    "SlaHampirTerlampaui": "sla",
    "SlaTerlampaui": "sla",
    "TerdampakGangguan": "sla",
    "GangguanDimulai": "sla",
    "GangguanSelesai": "sla",
    "DataPribadiDibaca": "privacy",
    "DataPribadiDihapus": "privacy",
    "TautanUnduhDibuka": "public",
    "TautanUnduhDikunci": "public",
    "PemutaranUlangDimulai": "ops",
    "PemutaranUlangSelesai": "ops",
}
_RESERVED: set[str] = set()


def recorder_of(event: type[IntegrationEvent]) -> str | None:
    """Name the service that records an event.

    Returns:
        A service, ``STEP_OWNER``, or None for a contract that no service fulfils yet.

    Raises:
        KeyError: nobody has said who records it.
    """
    name = event.__name__
    if name in _RESERVED:
        return None
    if name in _BEYOND_THE_STEPS:
        return _BEYOND_THE_STEPS[name]
    if issubclass(event, TaskEvent):
        return STEP_OWNER
    if issubclass(event, StepEvent):
        return load_sop().step(event.STEP).service
    return _BEYOND_THE_STEPS[name]
