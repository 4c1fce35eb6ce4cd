"""How each event changes the file of its case. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jamila_contracts import events as e
from jamila_contracts.sop import Sop, load_sop
from jamila_ledger import casefold_messages as told
from jamila_ledger.attempts import Attempt, Return
from jamila_ledger.casefile import (
    Alert,
    CaseFile,
    Look,
    Note,
    SiakAnswer,
    Version,
    reason_codes,
)
from jamila_ledger.issued import end, issue
from jamila_ledger.recorded import Recorded
from jamila_ledger.stock import keep

_PRINT = 7
"""Step to which a document goes back that cannot be handed over."""

Change = Callable[[CaseFile, Any, Recorded], CaseFile]


def fold(facts: Iterable[Recorded]) -> CaseFile | None:
    """Fold the entries of one case; None if there are none."""
    known = tuple(facts)
    return file_of(known) if known else None


def file_of(facts: Sequence[Recorded]) -> CaseFile:
    """The file of a case of which there is at least one entry."""
    return _after(None, facts)


def advance(file: CaseFile | None, fact: Recorded) -> CaseFile:
    """The file after one more fact."""
    return _after(file, (fact,))


def _after(file: CaseFile | None, facts: Sequence[Recorded]) -> CaseFile:
    meta = facts[0].meta
    after = file or CaseFile(case_id=meta.case_id, tenant=meta.tenant)
    for fact in facts:
        if fact.event is not None:
            after = _told(after, fact, fact.event)
    return _placed(after, facts)


def _placed(file: CaseFile, facts: Sequence[Recorded]) -> CaseFile:
    """Say how far the file is; no change asks for it, so it is said once for all facts."""
    told = [fact for fact in facts if not is_aside(fact)]
    update: dict[str, Any] = {"case_position": facts[-1].case_position}
    if told:
        last = told[-1]
        update |= {
            "versions": _versions(file.versions, told),
            "unread": file.unread + sum(fact.event is None for fact in told),
            "position": last.position,
            "last_event": last.meta.type,
            "last_event_at": last.meta.occurred_at,
            "recorded_at": last.recorded_at,
        }
    return file.model_copy(update=update)


def is_aside(fact: Recorded) -> bool:
    """Whether a fact changes nothing of the case: that somebody looked at it is only told."""
    return isinstance(fact.event, e.DataPribadiDibaca)


def _versions(before: Mapping[str, Version], facts: Iterable[Recorded]) -> dict[str, Version]:
    """What an officer names in a command: the version of what he must have seen."""
    seen = {source: (each.position, each.log_position) for source, each in before.items()}
    for fact in facts:
        meta, event = fact.meta, fact.event
        counts = event is None or event.CHANGES_TASK
        known, _ = seen.get(meta.source, (0, 0))
        seen[meta.source] = (meta.position if counts else known, meta.log_position)
    return {
        source: Version(position=position, log_position=log_position)
        for source, (position, log_position) in seen.items()
    }


def _told(file: CaseFile, fact: Recorded, event: e.IntegrationEvent) -> CaseFile:
    if isinstance(event, e.StepEvent):
        file = _step(file, event, fact)
    change = CHANGES[type(event)]
    return change(file, event, fact) if change else file


def _step(file: CaseFile, event: e.StepEvent, fact: Recorded) -> CaseFile:
    """Move the case along the SOP, forward or back."""
    name = type(event).__name__
    sop = _sop_of(file)
    row = sop.step(event.STEP)
    if name in row.done_by:
        file = _finished(file, event, fact)
        if row is sop.steps[-1]:
            return _ended(file, event, "selesai")
        return file.opened(event.STEP + 1, event.occurred_at)
    target = row.returned_by.get(name)
    if target is not None:
        file = _returned(_finished(file, event, fact), event, fact, target)
        return file.opened(target, event.occurred_at)
    return file


def _sop_of(file: CaseFile) -> Sop:
    return load_sop(file.sop_id)


def _finished(file: CaseFile, event: e.StepEvent, fact: Recorded) -> CaseFile:
    known = file.attempt_at(event.STEP, event.attempt)
    attempt = known or Attempt(step=event.STEP, attempt=event.attempt)
    update = {
        "done_at": event.occurred_at,
        "done_by": fact.meta.actor.account,
        "outcome": type(event).__name__,
    }
    return file.with_attempt(attempt.model_copy(update=update))


def _returned(file: CaseFile, event: e.StepEvent, fact: Recorded, target: int) -> CaseFile:
    back = Return(
        event=type(event).__name__,
        from_step=event.STEP,
        from_attempt=event.attempt,
        to_step=target,
        at=event.occurred_at,
        account=fact.meta.actor.account,
        reason_codes=reason_codes(event),
        problems=getattr(event, "problems", ()),
        reasons=getattr(event, "reasons", ()),
    )
    returns = sorted([*file.returns, back], key=lambda each: each.at)
    return file.model_copy(update={"returns": tuple(returns)})


def _ended(file: CaseFile, event: e.IntegrationEvent, status: str) -> CaseFile:
    return file.model_copy(update={"ended": status, "finished_at": event.occurred_at})


def _submitted(file: CaseFile, event: e.PermohonanDiajukan, _fact: Recorded) -> CaseFile:
    update = {
        "service_id": event.service_id,
        "channel": event.channel,
        "contact_id": event.contact_id,
        "receipt_code": event.receipt_code,
        "applicant": event.applicant,
        "catalogue_id": event.catalogue.id if event.catalogue else None,
        "facts": event.facts,
        "expected_documents": event.documents,
        "model_akta": event.model_akta,
        "flags": event.flags,
        "papers": event.papers,
        "first_message_at": event.first_message_at,
        "submitted_at": file.submitted_at or event.occurred_at,
        "sop_id": event.sop.id,
        "sop_digest": event.sop.digest,
    } | {"batch_id": event.batch_id, "batch_row": event.batch_row}
    again = file.submitted_at is not None and not file.awaits_applicant
    after = file.model_copy(update=update)
    return after if again else _back_to_front_desk(after, event)


def _back_to_front_desk(file: CaseFile, event: e.IntegrationEvent) -> CaseFile:
    return file.model_copy(update={"awaits_applicant": False}).opened(1, event.occurred_at)


def _paper_added(file: CaseFile, event: e.BerkasDiunggah, _fact: Recorded) -> CaseFile:
    others = tuple(paper for paper in file.papers if paper.sha256 != event.paper.sha256)
    after = file.model_copy(update={"papers": (*others, event.paper)})
    # The first further paper after "incomplete" is the applicant's answer: step 1 begins anew.
    return _back_to_front_desk(after, event) if file.awaits_applicant else after


def _cancelled(file: CaseFile, event: e.PermohonanDibatalkan, fact: Recorded) -> CaseFile:
    task = file.current
    if task is not None:
        update = {
            "done_at": event.occurred_at,
            "done_by": fact.meta.actor.account,
            "outcome": "PermohonanDibatalkan",
        }
        file = file.with_attempt(task.model_copy(update=update))
    return _ended(file, event, "dibatalkan")


def _papers_accepted(file: CaseFile, event: e.BerkasDiterima, _fact: Recorded) -> CaseFile:
    return file.model_copy(update={"papers": event.papers, "service_id": event.service_id})


def _papers_incomplete(file: CaseFile, event: e.BerkasTidakLengkap, fact: Recorded) -> CaseFile:
    file = _returned(_finished(file, event, fact), event, fact, 0)
    return file.model_copy(update={"awaits_applicant": True})


def _drafted(file: CaseFile, event: e.DraftDibuat, _fact: Recorded) -> CaseFile:
    update = {
        "drafts": event.documents,
        "siak_registration": event.siak_registration,
        "data": event.data,
        "data_before": file.data,
        "service_id": event.service_id,
    }
    return file.model_copy(update=update)


def _verified(file: CaseFile, event: e.Diverifikasi, _fact: Recorded) -> CaseFile:
    digests = tuple(document.document_sha256 for document in event.documents)
    return file.model_copy(update={"verified_sha256": digests})


def _looked_at(file: CaseFile, event: e.DokumenDilihat, fact: Recorded) -> CaseFile:
    look = Look(
        account=fact.meta.actor.account,
        document_sha256=event.document_sha256,
        at=event.occurred_at,
    )
    looks = sorted([*file.looks, look], key=lambda each: each.at)
    return file.model_copy(update={"looks": tuple(looks)})


def _signed(file: CaseFile, event: e.Ditandatangani, _fact: Recorded) -> CaseFile:
    issued = issue(file.issued, event.documents, event.occurred_at)
    return file.model_copy(update={"signed": event.documents, "issued": issued})


def _to_be_printed_again(file: CaseFile, event: e.CetakUlangDiminta, fact: Recorded) -> CaseFile:
    # Not in the table of the SOP, which knows no way back from the counter.
    file = _returned(_finished(file, event, fact), event, fact, _PRINT)
    return file.opened(_PRINT, event.occurred_at)


def _siak_answered(file: CaseFile, event: e.SiakMenjawab, _fact: Recorded) -> CaseFile:
    answer = SiakAnswer(
        outcome=event.outcome,
        verdicts=event.verdicts,
        evidence_sha256=event.evidence_sha256,
        claims=event.claims,
        at=event.occurred_at,
    )
    return file.model_copy(update={"siak_answer": answer})


def _stocked(file: CaseFile, event: e.StockEvent, _fact: Recorded) -> CaseFile:
    return file.model_copy(update={"stock": keep(file.stock, event)})


def _task(file: CaseFile, event: e.TaskEvent, fact: Recorded) -> CaseFile:
    known = file.attempt_at(event.step, event.attempt)
    task = known or Attempt(step=event.step, attempt=event.attempt)
    at = event.occurred_at
    match event:
        case e.TugasDiambil():
            task = task.taken(fact.meta.actor.account, at)
        case e.TugasDilepas():
            task = task.released(at)
        case e.JedaDimulai():
            task = task.paused(event.reason_code, at)
        case e.JedaSelesai():
            task = task.resumed(event.reason_code, at)
    return file.with_attempt(task)


def _alerted(
    file: CaseFile, event: e.SlaHampirTerlampaui | e.SlaTerlampaui, _fact: Recorded
) -> CaseFile:
    alert = Alert(
        event="SlaTerlampaui" if isinstance(event, e.SlaTerlampaui) else "SlaHampirTerlampaui",
        step=event.step,
        attempt=event.attempt,
        due_at=event.due_at,
        escalate_to=event.escalate_to,
    )
    return file.model_copy(update={"alerts": (*file.alerts, alert)})


def _revoked(
    file: CaseFile, event: e.DokumenDicabut | e.DokumenDigantikan, _fact: Recorded
) -> CaseFile:
    update = {"revoked": (*file.revoked, event.code), "issued": end(file.issued, event)}
    return file.model_copy(update=update)


def _noted(file: CaseFile, event: e.CatatanDitambahkan, fact: Recorded) -> CaseFile:
    if file.personal_data_erased:
        return file
    actor, at = fact.meta.actor, event.occurred_at
    note = Note(text=event.note, account=actor.account, capability=actor.capability, at=at)
    return file.model_copy(update={"notes": (*file.notes, note)})


def _erased(file: CaseFile, _event: e.DataPribadiDihapus, _fact: Recorded) -> CaseFile:
    gone = dict.fromkeys(("applicant", "data", "data_before"))
    return file.model_copy(update={**gone, "notes": (), "personal_data_erased": True})


CHANGES: dict[type[e.IntegrationEvent], Change | None] = {
    e.PermohonanDiajukan: _submitted,
    e.BerkasDiunggah: _paper_added,
    e.PermohonanDibatalkan: _cancelled,
    e.BerkasDiterima: _papers_accepted,
    e.BerkasTidakLengkap: _papers_incomplete,
    e.DataSiakCocok: None,
    e.DataSiakTidakCocok: None,
    e.DraftDibuat: _drafted,
    e.DraftDisetujui: None,
    e.DraftDikembalikan: None,
    e.Diverifikasi: _verified,
    e.VerifikasiDikembalikan: None,
    e.Ditandatangani: _signed,
    e.PenandatangananDitolak: None,
    e.PenandatangananGagal: None,
    e.DokumenDilihat: _looked_at,
    e.Dicetak: None,
    e.CetakGagal: None,
    e.Diserahkan: None,
    e.TidakDiambil: None,
    e.CetakTertahan: None,
    e.SiakMenjawab: _siak_answered,
    e.SambunganNikPutus: None,
    e.SambunganNikPulih: None,
    e.CetakUlangDiminta: _to_be_printed_again,
    e.KodePengambilanDiganti: None,
    e.BlangkoDiterima: _stocked,
    e.BlangkoDipesan: _stocked,
    e.BlangkoDilepas: _stocked,
    e.BlangkoTerpakai: _stocked,
    e.BlangkoRusak: _stocked,
    e.BlangkoDihitung: _stocked,
    e.BlangkoMenipis: None,
    e.BatasBlangkoDiubah: _stocked,
    e.KartuDitarik: _stocked,
    e.KartuDimusnahkan: _stocked,
    e.TugasDiambil: _task,
    e.TugasDilepas: _task,
    e.JedaDimulai: _task,
    e.JedaSelesai: _task,
    e.SlaHampirTerlampaui: _alerted,
    e.SlaTerlampaui: _alerted,
    e.TerdampakGangguan: None,
    e.GangguanDimulai: None,
    e.GangguanSelesai: None,
    e.PemutaranUlangDimulai: None,
    e.PemutaranUlangSelesai: None,
    e.DokumenDicabut: _revoked,
    e.DokumenDigantikan: _revoked,
    e.CatatanDitambahkan: _noted,
    e.DataPribadiDihapus: _erased,
    e.DataPribadiDibaca: None,
    e.StatusPesanDilaporkan: told.message_status,
    e.PemberitahuanTerkirim: told.message_sent,
    e.PemberitahuanGagal: told.message_failed,
    e.PenyampaianManualDiminta: told.message_given,
    e.PemberitahuanDisampaikan: told.message_told,
    e.PenyampaianManualGagal: told.message_failed,
    e.PemberitahuanDiantrekan: told.message_queued,
    e.PemberitahuanDilewati: told.message_skipped,
    e.PemohonMenulis: None,
    e.SoftcopyTerkirim: None,
    e.TautanUnduhDibuat: None,
    e.TautanUnduhDibuka: None,
    e.TautanUnduhDikunci: None,
    e.KirimUlangDiminta: None,
    e.SurveiDijawab: None,
    e.PengirimanDihentikan: None,
    e.PengirimanDilanjutkan: None,
}
"""Every event; None: it only moves the case along the SOP, or is told by the trail alone."""
