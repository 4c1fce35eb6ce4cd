"""Which event, command and effect leads to which use case."""

from jamila_contracts import commands as c
from jamila_contracts import events as e
from notifier.application import NotifierApplication
from notifier.hand_desk import HandDesk
from notifier.handing import HAND_DUE
from notifier.listing import list_templates
from notifier.queueing import SEND
from notifier.sending import NoticeSender
from notifier.softcopy import REMIND


def register(notifier: NotifierApplication, by_hand: HandDesk) -> None:
    """Fill the tables of the notifier."""
    handlers = notifier.handlers
    handlers.on(e.PermohonanDiajukan, notifier.meet_and_tell)
    handlers.on(e.BerkasDiunggah, notifier.hear_paper)
    handlers.on(e.BerkasDiterima, notifier.tell)
    handlers.on(e.BerkasTidakLengkap, notifier.tell)
    handlers.on(e.JedaDimulai, notifier.tell)
    handlers.on(e.DokumenDicabut, notifier.tell)
    handlers.on(e.Ditandatangani, notifier.learn_documents)
    handlers.on(e.Dicetak, notifier.documents_ready)
    handlers.on(e.KodePengambilanDiganti, notifier.renew_code)
    handlers.on(e.TidakDiambil, notifier.not_collected)
    handlers.on(e.Diserahkan, notifier.finish)
    handlers.on(e.PermohonanDibatalkan, notifier.finish)
    handlers.on(e.DataPribadiDihapus, notifier.forget)
    handlers.on(e.TerdampakGangguan, notifier.tell_of_outage)
    handlers.on(e.GangguanSelesai, notifier.tell_of_recovery)
    handlers.on(e.SlaTerlampaui, notifier.tell_of_delay)
    handlers.on(e.StatusPesanDilaporkan, notifier.note_status)
    handlers.on(e.PemohonMenulis, notifier.hear)
    handlers.on(e.KirimUlangDiminta, notifier.send_again)
    handlers.on(e.TautanUnduhDibuka, notifier.note_opened)
    handlers.on(e.TautanUnduhDikunci, notifier.note_locked)
    handlers.on(e.SurveiDijawab, notifier.thank)
    handlers.command(c.ResendSoftcopy, notifier.resend)
    handlers.command(c.ResumeSending, notifier.resume)
    handlers.command(c.ListTemplates, list_templates)
    handlers.command(c.ListHandNotices, by_hand.list_waiting)
    handlers.command(c.ReadHandNotice, by_hand.read)
    handlers.command(c.MarkNoticeTold, by_hand.mark_told)
    handlers.command(c.MarkNoticeUnreached, by_hand.mark_unreached)


def register_effects(
    notifier: NotifierApplication, sender: NoticeSender, by_hand: HandDesk
) -> None:
    """Say what is done outside, by kind."""
    notifier.effects[SEND] = sender.send
    notifier.effects[HAND_DUE] = by_hand.fall_due
    notifier.effects[REMIND] = notifier.remind
    notifier.prompt[SEND] = notifier.rules.patience.longest_wait
