"""From a wish to a case: topic, questions, papers, summary, submission."""

import re
from collections.abc import Sequence
from typing import Final

from intake import wording
from intake.domain import CaseIntake
from intake.draft import Draft
from intake.guards import DuplicateApplicationError
from intake.options import MOST_ROWS, Option, Reply
from intake.submission import Request
from intake.turn import Turn
from jamila_contracts.catalogue import DEFAULT_CATALOGUE, Question, read_answer, words_of
from jamila_contracts.catalogue.facts import Ask
from jamila_contracts.catalogue.services import Outcome
from jamila_contracts.values import Paper

_TOKEN: Final = re.compile(r"([gtaui]):([a-z0-9.\-]+)(?::([a-z0-9._\-]+))?")
"""What an option of this service looks like; see ``wording``."""
_AGREED: Final = ("ya", "y", "iya", "benar", "betul", "ok", "oke", "sudah", "sudah benar", "kirim")
_LEAST_KEY: Final = 8


def token(turn: Turn, text: str) -> Reply | None:
    """What a tapped option leads to; None for anything else."""
    found = _TOKEN.fullmatch(text.strip())
    if found is None:
        return None
    kind, first, second = found.groups()
    match kind:
        case "g":
            return wording.submenu(turn.catalogue, first)
        case "t":
            return choose_topic(turn, first)
        case "a":
            return _tapped_answer(turn, first, second or "")
        case "u":
            return ask_again(turn, first)
        case _:
            return _named(turn, first, second or "")


def choose_topic(turn: Turn, topic_id: str) -> Reply:
    """Begin with a topic, or go over to it; what is known already stays known."""
    catalogue = turn.catalogue
    if catalogue.topic(topic_id) is None:
        return wording.menu(catalogue).after(wording.OLD_BUTTON)
    turn.chat.begin_draft(turn.new_id(), cause=turn.cause)
    chosen_catalogue = (turn.draft and turn.draft.catalogue_id) or DEFAULT_CATALOGUE
    turn.chat.choose_topic(topic_id, chosen_catalogue, cause=turn.cause)
    topic, reply = turn.topic, proceed(turn)
    is_asking = topic is not None and turn.draft is not None and open_question(turn) is not None
    return reply.after(wording.begun(topic)) if topic and is_asking else reply


def proceed(turn: Turn) -> Reply:
    """The next thing to do about the draft."""
    draft, topic = turn.draft, turn.topic
    if draft is None or topic is None:
        return wording.menu(turn.catalogue).after(wording.SAVED if draft else "")
    facts = turn.facts
    detour = topic.detour(facts)
    if detour is not None:
        return _leave(turn, detour)
    ask = topic.next_ask(facts)
    if ask is not None:
        return asked(turn, ask)
    outcome = topic.outcome(facts)
    if outcome is None or outcome.service is None:
        return _leave(turn, outcome or Outcome(advice=wording.NOT_UNDERSTOOD))
    return collected(turn) if draft.papers else _checklist(turn)


def asked(turn: Turn, ask: Ask) -> Reply:
    """The question as the resident sees it."""
    faults = turn.draft.faults if turn.draft else 0
    return wording.question(turn.catalogue.question(ask.question), ask.only, faults=faults)


def answered(turn: Turn, ask: Ask, text: str) -> Reply:
    """What the resident wrote is the answer to the open question, or it is not understood."""
    question = turn.catalogue.question(ask.question)
    answer = read_answer(question, text, today=turn.today, only=ask.only)
    if answer.value is None:
        turn.chat.misunderstand(question.id, cause=turn.cause)
        fault = answer.fault or "not-a-choice"
        return asked(turn, ask).after(wording.fault(fault))
    _record(turn, question.id, answer.value)
    return proceed(turn)


def ask_again(turn: Turn, question_id: str) -> Reply:
    """The resident wants to change an answer."""
    turn.chat.ask_again(question_id, cause=turn.cause)
    return proceed(turn)


def collected(turn: Turn) -> Reply:
    """Papers are there: what one of them is, what is missing, or the summary."""
    draft = turn.draft
    if draft is None or turn.service is None:
        return proceed(turn)
    unnamed = _nameable(turn, draft)
    if unnamed:
        return _which(turn, draft, unnamed[0])
    missing = turn.missing()
    if missing:
        turn.next_item = missing[0]
        return wording.still_missing(missing, turn.catalogue)
    return summed_up(turn)


def summed_up(turn: Turn) -> Reply:
    """Everything once more, with a button that hands it in."""
    draft, service = turn.draft, turn.service
    if draft is None or service is None:
        return proceed(turn)
    turn.chat.sum_up(cause=turn.cause)
    answers = [(turn.catalogue.question(key), value) for key, value in turn.answers.items()]
    items = [each.item_id for each in draft.papers if each.item_id]
    return wording.summary(
        service,
        answers,
        list(dict.fromkeys(items)),
        unnamed=sum(each.item_id is None for each in draft.papers),
        missing=turn.missing(),
        documents=service.documents_for(turn.facts),
        catalogue=turn.catalogue,
    )


def send(turn: Turn) -> Reply:
    """The word KIRIM: the summary first, then for good; or further papers to their case."""
    draft = turn.draft
    if draft is None:
        return _send_further(turn)
    if turn.service is None or (not draft.papers and turn.missing()):
        return proceed(turn)
    return submit(turn) if draft.is_summed_up else summed_up(turn)


def confirmed(turn: Turn, text: str) -> Reply:
    """What the resident says to the summary."""
    return submit(turn) if words_of(text) in _AGREED else summed_up(turn)


def change(turn: Turn) -> Reply:
    """Which answer should change?"""
    answers = [turn.catalogue.question(key) for key in turn.answers]
    return wording.change_answers(answers[:MOST_ROWS]) if answers else proceed(turn)


def rename(turn: Turn) -> Reply:
    """The word GANTI: say again what the last paper is."""
    draft = turn.draft
    if draft is None or not draft.papers or turn.service is None:
        return proceed(turn)
    return _which(turn, draft, draft.papers[-1])


def submit(turn: Turn) -> Reply:
    """Hand the draft in."""
    draft, service = turn.draft, turn.service
    if draft is None or service is None:
        return proceed(turn)
    request = _request(turn)
    if request is None:
        return proceed(turn)
    documents = service.documents_for(turn.facts)
    originals = [line.id for line in turn.checklist() if _is_taken(turn, line.id)]
    catalogue = turn.catalogue
    try:
        turn.tools.submission.submit(request, turn.work, cause=turn.cause)
    except DuplicateApplicationError:
        known = turn.tools.submission.open_case_of(request, turn.work)
        return _duplicate(turn, known) if known else proceed(turn)
    turn.chat.submit_draft(cause=turn.cause)
    return wording.submitted(service, documents, originals, catalogue)


def _request(turn: Turn) -> Request | None:
    draft, service = turn.draft, turn.service
    if draft is None or service is None:
        return None
    sender = turn.message.sender if turn.message else None
    return Request(
        case_id=draft.case_id,
        service_id=service.id,
        channel=turn.message.channel if turn.message else "whatsapp",
        contact_id=turn.contact_id,
        applicant={
            "name": sender.name if sender else None,
            "phone": sender.wa_id if sender else None,
            "bsuid": sender.user_id if sender else None,
        },
        papers=draft.papers,
        first_message_at=draft.first_message_at,
        facts=turn.answers,
        catalogue_id=turn.catalogue.id,
    )


def _duplicate(turn: Turn, known: CaseIntake) -> Reply:
    """The code opens doors (hand-over, tracking): whole only for the contact who has it already."""
    is_own = known.case_id in {case.case_id for case in turn.cases()}
    return wording.duplicate(known.receipt_code, is_own=is_own)


def take_unnamed(turn: Turn) -> str:
    """A single paper without a name answers what was asked for last; says so."""
    draft, burst = turn.draft, turn.burst
    if draft is None or burst is None or len(burst.new) != 1 or draft.next_item is None:
        return ""
    unnamed = _nameable(turn, draft)
    if len(unnamed) != 1 or unnamed[0] != draft.papers[-1]:
        return ""
    item_id = draft.next_item
    turn.chat.name_paper(unnamed[0].sha256, item_id, cause=turn.cause)
    return wording.taken_for(item_id, turn.catalogue)


def _send_further(turn: Turn) -> Reply:
    waiting = turn.waiting_case()
    if waiting is None:
        return wording.menu(turn.catalogue).after(wording.NOTHING_TO_SEND)
    further = turn.chat.papers_for(waiting.case_id)
    if not further:
        return Reply(wording.WAITING_FOR_MORE)
    waiting.receive_papers(further, cause=turn.cause_of(waiting.case_id))
    turn.chat.submit_further(waiting.case_id, cause=turn.cause)
    # Only papers that the case had already: nothing new reached the front desk.
    if waiting.waits_for_applicant:
        return Reply(wording.WAITING_FOR_MORE)
    return wording.resubmitted(waiting.receipt_code)


def _leave(turn: Turn, outcome: Outcome) -> Reply:
    """The answers lead elsewhere: to another topic, or to a word of advice and the end."""
    if outcome.topic is not None:
        return choose_topic(turn, outcome.topic)
    draft = turn.draft
    if draft is not None:
        turn.chat.drop_draft(cause=turn.cause)
        turn.forget(draft.case_id)
    return Reply(outcome.advice or "", (Option(id="menu", title="Menu"),))


def _checklist(turn: Turn) -> Reply:
    service, missing = turn.service, turn.missing()
    request = _request(turn)
    if service is None or request is None:
        return proceed(turn)
    known = turn.tools.submission.open_case_of(request, turn.work)
    if known is not None:
        return _duplicate(turn, known)
    if not missing:
        return summed_up(turn)
    turn.next_item = missing[0]
    reply = wording.checklist(service, turn.checklist(), missing, turn.catalogue)
    is_late = service.is_late(turn.facts, turn.today)
    return reply.after(wording.LATE) if is_late else reply


def _tapped_answer(turn: Turn, question_id: str, value: str) -> Reply:
    topic = turn.topic
    ask = (
        next((each for each in topic.asks if each.question == question_id), None) if topic else None
    )
    if ask is None:
        return proceed(turn).after(wording.OLD_BUTTON)
    return answered(turn, ask, value)


def _record(turn: Turn, question_id: str, value: str) -> None:
    draft = turn.draft
    if draft is not None:
        turn.tools.vault.create(draft.case_id)
        sealed = turn.tools.vault.seal(draft.case_id, value)
        turn.chat.answer(question_id, sealed, cause=turn.cause)


def _named(turn: Turn, key: str, item_id: str) -> Reply:
    """The resident says what a paper is."""
    papers = turn.draft.papers if turn.draft else ()
    paper = next((each for each in papers if each.sha256.startswith(key)), None)
    known = {each for line in turn.checklist() for each in (line.id, *line.instead)}
    if paper is None or len(key) < _LEAST_KEY or (item_id != "-" and item_id not in known):
        return proceed(turn).after(wording.OLD_BUTTON)
    named = None if item_id == "-" else item_id
    turn.chat.name_paper(paper.sha256, named, cause=turn.cause)
    return collected(turn)


def _nameable(turn: Turn, draft: Draft) -> Sequence[Paper]:
    """Papers nobody has named, or whose name is not on the checklist of this case."""
    known = {each for line in turn.checklist() for each in (line.id, *line.instead)}
    strange = [each for each in draft.papers if each.item_id not in known]
    return [each for each in strange if each.sha256 not in draft.set_aside]


def _which(turn: Turn, draft: Draft, paper: Paper) -> Reply:
    """Ask what a paper is: what is missing first, as many as a list can hold."""
    missing = turn.missing()
    lines = sorted(turn.checklist(), key=lambda line: line.id not in missing)
    ids = [each for line in lines for each in (line.id, *line.instead)][: MOST_ROWS - 1]
    catalogue = turn.catalogue
    options = [(each, item.title) for each in ids if (item := catalogue.item(each))]
    number = draft.papers.index(paper) + 1
    return wording.which_item(number, options, paper.sha256)


def _is_taken(turn: Turn, item_id: str) -> bool:
    item = turn.catalogue.item(item_id)
    return item is not None and item.original == "take"


def find_topic(turn: Turn, text: str) -> Reply | None:
    """A wish in free words: a topic, or a kind of document."""
    catalogue = turn.catalogue
    topic, group = catalogue.topic_in(text), catalogue.group_in(text)
    if topic is not None:
        return choose_topic(turn, topic.id)
    if group is None:
        return None
    if len(group.topics) == 1:
        return choose_topic(turn, group.topics[0].id)
    return wording.submenu(catalogue, group.id)


def named_topic(turn: Turn, text: str) -> Reply | None:
    """A topic that is named exactly: inside a draft a sentence may speak of a paper instead."""
    plain = words_of(text)
    found = next((each for each in turn.catalogue.topics if plain in each.keywords), None)
    return choose_topic(turn, found.id) if found else None


def label(turn: Turn) -> str:
    """What the draft is called."""
    service, topic = turn.service, turn.topic
    return service.label if service else topic.label if topic else "layanan belum dipilih"


def open_question(turn: Turn) -> tuple[Ask, Question] | None:
    """The question that waits for an answer."""
    topic = turn.topic
    ask = topic.next_ask(turn.facts) if topic else None
    return (ask, turn.catalogue.question(ask.question)) if ask else None
