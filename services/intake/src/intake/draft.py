"""An application that is not submitted yet."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from jamila_contracts.model import Code, Fact, Sealed, Sha256
from jamila_contracts.values import Paper


class Draft(Fact):
    """What the contact has said and sent so far."""

    case_id: UUID
    """Of the case it will become; its key seals the answers and the papers from the beginning."""
    service_id: Code | None = None
    """Only in drafts from before there were topics."""
    topic_id: Code | None = None
    """None while the resident has not said what he wants."""
    catalogue_id: Code | None = None
    first_message_at: datetime
    touched_at: datetime
    """When the resident last did something about it."""
    answers: dict[Code, Sealed] = Field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    set_aside: tuple[Sha256, ...] = ()
    """Papers of which the resident said that they answer no item."""
    next_item: Code | None = None
    """What the resident was asked for last; a paper without a name is taken for it."""
    faults: int = 0
    """How often in a row the answer to a question was not understood."""
    is_summed_up: bool = False

    @property
    def given(self) -> set[str | None]:
        """Items the papers answer."""
        return {paper.item_id for paper in self.papers}

    @property
    def unnamed(self) -> tuple[Paper, ...]:
        """Papers of which nobody has said yet what they are."""
        return tuple(
            paper
            for paper in self.papers
            if paper.item_id is None and paper.sha256 not in self.set_aside
        )

    def has_paper(self, sha256: str) -> bool:
        """Is there such a paper?"""
        return any(paper.sha256 == sha256 for paper in self.papers)

    def with_paper_named(self, sha256: str, item_id: str | None) -> Self:
        """The same, with one paper answering an item, or none for good."""
        papers = tuple(
            paper.model_copy(update={"item_id": item_id}) if paper.sha256 == sha256 else paper
            for paper in self.papers
        )
        others = tuple(each for each in self.set_aside if each != sha256)
        set_aside = others if item_id else (*others, sha256)
        return self.model_copy(update={"papers": papers, "set_aside": set_aside})
