"""Which event and which effect leads to which use case."""

from jamila_contracts.events import (
    EVENTS,
    DataPribadiDihapus,
    PermohonanDiajukan,
    StatusPesanDilaporkan,
    TerdampakGangguan,
)
from notifier.application import SEND, NotifierApplication
from notifier.sending import NoticeSender


def register(notifier: NotifierApplication) -> None:
    """Fill the table of the notifier: every event that a template is about, and the reports."""
    handlers = notifier.handlers
    handlers.on(PermohonanDiajukan, notifier.meet_and_tell)
    handlers.on(StatusPesanDilaporkan, notifier.note_status)
    told = {template.about_event for template in notifier.templates.templates}
    handlers.on(DataPribadiDihapus, notifier.forget)
    handlers.on(TerdampakGangguan, notifier.tell_of_outage)
    for name in sorted(told - {PermohonanDiajukan.__name__, TerdampakGangguan.__name__}):
        handlers.on(EVENTS[name], notifier.tell)


def register_effects(notifier: NotifierApplication, sender: NoticeSender) -> None:
    """Say what is done outside, by kind."""
    notifier.effects[SEND] = sender.send
