"""Every case of the ledger, measured: by today's rules or by others."""

from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from jamila_contracts import events as e
from jamila_ledger.aggregates import Sample, samples_of
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import advance
from jamila_ledger.chain import Entry
from jamila_ledger.outages import Outages, learn, suspend
from jamila_ledger.recorded import Recorded
from jamila_ledger.report.build import Frame
from jamila_ledger.sla import measure
from jamila_ledger.views import sla_document

_FORGOTTEN: Final = {
    "papers": (),
    "drafts": (),
    "signed": (),
    "messages": (),
    "notes": (),
    "alerts": (),
    "applicant": None,
    "facts": None,
    "data": None,
}
"""What no clock needs: a year of cases must fit into memory."""
_TIMELESS: Final = frozenset(
    event.__name__
    for event in (
        e.CatatanDitambahkan,
        e.DataPribadiDibaca,
        e.DokumenDilihat,
        e.PemutaranUlangDimulai,
        e.PemutaranUlangSelesai,
        e.StatusPesanDilaporkan,
        e.PemberitahuanTerkirim,
        e.PemberitahuanGagal,
        e.PenyampaianManualDiminta,
        e.PemberitahuanDisampaikan,
        e.PenyampaianManualGagal,
        e.PemberitahuanDiantrekan,
        e.PemberitahuanDilewati,
        e.PemohonMenulis,
        e.SoftcopyTerkirim,
        e.TautanUnduhDibuat,
        e.TautanUnduhDibuka,
        e.TautanUnduhDikunci,
        e.KirimUlangDiminta,
        e.SurveiDijawab,
        e.PengirimanDihentikan,
        e.PengirimanDilanjutkan,
        e.KodePengambilanDiganti,
        e.SiakMenjawab,
        e.SambunganNikPutus,
        e.SambunganNikPulih,
        e.CetakTertahan,
        e.BlangkoDiterima,
        e.BlangkoDipesan,
        e.BlangkoDilepas,
        e.BlangkoTerpakai,
        e.BlangkoRusak,
        e.BlangkoDihitung,
        e.BlangkoMenipis,
        e.BatasBlangkoDiubah,
        e.KartuDitarik,
        e.KartuDimusnahkan,
        e.SlaHampirTerlampaui,
        e.SlaTerlampaui,
        e.TerdampakGangguan,
    )
)


class History:
    """What the ledger tells of all cases, folded once and measured as often as one likes."""

    def __init__(self, files: Iterable[CaseFile], outages: Outages) -> None:
        self.files = tuple(files)
        self.outages = outages

    @classmethod
    def read(cls, entries: Iterable[Entry]) -> "History":
        """Fold a whole ledger."""
        files: dict[str, CaseFile] = {}
        outages: Outages = {}
        for entry in entries:
            if entry.type in _TIMELESS:
                continue
            fact = Recorded.of(entry)
            outages = learn(outages, fact)
            after = advance(files.get(entry.case_id), fact)
            files[entry.case_id] = after.model_copy(update=_FORGOTTEN)
        return cls((each for each in files.values() if each.submitted_at), outages)

    def samples(self, frame: Frame) -> Iterator[Sample]:
        """Everything that was finished in the stretch of the frame, measured by its rules.

        Raises:
            CalendarRangeError: a case lies outside the years of the calendar.
            FileNotFoundError: a case ran under an SOP that is not shipped.
        """
        calendar = frame.calendar
        zone = ZoneInfo(calendar.timezone)
        for file in self.files:
            case = suspend(file, self.outages.values())
            measured = measure(
                case, calendar=calendar, sop=frame.sop_of(case.sop_id), as_of=frame.made_at
            )
            for sample in samples_of(sla_document(case, measured), zone):
                if frame.first <= sample.day <= frame.last:
                    yield sample
