"""Which of the notifier's facts leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from notifier.audience import ContactNotices, DailyReach
from notifier.channel import OfficeChannel, OutageNotices
from notifier.domain import CaseNotices
from notifier.hand_notices import HandNotices

PUBLICATIONS = Publications(
    {
        CaseNotices.PesanDiantrekan: events.PemberitahuanDiantrekan,
        CaseNotices.PemberitahuanTerkirim: events.PemberitahuanTerkirim,
        CaseNotices.PemberitahuanGagal: events.PemberitahuanGagal,
        CaseNotices.PesanDilewati: events.PemberitahuanDilewati,
        CaseNotices.PesanDialihkan: events.PemberitahuanDilewati,
        CaseNotices.SoftcopyTerkirim: events.SoftcopyTerkirim,
        CaseNotices.TautanUnduhDibuat: events.TautanUnduhDibuat,
        HandNotices.PenyampaianManualDiminta: events.PenyampaianManualDiminta,
        HandNotices.PemberitahuanDisampaikan: events.PemberitahuanDisampaikan,
        HandNotices.PenyampaianManualGagal: events.PenyampaianManualGagal,
        HandNotices.PesanDilewati: events.PemberitahuanDilewati,
        HandNotices.SoftcopyDisampaikan: events.SoftcopyTerkirim,
        OfficeChannel.PengirimanDihentikan: events.PengirimanDihentikan,
        OfficeChannel.PengirimanDilanjutkan: events.PengirimanDilanjutkan,
    },
    internal=(
        CaseNotices.Dibuka,
        CaseNotices.PemohonDicatat,
        CaseNotices.DokumenDicatat,
        CaseNotices.DokumenSiap,
        CaseNotices.Berakhir,
        CaseNotices.PengirimanDimulai,
        CaseNotices.PengirimanDitunda,
        CaseNotices.StatusDicatat,
        CaseNotices.TautanBerakhir,
        ContactNotices.Dikenal,
        ContactNotices.Menulis,
        ContactNotices.DilayaniManual,
        ContactNotices.JendelaTertutup,
        ContactNotices.TidakTerjangkau,
        ContactNotices.KasusMenunggu,
        ContactNotices.KasusDilayani,
        HandNotices.Dibuka,
        DailyReach.Dimulai,
        DailyReach.KontakDisapa,
        OfficeChannel.Dibuka,
        OutageNotices.Dimulai,
        OutageNotices.PemohonDiberitahu,
    ),
)
