"""The satisfaction of applicants (SKM) by month: a fold over their answers. Pure.

The index is the mean of the scores 1 to 4 times 25, so 25 to 100, and has a letter.
Source: PermenPANRB 14/2017, annex, table of the values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from jamila_contracts.events import Diserahkan, SurveiDijawab
from jamila_contracts.model import Code, Fact
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_ledger.recorded import Recorded

SCORES: Final = (1, 2, 3, 4)
_LETTERS: Final = ((88.31, "A"), (76.61, "B"), (65.0, "C"))
_WORST: Final = "D"
LABELS: Final = {"A": "sangat baik", "B": "baik", "C": "kurang baik", "D": "tidak baik"}
"""What the letters mean."""


class SatisfactionMonth(Fact):
    """What the applicants of one month said about one item."""

    month: str
    """``2026-04``, in Balangan."""
    item: Code
    answers: int
    handed_over: int
    """Cases of the month; each applicant with WhatsApp is asked once."""
    by_score: dict[int, int]
    index: float
    letter: str


def months_of(facts: Iterable[Recorded]) -> tuple[SatisfactionMonth, ...]:
    """Add up the answers; the first one to a question counts, oldest month first."""
    answers: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    handed_over: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for fact in facts:
        event = fact.event
        if isinstance(event, Diserahkan):
            handed_over[_month(event)] += 1
        elif isinstance(event, SurveiDijawab):
            question = (str(event.survey_id), event.item)
            if question not in seen:
                seen.add(question)
                answers[_month(event), event.item][event.score] += 1
    return tuple(
        _figures(month, item, scores, handed_over=handed_over[month])
        for (month, item), scores in sorted(answers.items())
    )


def letter_of(index: float) -> str:
    """The letter of an index, rounded to two places as the rule has them."""
    rounded = round(index, 2)
    return next((letter for least, letter in _LETTERS if rounded >= least), _WORST)


def _figures(month: str, item: str, scores: Counter[int], *, handed_over: int) -> SatisfactionMonth:
    number = scores.total()
    index = 25 * sum(score * count for score, count in scores.items()) / number
    return SatisfactionMonth(
        month=month,
        item=item,
        answers=number,
        handed_over=handed_over,
        by_score={score: scores[score] for score in SCORES},
        index=round(index, 2),
        letter=letter_of(index),
    )


def _month(event: Diserahkan | SurveiDijawab) -> str:
    return event.occurred_at.astimezone(OFFICE_ZONE).strftime("%Y-%m")
