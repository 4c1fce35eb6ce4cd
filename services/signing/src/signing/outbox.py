"""Which facts of the signature leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from signing.domain import SigningCase

PUBLICATIONS = Publications(
    {
        SigningCase.Ditandatangani: events.Ditandatangani,
        SigningCase.PenandatangananDitolak: events.PenandatangananDitolak,
        SigningCase.PenandatangananGagal: events.PenandatangananGagal,
    },
    internal=(
        SigningCase.Dibuka,
        SigningCase.VerifikasiUlangDiterima,
        SigningCase.Dihentikan,
    ),
)
