"""Which facts of printing, stock and hand-over leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from printing.blangko import BlangkoStock
from printing.domain import PrintingCase
from printing.sheets import SHEET_EVENTS, CetakTertahan

PUBLICATIONS = Publications(
    {
        CetakTertahan: events.CetakTertahan,
        PrintingCase.Dicetak: events.Dicetak,
        PrintingCase.KodePengambilanDiganti: events.KodePengambilanDiganti,
        PrintingCase.CetakGagal: events.CetakGagal,
        PrintingCase.CetakUlangDiminta: events.CetakUlangDiminta,
        PrintingCase.Diserahkan: events.Diserahkan,
        PrintingCase.TidakDiambil: events.TidakDiambil,
        BlangkoStock.BlangkoDiterima: events.BlangkoDiterima,
        BlangkoStock.BlangkoDipesan: events.BlangkoDipesan,
        BlangkoStock.BlangkoDilepas: events.BlangkoDilepas,
        BlangkoStock.BlangkoTerpakai: events.BlangkoTerpakai,
        BlangkoStock.BlangkoRusak: events.BlangkoRusak,
        BlangkoStock.BlangkoDihitung: events.BlangkoDihitung,
        BlangkoStock.BlangkoMenipis: events.BlangkoMenipis,
        BlangkoStock.BatasBlangkoDiubah: events.BatasBlangkoDiubah,
        BlangkoStock.KartuDitarik: events.KartuDitarik,
        BlangkoStock.KartuDimusnahkan: events.KartuDimusnahkan,
    },
    internal=(
        PrintingCase.Dikenal,
        PrintingCase.TandaTerimaDiketahui,
        PrintingCase.DokumenDiterima,
        PrintingCase.CetakDiminta,
        PrintingCase.Dihentikan,
        *(each for each in SHEET_EVENTS if each is not CetakTertahan),
        BlangkoStock.Dibuka,
        BlangkoStock.KasusMenunggu,
        BlangkoStock.KasusDipanggil,
    ),
)
