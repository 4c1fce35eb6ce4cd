"""Which of the notifier's facts leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from notifier.domain import CaseNotices

PUBLICATIONS = Publications(
    {
        CaseNotices.PemberitahuanTerkirim: events.PemberitahuanTerkirim,
        CaseNotices.PemberitahuanGagal: events.PemberitahuanGagal,
    },
    internal=(
        CaseNotices.Dibuka,
        CaseNotices.PemohonDicatat,
        CaseNotices.PesanDiantrekan,
        CaseNotices.PengirimanDimulai,
        CaseNotices.PengirimanDitunda,
        CaseNotices.PesanDialihkan,
        CaseNotices.PesanDibatalkan,
        CaseNotices.StatusDicatat,
    ),
)
