"""What residents type and what keywords are compared with."""

import re
from collections.abc import Iterable
from typing import TypeVar

_WORD = re.compile(r"[^a-z0-9.\-]+")
T = TypeVar("T")


def words_of(text: str) -> str:
    """Lower case, single spaces, no punctuation around words: what keywords are compared with."""
    parts = (word.strip(".-") for word in _WORD.split(text.casefold()))
    return " ".join(word for word in parts if word)


def longest(text: str, candidates: Iterable[tuple[str, T]]) -> T | None:
    """What the longest keyword inside a sentence stands for; the first of equally long ones."""
    plain = f" {words_of(text)} "
    found = [(len(word), which) for word, which in candidates if f" {word} " in plain]
    return max(found, key=lambda each: each[0])[1] if found else None
