"""Which facts of the SIAK operators leave the service, and as which event."""

from jamila_contracts import events
from jamila_runtime.outbox import Publications
from siak_adapter.domain import SiakCase
from siak_adapter.line import SiakLine

PUBLICATIONS = Publications(
    {
        SiakCase.SiakMenjawab: events.SiakMenjawab,
        SiakLine.SambunganPutus: events.SambunganNikPutus,
        SiakLine.SambunganPulih: events.SambunganNikPulih,
        SiakCase.DataSiakCocok: events.DataSiakCocok,
        SiakCase.DataSiakTidakCocok: events.DataSiakTidakCocok,
        SiakCase.DraftDibuat: events.DraftDibuat,
    },
    internal=(
        SiakCase.Dibuka,
        SiakCase.BerkasKembali,
        SiakCase.DikembalikanDariKasi,
        SiakCase.Dihentikan,
        SiakLine.Dibuka,
        SiakLine.PanggilanDihitung,
    ),
)
