"""Which of the intake's facts leave the service, and as which event."""

from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.guards import ContactWatch, SubjectGuard
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
    },
    internal=(
        CaseIntake.DikembalikanDariSiak,
        CaseIntake.TahapDicatat,
        CaseIntake.DataDilupakan,
        CaseReplies.Dimulai,
        SubjectGuard.Dipegang,
        SubjectGuard.Dialihkan,
        ContactWatch.Dimulai,
        ContactWatch.KeluargaDicatat,
        ContactWatch.BanyakKeluargaTerlihat,
        Conversation.Dimulai,
        Conversation.DraftDimulai,
        Conversation.LayananDipilih,
        Conversation.BerkasDiterima,
        Conversation.BerkasDitolak,
        Conversation.DraftDiajukan,
        Conversation.SusulanDiajukan,
        Conversation.DraftDibatalkan,
        Conversation.JawabanDimulai,
        Conversation.JawabanSelesai,
    ),
)
