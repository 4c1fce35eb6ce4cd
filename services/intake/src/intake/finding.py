"""Which cases a number or a person has; asked by keyed digests, so that no number is said."""

from typing import Any, Final, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import event

from intake.domain import CaseIntake
from jamila_contracts.commands import FindCases
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.work import Work

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "jamila:cases-of-person")
MOST: Final = 200
"""More cases of one person are not told; the newest are."""


class CasesOfPerson(CaseAggregate):
    """The cases in which one NIK or No. KK was stated.

    Its ``case_id`` is derived from the keyed digest of the number.
    """

    TOPIC = "intake.CasesOfPerson"

    class Dimulai(CreatedEvent):
        """The first case."""

        TOPIC = "intake.CasesOfPerson.Dimulai"
        for_case_id: UUID

    class KasusDicatat(CaseAggregate.Event):
        """One more case."""

        TOPIC = "intake.CasesOfPerson.KasusDicatat"
        for_case_id: UUID

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, for_case_id: UUID, cause: Cause) -> None:
        del case_id, cause
        self.cases = [for_case_id]

    def note(self, for_case_id: UUID, *, cause: Cause) -> None:
        """Note a case; the same again is quiet."""
        if for_case_id not in self.cases:
            self.trigger_event(self.KasusDicatat, cause=cause, for_case_id=for_case_id)

    @event(KasusDicatat)
    def _on_noted(self, for_case_id: UUID) -> None:
        self.cases.append(for_case_id)


class NamedContacts(Protocol):
    """Finds contacts by the digests of their identifiers."""

    def named(self, digests: tuple[str, ...]) -> tuple[UUID, ...]:
        """The contacts, and all that turned out to be the same ones."""
        ...


class CaseFinder:
    """The use case of staff who look for a case by a number."""

    def __init__(self, contacts: NamedContacts) -> None:
        self._contacts = contacts

    def find(self, command: FindCases, work: Work[CaseIntake]) -> dict[str, Any]:
        """Contacts and cases by digest; cases whose personal data is gone are not told."""
        contacts = self._contacts.named(command.contact_digests) if command.contact_digests else ()
        known = [work.find_as(CasesOfPerson, person_id(each)) for each in command.person_digests]
        noted = [case_id for person in known if person for case_id in person.cases]
        newest = [each for each in dict.fromkeys(reversed(noted)) if _is_told(work.find(each))]
        return {
            "contact_ids": [str(each) for each in contacts],
            "case_ids": [str(each) for each in newest[:MOST]],
        }


def note_person(digest: str, for_case_id: UUID, work: Work[CaseIntake], *, cause: Cause) -> None:
    """Somebody is named in a case."""
    known = work.find_as(CasesOfPerson, person_id(digest))
    if known is None:
        about = person_id(digest)
        work.add(CasesOfPerson(case_id=about, for_case_id=for_case_id, cause=cause))
    else:
        known.note(for_case_id, cause=cause)


def person_id(digest: str) -> UUID:
    """Where the cases of a person are noted."""
    return uuid5(_NAMESPACE, digest)


def _is_told(case: CaseIntake | None) -> bool:
    return case is not None and not case.is_forgotten
