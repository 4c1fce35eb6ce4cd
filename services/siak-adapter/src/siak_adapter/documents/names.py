"""The rules for *new* names. Source: Permendagri 73/2022 Ps 4-5."""

import re
from typing import Final

MAX_NAME_LETTERS: Final = 60
"""Letters of a new name, spaces included."""

_NOT_A_LETTER: Final = re.compile(r"[^A-Za-z ]")
_TITLE: Final = re.compile(
    r"\b(?:H|Hj|Dr|Drs|Dra|Ir|Prof|S\.\s?[A-Z]\w*|M\.\s?[A-Z]\w*|A\.\s?Md)\.|,", re.IGNORECASE
)


def name_warnings(name: str) -> list[str]:
    """List what a new name does against the rules; older names stay valid as they are.

    Returns:
        Slugs ``name-too-long``, ``name-single-word``, ``name-not-latin-letters``,
        ``name-abbreviated``, ``name-with-title``.
    """
    found = []
    if len(name) > MAX_NAME_LETTERS:
        found.append("name-too-long")
    if " " not in name:
        found.append("name-single-word")
    if _NOT_A_LETTER.search(name):
        found.append("name-not-latin-letters")
    if any(len(word.strip(".,")) == 1 for word in name.split()):
        found.append("name-abbreviated")
    if _TITLE.search(name):
        found.append("name-with-title")
    return found
