"""Which facts of the signature leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from signing.batch import SigningBatch
from signing.domain import SigningCase

PUBLICATIONS = Publications(
    {
        SigningCase.Ditandatangani: events.Ditandatangani,
        SigningCase.PenandatangananDitolak: events.PenandatangananDitolak,
        SigningCase.PenandatangananGagal: events.PenandatangananGagal,
        SigningCase.DokumenDilihat: events.DokumenDilihat,
        SigningCase.DokumenDicabut: events.DokumenDicabut,
        SigningCase.DokumenDigantikan: events.DokumenDigantikan,
    },
    internal=(
        SigningCase.Dibuka,
        SigningCase.VerifikasiUlangDiterima,
        SigningCase.TandaTanganDibuat,
        SigningCase.Dihentikan,
        SigningBatch.Diminta,
        SigningBatch.BagianMenunggu,
        SigningBatch.BagianGagal,
    ),
)
