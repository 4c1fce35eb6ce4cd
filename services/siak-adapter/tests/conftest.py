"""The SIAK adapter on a store in memory, with a real vault and object store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import Story
from siak_adapter.application import SiakApplication, SiakTools
from siak_adapter.documents import DocumentIssue
from siak_adapter.drafting import DocumentData, Rendering
from siak_adapter.handlers import register
from siak_adapter.lookup import Answer
from siak_adapter.settings import DEMO_OFFICE


class FixedClock:
    """Monday, 09:00 in Balangan, for ever."""

    def now(self) -> datetime:
        return datetime(2026, 4, 6, 1, 0, tzinfo=UTC)


class PlainRenderer:
    """Writes text instead of drawing: the same data gives the same bytes."""

    def render(self, data: DocumentData, issue: DocumentIssue) -> Rendering:
        body = (data.model_dump_json() + issue.model_dump_json()).encode()
        return Rendering(draft=b"draft " + body, document=b"document " + body)


@dataclass
class ScriptedLookup:
    """Answers what the test says, or raises it."""

    answer: Answer | Exception | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def verify(self, claims: Mapping[str, str]) -> Answer:
        self.asked.append(dict(claims))
        assert self.answer is not None
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


@pytest.fixture
def vault(tmp_path: Path, story: Story) -> CaseVault:
    vault = CaseVault(f"sqlite:///{tmp_path / 'vault.db'}", bytes(range(32)))
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
def siak(tools: SiakTools) -> SiakApplication:
    application = SiakApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        tools=tools,
        clock=FixedClock(),
    )
    register(application)
    return application
