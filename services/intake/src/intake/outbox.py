"""Which of the intake's facts leave the service, and as which event."""

from intake.burst import PaperBurst
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.entry import Batch, CounterEntry
from intake.finding import CasesOfPerson
from intake.guards import ContactWatch, SubjectGuard
from intake.help_request import HelpDesk, HelpRequest
from intake.notes import CaseNotes
from intake.replies import CaseReplies
from jamila_contracts import events
from jamila_runtime.outbox import Publications

PUBLICATIONS = Publications(
    {
        CaseIntake.Diajukan: events.PermohonanDiajukan,
        CaseIntake.BerkasDiunggah: events.BerkasDiunggah,
        CaseIntake.BerkasDiterima: events.BerkasDiterima,
        CaseIntake.BerkasTidakLengkap: events.BerkasTidakLengkap,
        CaseIntake.PermohonanDibatalkan: events.PermohonanDibatalkan,
        CaseIntake.StatusPesanDilaporkan: events.StatusPesanDilaporkan,
        CaseReplies.PemohonMenulis: events.PemohonMenulis,
        CaseReplies.KirimUlangDiminta: events.KirimUlangDiminta,
        CaseReplies.SurveiDijawab: events.SurveiDijawab,
        CaseNotes.CatatanDitambahkan: events.CatatanDitambahkan,
    },
    internal=(
        CaseIntake.DikembalikanDariSiak,
        CaseIntake.TahapDicatat,
        CaseIntake.DataDilupakan,
        CaseReplies.Dimulai,
        CaseNotes.Dimulai,
        CaseIntake.JamBerhenti,
        CaseIntake.JamBerjalan,
        HelpRequest.Dibuka,
        HelpRequest.PesanMasuk,
        HelpRequest.DibacaPetugas,
        HelpRequest.Dijawab,
        HelpRequest.BatasTerlewati,
        HelpRequest.Ditutup,
        HelpDesk.Dimulai,
        HelpDesk.PermintaanMasuk,
        HelpDesk.PermintaanKeluar,
        PaperBurst.Dimulai,
        PaperBurst.BerkasDicatat,
        PaperBurst.Dijawab,
        SubjectGuard.Dipegang,
        SubjectGuard.Dialihkan,
        ContactWatch.Dimulai,
        ContactWatch.KeluargaDicatat,
        ContactWatch.BanyakKeluargaTerlihat,
        CasesOfPerson.Dimulai,
        CasesOfPerson.KasusDicatat,
        CounterEntry.Dimulai,
        CounterEntry.Diuraikan,
        CounterEntry.BerkasDiterima,
        CounterEntry.Diajukan,
        CounterEntry.Dibatalkan,
        Batch.Dibuka,
        Batch.Diajukan,
        Conversation.Dimulai,
        Conversation.DraftDimulai,
        Conversation.PemberitahuanDataDisampaikan,
        Conversation.PilihanDitawarkan,
        Conversation.LayananDipilih,
        Conversation.TopikDipilih,
        Conversation.FaktaDijawab,
        Conversation.FaktaDitanyaLagi,
        Conversation.JawabanTidakDimengerti,
        Conversation.BerkasDikenali,
        Conversation.BerkasDiminta,
        Conversation.RingkasanDitunjukkan,
        Conversation.KelanjutanDitanyakan,
        Conversation.PetugasDiminta,
        Conversation.PetugasSelesai,
        Conversation.BerkasDiterima,
        Conversation.BerkasDitolak,
        Conversation.DraftDiajukan,
        Conversation.SusulanDiajukan,
        Conversation.DraftDibatalkan,
        Conversation.JawabanDimulai,
        Conversation.JawabanSelesai,
    ),
)
