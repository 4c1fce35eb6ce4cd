"""Which facts of the download links leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from public_page.domain import CaseLinks, DownloadLink

PUBLICATIONS = Publications(
    {
        DownloadLink.TautanUnduhDibuka: events.TautanUnduhDibuka,
        DownloadLink.TautanUnduhDikunci: events.TautanUnduhDikunci,
    },
    internal=(
        DownloadLink.Ditawarkan,
        DownloadLink.PinSalah,
        DownloadLink.PinBenar,
        CaseLinks.Dikenal,
        CaseLinks.TautanDicatat,
        CaseLinks.DokumenDicatat,
        CaseLinks.DokumenBerakhir,
        CaseLinks.DataDihapus,
    ),
)
