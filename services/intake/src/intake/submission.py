"""The one way into the office: chat, counter, manual inbox and collective batches all end here.

What follows from the facts (variant of the service, documents, model of the certificate, lateness)
is worked out here and nowhere else, and the guards stand here.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from intake.domain import CaseIntake
from intake.finding import note_person
from intake.guards import ContactWatch, DuplicateApplicationError, SubjectGuard
from jamila_contracts.catalogue import (
    DEFAULT_CATALOGUE,
    Catalogue,
    Topic,
    catalogue_reference,
    load_catalogue,
)
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import sop_reference
from jamila_contracts.values import Paper
from jamila_runtime.aggregate import Cause
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

LATE: Final = "terlambat-lapor"
MANY_FAMILIES: Final = "banyak-keluarga"
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people confuse."""
_CODE_LENGTH: Final = 10
_NAMESPACE: Final = uuid5(NAMESPACE_URL, "jamila:subject-guard")
_WATCHED: Final = ("whatsapp", "manual")
"""At the counter and in a collective batch somebody of the office or the village stands by."""
_FAMILY_FACTS: Final = ("no-kk", "nik-subjek", "nik-ibu", "nik-anak", "nik-suami", "nik-almarhum")
"""The first one that is known stands for the family."""

_NUMBERS: Final = ("nik", "no-kk")
"""Kinds of questions whose answers name a person or a family."""

Channel = Literal["whatsapp", "loket", "kolektif", "manual"]


def new_receipt_code() -> str:
    """An unguessable code: 50 bits, short enough to read out at the counter."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def office_date(instant: datetime) -> date:
    """The date at the office (WITA)."""
    return instant.astimezone(OFFICE_ZONE).date()


@dataclass(frozen=True)
class Request:
    """What somebody hands in, whichever door he came by."""

    case_id: UUID
    service_id: str
    channel: Channel
    contact_id: UUID
    applicant: Mapping[str, str | None]
    """Name, phone, business-scoped user id; sealed before it goes anywhere."""
    papers: tuple[Paper, ...]
    first_message_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    """Question to answer; sealed before it goes anywhere."""
    catalogue_id: str = DEFAULT_CATALOGUE
    batch_id: UUID | None = None
    batch_row: str | None = None


@dataclass(frozen=True)
class SubmissionTerms:
    """What the guards need to know."""

    digest: Callable[[str], str]
    """Names something personal so that it can be compared but not read."""
    most_families: int
    families_window: timedelta


class Submission:
    """Makes a case of a request."""

    def __init__(
        self,
        vault: CaseVault,
        terms: SubmissionTerms,
        receipt_code: Callable[[], str] = new_receipt_code,
    ) -> None:
        self._vault = vault
        self._terms = terms
        self._receipt_code = receipt_code

    def submit(self, request: Request, work: Work[CaseIntake], *, cause: Cause) -> CaseIntake:
        """Open the case within a unit of work.

        Args:
            request: What is handed in.
            work: Saved by the caller, together with whatever else happened.
            cause: Why; its case is set to the new one.

        Raises:
            DuplicateApplicationError: one for the same person and wish is open.
            LookupError: the catalogue has no such service.
        """
        cause = cause.model_copy(
            update={"case_id": request.case_id, "correlation_id": request.case_id}
        )
        catalogue = load_catalogue(request.catalogue_id)
        topic = catalogue.topic_of(request.service_id)
        self._hold_subject(request, topic, work, cause=cause)
        self._vault.create(request.case_id)
        case = self._opened(request, catalogue, work, cause=cause)
        work.add(case)
        self._note_persons(request, catalogue, work, cause=cause)
        return case

    def _note_persons(
        self, request: Request, catalogue: Catalogue, work: Work[CaseIntake], *, cause: Cause
    ) -> None:
        """So that staff find the case by the number on somebody's card."""
        asked = [each.id for each in catalogue.questions if each.kind in _NUMBERS]
        numbers = {request.facts.get(each, "") for each in asked}
        for number in sorted(numbers - {""}):
            digest = self._terms.digest(f"person/{number}")
            note_person(digest, request.case_id, work, cause=cause)

    def open_case_of(self, request: Request, work: Work[CaseIntake]) -> CaseIntake | None:
        """The open case for the same person and wish, if there is one; asks, changes nothing."""
        topic = load_catalogue(request.catalogue_id).topic_of(request.service_id)
        guard_id = self._guard_id(request, topic)
        guard = work.find_as(SubjectGuard, guard_id) if guard_id else None
        holder = work.find(guard.holder) if guard else None
        return holder if holder and not holder.is_over else None

    def _opened(
        self, request: Request, catalogue: Catalogue, work: Work[CaseIntake], *, cause: Cause
    ) -> CaseIntake:
        service = catalogue.service(request.service_id)
        facts = catalogue.with_derived(request.facts, office_date(cause.occurred_at))
        sealed = self._vault.seal(request.case_id, dict(request.facts)) if request.facts else None
        return CaseIntake(
            case_id=request.case_id,
            service_id=request.service_id,
            channel=request.channel,
            contact_id=request.contact_id,
            applicant=self._vault.seal(request.case_id, dict(request.applicant)),
            receipt_code=self._receipt_code(),
            papers=request.papers,
            first_message_at=request.first_message_at,
            sop=sop_reference(),
            catalogue=catalogue_reference(request.catalogue_id),
            facts=sealed,
            documents=service.documents_for(facts),
            model_akta=service.model_for(facts),
            flags=self._flags(request, catalogue, work, cause=cause),
            batch_id=request.batch_id,
            batch_row=request.batch_row,
            cause=cause,
        )

    def _flags(
        self, request: Request, catalogue: Catalogue, work: Work[CaseIntake], *, cause: Cause
    ) -> tuple[str, ...]:
        service = catalogue.service(request.service_id)
        is_late = service.is_late(request.facts, office_date(cause.occurred_at))
        has_many = request.channel in _WATCHED and self._has_many(request, work, cause=cause)
        flags = ((LATE, is_late), (MANY_FAMILIES, has_many))
        return tuple(flag for flag, is_raised in flags if is_raised)

    def _has_many(self, request: Request, work: Work[CaseIntake], *, cause: Cause) -> bool:
        known = (request.facts.get(each) for each in _FAMILY_FACTS)
        family = next((each for each in known if each), None)
        if family is None:
            return False
        watch = work.find_as(ContactWatch, request.contact_id)
        if watch is None:
            watch = ContactWatch(case_id=request.contact_id, cause=cause)
            work.add(watch)
        return watch.note_family(
            self._terms.digest(f"family/{family}"),
            request.case_id,
            most=self._terms.most_families,
            window=self._terms.families_window,
            cause=cause,
        )

    def _hold_subject(
        self, request: Request, topic: Topic | None, work: Work[CaseIntake], *, cause: Cause
    ) -> None:
        guard_id = self._guard_id(request, topic)
        if guard_id is None:
            return
        guard = work.find_as(SubjectGuard, guard_id)
        if guard is None:
            work.add(SubjectGuard(case_id=guard_id, holder=request.case_id, cause=cause))
            return
        holder = work.find(guard.holder)
        if holder is not None and not holder.is_over:
            raise DuplicateApplicationError(holder.case_id, holder.receipt_code)
        guard.pass_on(request.case_id, cause=cause)

    def _guard_id(self, request: Request, topic: Topic | None) -> UUID | None:
        if topic is None:
            return None
        said = [request.facts.get(each, "") for each in topic.identity]
        if not any(said):
            return None
        digest = self._terms.digest(f"subject/{topic.id}/{'/'.join(said)}")
        return uuid5(_NAMESPACE, digest)
