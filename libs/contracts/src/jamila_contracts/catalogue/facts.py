"""Facts about a case: the questions that bring them, and conditions on them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from pydantic import Field

from jamila_contracts.model import Code, Fact

Facts = Mapping[str, str]
"""Question or derived fact to its value; a date is ISO, a choice is its code."""

YES: Final = "ya"
NO: Final = "tidak"
QuestionKind = Literal["yes-no", "choice", "date", "nik", "no-kk", "name", "text"]


class Choice(Fact):
    """One answer that may be tapped."""

    value: Code
    label: str
    keywords: tuple[str, ...] = ()


YES_NO: Final = (
    Choice(value=YES, label="Ya", keywords=("ya", "y", "iya", "ada", "sudah", "punya", "inggih")),
    Choice(
        value=NO,
        label="Tidak",
        keywords=("tidak", "t", "tdk", "gak", "nggak", "belum", "tidak ada", "kada", "kadada"),
    ),
)
"""Also as people say it in Banjar."""


class Question(Fact):
    """One thing the office asks of the resident; the answer is a fact."""

    id: Code
    text: str
    kind: QuestionKind
    choices: tuple[Choice, ...] = ()
    help: str = ""
    """How to answer, when the kind does not say it."""
    optional: bool = False
    """May be skipped."""
    label: str = ""
    """What the fact is called in a summary."""

    @property
    def options(self) -> tuple[Choice, ...]:
        """What may be tapped; none for what has to be typed."""
        return self.choices or (YES_NO if self.kind == "yes-no" else ())

    def label_of(self, value: str) -> str:
        """How residents read an answer; a date as people write it."""
        if self.kind == "date":
            return date.fromisoformat(value).strftime("%d-%m-%Y")
        return next((each.label for each in self.options if each.value == value), value)


class Test(Fact):
    """One condition: the fact has one of these values."""

    __test__ = False

    fact: Code
    values: tuple[Code, ...] = Field(alias="is", min_length=1)


class Band(Fact):
    """A value for everything below a bound; the last band has none."""

    value: Code
    below: int | None = None


class Derived(Fact):
    """A fact that follows from a date: how many days or years ago it was."""

    id: Code
    of: Code
    """The question that brings the date."""
    unit: Literal["days", "years"]
    bands: tuple[Band, ...] = Field(min_length=2)

    def value(self, given: str, today: date) -> str:
        """The band the date falls into."""
        ago = passed(date.fromisoformat(given), today, self.unit)
        inside = (band.value for band in self.bands if band.below is None or ago < band.below)
        return next(inside)


class Ask(Fact):
    """A question of a topic, and when it is asked."""

    question: Code
    when: tuple[Test, ...] = ()
    only: tuple[Code, ...] = ()
    """Of a choice: which answers make sense here; empty: all."""


def holds(conditions: Sequence[Test], facts: Facts) -> bool:
    """Do all conditions hold? A fact that is not known fails its condition."""
    return all(facts.get(test.fact) in test.values for test in conditions)


def passed(since: date, today: date, unit: Literal["days", "years"]) -> int:
    """Whole days, or whole years as a birthday counts them."""
    if unit == "days":
        return (today - since).days
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))
