"""Use cases of staff who write for somebody: counter, manual inbox, collective batches.

They end in the same submission as the chat, and their papers pass the same desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from intake.application import IntakeApplication
from intake.domain import COMPLETENESS, CaseIntake
from intake.entry import CounterEntry, Description, DeskChannel, EntryClosedError
from intake.entry_words import NO_FACTS, NO_NAME, NO_PAPERS, NO_PHONE, NO_SERVICE, read_facts
from intake.messages import CleanPaper, PaperRefusedError, Sender
from intake.refusals import quality, refusal
from intake.submission import Request, Submission, office_date
from jamila_contracts.catalogue import DEFAULT_CATALOGUE, load_catalogue
from jamila_contracts.commands import AddPaper, BeginEntry, DropEntry, SubmitEntry
from jamila_contracts.phone import read_phone
from jamila_contracts.sop import load_sop
from jamila_contracts.values import Paper
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, KeyReusedError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.stage import MissingCapabilityError, StepNotOpenError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import CaseNotHereError, Work

KEPT_OPEN: Final = timedelta(days=30)
"""An entry that nobody hands in is forgotten after so long."""
FORGET_ENTRY: Final = "forget-entry"
DROP_UPLOAD: Final = "drop-upload"
_FACTS: Final = TypeAdapter(dict[str, str])


class EntryInvalidError(DomainError):
    """What was written down is not right; ``errors`` are sentences for staff."""

    slug = "entry-invalid"


class PaperExaminer(Protocol):
    """Examines a file; see ``PaperDesk``."""

    def clean(self, content: bytes, media_type: str) -> CleanPaper:
        """The file as it may be kept; refuses with ``PaperRefusedError``."""
        ...


class Directory(Protocol):
    """Finds contacts."""

    def resolve(self, sender: Sender) -> tuple[UUID, Sender]:
        """The contact of a sender, made if new."""
        ...


@dataclass(frozen=True)
class DeskTools:
    """What the desk reaches for outside its own store."""

    papers: PaperExaminer
    vault: CaseVault
    objects: ObjectVault
    submission: Submission
    contacts: Directory


class Desk:
    """Writes down applications, examines their papers, and hands them in."""

    def __init__(self, application: IntakeApplication, tools: DeskTools) -> None:
        self._application = application
        self._tools = tools

    def begin(self, command: BeginEntry, work: Work[CaseIntake]) -> None:
        """Make the key of a new application; the same case again is another's idempotency key."""
        must_be_operator(work)
        if work.find_as(CounterEntry, command.case_id) or work.find(command.case_id):
            raise KeyReusedError("the case exists already", case_id=str(command.case_id))
        self.open_entry(work, command.case_id, command.channel)

    def open_entry(
        self,
        work: Work[CaseIntake],
        case_id: UUID,
        channel: DeskChannel,
        *,
        batch: tuple[UUID | None, str | None] = (None, None),
    ) -> CounterEntry:
        """Open an entry under a key of its own, which is destroyed if nobody hands it in."""
        self._tools.vault.create(case_id)
        cause = work.cause.model_copy(update={"case_id": case_id, "correlation_id": case_id})
        batch_id, row = batch
        entry = CounterEntry(
            case_id=case_id, channel=channel, batch_id=batch_id, batch_row=row, cause=cause
        )
        work.add(entry)
        due_at = cause.recorded_at + KEPT_OPEN
        work.schedule(Effect(uuid5(case_id, FORGET_ENTRY), FORGET_ENTRY, case_id, due_at))
        return entry

    def add_paper(self, command: AddPaper, work: Work[CaseIntake]) -> dict[str, Any]:
        """Examine an upload and keep it for its application."""
        must_be_operator(work)
        entry, case = self._takes_papers(command.case_id, work)
        paper = self.examine(command)
        self.drop_later(work, command.case_id, command.upload_sha256)
        if entry is not None:
            entry.keep_paper(paper, cause=work.cause)
        elif case is not None:
            case.receive_papers((paper,), cause=work.cause)
        return {
            "sha256": paper.sha256,
            "media_type": paper.media_type,
            "item_id": paper.item_id,
            "hints": list(paper.hints),
            "message": quality(paper.hints),
        }

    def drop_later(self, work: Work[CaseIntake], case_id: UUID, upload_sha256: str) -> None:
        """Destroy an upload once what became of it is saved."""
        effect_id = uuid5(case_id, f"{DROP_UPLOAD}/{upload_sha256}")
        payload = {"sha256": upload_sha256}
        due_at = work.cause.recorded_at
        work.schedule(Effect(effect_id, DROP_UPLOAD, case_id, due_at, payload=payload))

    def drop_upload(self, effect: Effect) -> None:
        """Effect ``drop-upload``."""
        self._tools.objects.drop_upload(effect.case_id, effect.payload["sha256"])
        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, lambda work: work.finish(effect.id))

    def examine(self, command: AddPaper) -> Paper:
        """The paper an upload becomes, kept in the object store.

        Raises:
            PaperRefusedError: it cannot be used; ``message`` says why, in Indonesian.
        """
        tools, case_id = self._tools, command.case_id
        content = tools.objects.get_upload(case_id, command.upload_sha256)
        try:
            clean = tools.papers.clean(content, command.media_type)
        except PaperRefusedError as error:
            tools.objects.drop_upload(case_id, command.upload_sha256)
            error.data["message"] = refusal(error.reason_code)
            raise
        return Paper(
            sha256=tools.objects.put(case_id, clean.content),
            media_type=clean.media_type,
            size_bytes=len(clean.content),
            item_id=command.item_id,
            hints=clean.hints,
        )

    def submit(self, command: SubmitEntry, work: Work[CaseIntake]) -> dict[str, Any]:
        """Hand in one application."""
        must_be_operator(work)
        entry = self.entry(command.case_id, work)
        applicant = self.opened(command.case_id, command.applicant)
        facts = self.opened(command.case_id, command.facts) if command.facts else {}
        about = self.describe(command.case_id, command.service_id, applicant, facts)
        entry.describe(about, cause=work.cause)
        return self.hand_in(entry, work)

    def describe(
        self,
        case_id: UUID,
        service_id: str,
        applicant: Mapping[str, Any],
        facts: Any,
        *,
        sender: UUID | None = None,
    ) -> Description:
        """What an application is about, sealed under the key of its case, made if there is none.

        Raises:
            EntryInvalidError: something is not right; ``errors`` says what, in Indonesian.
        """
        known, faults = _facts_of(service_id, facts, self._today())
        name = str(applicant.get("name") or "").strip()
        phone, is_phone = read_phone(applicant.get("phone"))
        faults += [text for text, holds in ((NO_NAME, not name), (NO_PHONE, not is_phone)) if holds]
        if faults:
            raise EntryInvalidError("the entry is not right", errors=faults)
        self._tools.vault.create(case_id)
        seal = self._tools.vault.seal
        return Description(
            service_id=service_id,
            contact_id=sender or self.contact_of(case_id, applicant),
            applicant=seal(case_id, {"name": name, "phone": phone, "bsuid": None}),
            facts=seal(case_id, known) if known else None,
        )

    def opened(self, case_id: UUID, sealed: str) -> dict[str, Any]:
        """What the gateway sealed for a case.

        Raises:
            EntryInvalidError: it is no set of named values.
        """
        value = self._tools.vault.open(case_id, sealed)
        if not isinstance(value, dict):
            raise EntryInvalidError("not a set of named values", errors=[])
        return value

    def hand_in(self, entry: CounterEntry, work: Work[CaseIntake]) -> dict[str, Any]:
        """Make a case of an entry that is described.

        Raises:
            EntryInvalidError: it has no papers, or nobody said what it is about.
            DuplicateApplicationError: one for the same person and wish is open.
        """
        about = entry.description
        if entry.state != "terbuka":
            raise EntryClosedError("the entry is closed", state=entry.state)
        if about is None or not entry.papers:
            raise EntryInvalidError("the entry is not complete", errors=[NO_PAPERS])
        vault, case_id = self._tools.vault, entry.case_id
        facts = vault.open(case_id, about.facts) if about.facts else {}
        request = Request(
            case_id=case_id,
            service_id=about.service_id,
            channel=entry.channel,
            contact_id=about.contact_id,
            applicant=vault.open(case_id, about.applicant),
            papers=entry.papers,
            first_message_at=entry.begun_at,
            facts=facts,
            batch_id=entry.batch_id,
            batch_row=entry.batch_row,
        )
        case = self._tools.submission.submit(request, work, cause=work.cause)
        cause = work.cause.model_copy(update={"case_id": case_id, "correlation_id": case_id})
        entry.submit(cause=cause)
        work.finish(uuid5(case_id, FORGET_ENTRY))
        catalogue = load_catalogue(DEFAULT_CATALOGUE)
        given = {paper.item_id for paper in entry.papers}
        known = catalogue.with_derived(facts, office_date(cause.occurred_at))
        missing = catalogue.service(about.service_id).missing(given, known)
        return {
            "receipt_code": case.receipt_code,
            "missing": [catalogue.label_of(each) for each in missing],
        }

    def drop(self, command: DropEntry, work: Work[CaseIntake]) -> None:
        """Give an entry up; its key goes at once."""
        must_be_operator(work)
        self.entry(command.case_id, work).drop(cause=work.cause)
        effect_id = uuid5(command.case_id, f"{FORGET_ENTRY}/now")
        due_at = work.cause.recorded_at
        work.finish(uuid5(command.case_id, FORGET_ENTRY))
        work.schedule(Effect(effect_id, FORGET_ENTRY, command.case_id, due_at))

    def forget(self, effect: Effect) -> None:
        """Effect ``forget-entry``: nobody handed it in; destroy what lies under its key."""
        entry = self._application.work().find_as(CounterEntry, effect.case_id)
        if entry is None or entry.state != "diajukan":
            self._tools.vault.forget(effect.case_id)
            self._tools.objects.forget(effect.case_id)

        def close(work: Work[CaseIntake]) -> None:
            found = work.find_as(CounterEntry, effect.case_id)
            if found is not None and found.state == "terbuka":
                found.drop(cause=work.cause)
            work.finish(effect.id)

        self._application.perform(self._application.own_cause(effect.case_id, effect.id), close)

    def entry(self, case_id: UUID, work: Work[CaseIntake]) -> CounterEntry:
        """The entry of a case.

        Raises:
            CaseNotHereError: nobody began one.
        """
        entry = work.find_as(CounterEntry, case_id)
        if entry is None:
            raise CaseNotHereError(f"no entry {case_id}", case_id=str(case_id))
        return entry

    def _takes_papers(
        self, case_id: UUID, work: Work[CaseIntake]
    ) -> tuple[CounterEntry | None, CaseIntake | None]:
        """Where a paper belongs, before the long look at it begins."""
        case = work.find(case_id)
        if case is None:
            entry = self.entry(case_id, work)
            if entry.state != "terbuka":
                raise EntryClosedError("the entry is closed", state=entry.state)
            return entry, None
        if not (case.is_at_front_desk or case.waits_for_applicant):
            raise StepNotOpenError("the case takes no papers now", **case.situation())
        return None, case

    def contact_of(self, case_id: UUID, person: Mapping[str, Any]) -> UUID:
        """A phone that is only stated finds the contact of that statement, never a WhatsApp one."""
        phone, _ = read_phone(person.get("phone"))
        if phone is None:
            return uuid5(case_id, "contact")
        name = str(person.get("name") or "").strip() or None
        return self._tools.contacts.resolve(Sender(None, None, name, phone))[0]

    def _today(self) -> date:
        return office_date(self._application.clock.now())


def _facts_of(service_id: str, facts: Any, today: date) -> tuple[dict[str, str], list[str]]:
    catalogue = load_catalogue(DEFAULT_CATALOGUE)
    try:
        catalogue.service(service_id)
        return read_facts(catalogue, _FACTS.validate_python(facts), today)
    except LookupError:
        return {}, [NO_SERVICE]
    except ValidationError:
        return {}, [NO_FACTS]


def must_be_operator(work: Work[CaseIntake]) -> None:
    """Only the operator of step 1 writes for somebody."""
    wanted = load_sop().step(COMPLETENESS).capability
    if work.cause.actor.capability != wanted:
        raise MissingCapabilityError(f"asks for {wanted}", capability=wanted)
