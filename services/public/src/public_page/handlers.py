"""Which event leads to which use case."""

from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    DokumenDicabut,
    DokumenDigantikan,
    TautanUnduhDibuat,
)
from public_page.application import PublicApplication


def register(public: PublicApplication) -> None:
    """Fill the table of the public page."""
    handlers = public.handlers
    handlers.on(TautanUnduhDibuat, public.offer_link)
    handlers.on(Ditandatangani, public.learn_documents)
    handlers.on(DokumenDicabut, public.end_document)
    handlers.on(DokumenDigantikan, public.end_document)
    handlers.on(DataPribadiDihapus, public.erase)
