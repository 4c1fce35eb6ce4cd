"""The SIAK adapter on a store in memory, with a real vault and object store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import CheckClaims, Command, CommandReply, ConfirmMatch, RecordEntry
from jamila_contracts.envelope import Actor
from jamila_contracts.values import FieldVerdict
from jamila_pdf.words import spell
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import Story
from jamila_testing.vaults import new_vault
from siak_adapter.application import SiakApplication, SiakTools
from siak_adapter.documents import (
    MODELS,
    BirthCertificateData,
    BirthModel,
    Citizenship,
    DocumentData,
    DocumentIssue,
    DocumentKind,
    FamilyCardData,
    FamilyMember,
    Sex,
)
from siak_adapter.domain import SiakCase
from siak_adapter.drafting import Rendering
from siak_adapter.handlers import register
from siak_adapter.lookup import Answer
from siak_adapter.pdf import render_document
from siak_adapter.samples import sample_entry
from siak_adapter.settings import DEMO_OFFICE

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
SIAK = Actor(account="siak-1", capability="operator-siak")
CHILD = {
    "certificate_number": "6311-LU-06042026-0007",
    "child_nik": "6311994104260001",
    "child_name": "Aisyah Nur Contoh",
    "birth_place": "Paringin",
    "birth_date": "2026-04-01",
    "sex": "P",
    "model": "ayah-ibu",
    "father_name": "Ahmad Contoh",
    "mother_name": "Siti Contoh",
    "nationality": "WNI",
    "registered_place": "Paringin",
    "registered_date": "2026-04-06",
}


class FixedClock:
    """Monday, 09:00 in Balangan, until a test lets time go by."""

    def __init__(self) -> None:
        self.at = NINE

    def now(self) -> datetime:
        return self.at


class PlainRenderer:
    """Writes text instead of drawing: the same data gives the same bytes."""

    def render(
        self, data: DocumentData, issue: DocumentIssue, pictures: Mapping[str, bytes]
    ) -> Rendering:
        body = (data.model_dump_json() + issue.model_dump_json()).encode()
        body += b"".join(pictures.values())
        return Rendering(draft=b"draft " + body, document=b"document " + body)


@dataclass
class ScriptedLookup:
    """Answers what the test says, or raises it."""

    answer: Answer | Exception | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    knocks: int = 0

    def knock(self) -> None:
        self.knocks += 1
        if isinstance(self.answer, Exception):
            raise self.answer

    def verify(self, claims: Mapping[str, str]) -> Answer:
        self.asked.append(dict(claims))
        assert self.answer is not None
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class SiakOffice:
    """One case at the SIAK operators."""

    siak: SiakApplication
    story: Story
    vault: CaseVault

    def ask(self, command: type[Command], *, actor: Actor = SIAK, **facts: Any) -> Command:
        given = {
            "command_id": uuid4(),
            "case_id": self.story.case_id,
            "actor": actor,
            "asked_at": NINE,
        }
        return command.model_validate({**given, **facts})

    def check(self, **claims: str) -> CommandReply:
        return self.siak.execute(self.ask(CheckClaims, claims=self.sealed(claims)))

    def later(self, time: timedelta) -> int:
        """Let time go by, and do what is due then."""
        clock = self.siak.clock
        assert isinstance(clock, FixedClock)
        clock.at += time
        return EffectRunner(self.siak.store, self.siak.effects, clock).perform_due()

    def said(self) -> list[str]:
        """Every fact the service recorded, by name."""
        rows = self.siak.recorder.select_notifications(None, 1000)
        return [type(self.siak.mapper.to_domain_event(row)).__name__ for row in rows]

    def found(self) -> SiakCase:
        case = self.siak.find(self.story.case_id)
        assert case is not None
        return case

    def accepted(self) -> None:
        self.siak.consume([self.story.tell(events.BerkasDiterima)])

    def matched(self) -> CommandReply:
        self.accepted()
        agrees = FieldVerdict(field="nama_lgkp", verdict="sesuai", score=100)
        return self.siak.execute(self.ask(ConfirmMatch, verdicts=(agrees,)))

    def sealed(self, value: Any) -> str:
        return self.vault.seal(self.story.case_id, value)

    def entry(self, *, more: Mapping[str, Any] | None = None, **changes: Any) -> str:
        documents = {"akta-kelahiran": CHILD | changes, **(more or {})}
        return self.sealed({"documents": documents})

    def entered(self, **changes: Any) -> CommandReply:
        data = self.entry(**changes)
        command = self.ask(RecordEntry, siak_registration="SIAK-2026-000123", data=data)
        return self.siak.execute(command)


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


@pytest.fixture
def vault(tmp_path: Path, story: Story) -> CaseVault:
    vault = new_vault(tmp_path)
    vault.create(story.case_id)
    return vault


@pytest.fixture
def objects(tmp_path: Path, vault: CaseVault) -> ObjectVault:
    return ObjectVault((tmp_path / "objects").as_uri(), vault)


@pytest.fixture
def lookup() -> ScriptedLookup:
    return ScriptedLookup()


@pytest.fixture
def tools(vault: CaseVault, objects: ObjectVault, lookup: ScriptedLookup) -> SiakTools:
    codes = iter(f"KODE{number:012}" for number in range(100))
    return SiakTools(
        vault=vault,
        objects=objects,
        renderer=PlainRenderer(),
        office=DEMO_OFFICE,
        new_code=lambda: next(codes),
        lookup=lookup,
    )


@pytest.fixture
def open_office(story: Story) -> Callable[[SiakTools], "SiakOffice"]:
    def open_with(tools: SiakTools) -> SiakOffice:
        application = SiakApplication(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
            tools=tools,
            clock=FixedClock(),
        )
        register(application)
        return SiakOffice(application, story, tools.vault)

    return open_with


@pytest.fixture
def office(open_office: Callable[[SiakTools], "SiakOffice"], tools: SiakTools) -> "SiakOffice":
    return open_office(tools)


@pytest.fixture
def birth() -> Callable[..., BirthCertificateData]:
    def birth(**changes: Any) -> BirthCertificateData:
        values: dict[str, Any] = {
            "certificate_number": "6311-LU-23102026-0007",
            "child_nik": "6311995210260001",
            "child_name": "Aisyah Nur Contoh",
            "birth_place": "Paringin",
            "birth_date": date(2026, 10, 12),
            "birth_time": time(8, 15),
            "sex": Sex.FEMALE,
            "birth_order": 2,
            "model": BirthModel.BOTH_PARENTS,
            "father_name": "Ahmad Contoh",
            "mother_name": "Noor Laila Contoh",
            "nationality": Citizenship.INDONESIAN,
            "registered_place": "Paringin",
            "registered_date": date(2026, 10, 23),
        }
        return BirthCertificateData(**{**values, **changes})

    return birth


@pytest.fixture
def member() -> Callable[..., FamilyMember]:
    def member(number: int, **changes: Any) -> FamilyMember:
        values: dict[str, Any] = {
            "name": "Ahmad Contoh" if number == 1 else f"Anak Contoh {spell(number).title()}",
            "nik": f"631199010190{number:04d}",
            "sex": Sex.MALE,
            "birth_place": "Paringin",
            "birth_date": date(1990, 1, 1),
            "religion": "Islam",
            "education": "SLTA/Sederajat",
            "occupation": "Wiraswasta",
            "blood_type": "Tidak Tahu",
            "marital_status": "Kawin Tercatat",
            "marriage_date": date(2015, 3, 2),
            "relationship": "Kepala Keluarga" if number == 1 else "Anak",
            "citizenship": Citizenship.INDONESIAN,
            "father_name": "Hasan Contoh",
            "mother_name": "Masitah Contoh",
        }
        return FamilyMember(**{**values, **changes})

    return member


@pytest.fixture
def family(member: Callable[..., FamilyMember]) -> Callable[..., FamilyCardData]:
    def family(*members: FamilyMember, **changes: Any) -> FamilyCardData:
        values: dict[str, Any] = {
            "family_card_number": "6311990202150001",
            "address": "Jl. Contoh Raya No. 5",
            "rt": 3,
            "rw": 0,
            "postal_code": "71662",
            "village": "Paringin Kota",
            "district": "Paringin",
            "regency": "Balangan",
            "province": "Kalimantan Selatan",
            "members": members or (member(1), member(2), member(3)),
        }
        return FamilyCardData(**{**values, **changes})

    return family


@pytest.fixture(scope="session")
def draw() -> Callable[..., bytes]:
    """Draws the sample of a kind, with changes."""
    issue = DocumentIssue(
        kabupaten="Kabupaten Balangan",
        issue_place="Paringin",
        issue_date=date(2026, 10, 23),
        signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil Kabupaten Balangan",
        signer_name="Hj. SITI CONTOH, S.Sos., M.AP.",
        signer_nip="197001011995032001",
        document_code="7QK4M2XP9BTRWCHN",
        verify_url="https://dukcapil.example.go.id/dokumen/7QK4M2XP9BTRWCHN",
    )

    def draw(kind: str, *, draft: bool = False, **changes: Any) -> bytes:
        data = MODELS[DocumentKind(kind)].model_validate(sample_entry(kind) | changes)
        return render_document(data, issue=issue, watermark=draft)

    return draw
