"""Which facts of printing and hand-over leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from printing.domain import PrintingCase

PUBLICATIONS = Publications(
    {
        PrintingCase.Dicetak: events.Dicetak,
        PrintingCase.CetakGagal: events.CetakGagal,
        PrintingCase.Diserahkan: events.Diserahkan,
        PrintingCase.TidakDiambil: events.TidakDiambil,
    },
    internal=(
        PrintingCase.Dikenal,
        PrintingCase.TandaTerimaDiketahui,
        PrintingCase.DokumenDiterima,
        PrintingCase.CetakDiminta,
        PrintingCase.Dihentikan,
    ),
)
