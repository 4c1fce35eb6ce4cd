"""Which of the review's facts leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from review.domain import Review

PUBLICATIONS = Publications(
    {
        Review.DraftDisetujui: events.DraftDisetujui,
        Review.DraftDikembalikan: events.DraftDikembalikan,
        Review.Diverifikasi: events.Diverifikasi,
        Review.VerifikasiDikembalikan: events.VerifikasiDikembalikan,
    },
    internal=(Review.Dibuka, Review.DraftDiperbarui, Review.DikembalikanDariTte, Review.Dihentikan),
)
