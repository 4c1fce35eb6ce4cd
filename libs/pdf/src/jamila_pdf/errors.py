"""What can be wrong with text that has to be drawn.

``DomainError``
├── ``UnprintableTextError``
└── ``TooMuchTextError``
"""

from typing import ClassVar

from jamila_runtime.errors import DomainError


class UnprintableTextError(DomainError):
    """A character has no glyph in our fonts; a blank box instead would falsify a name."""

    slug: ClassVar[str] = "document-text-unprintable"

    def __init__(self, codepoint: int) -> None:
        self.codepoint = codepoint
        super().__init__(f"no glyph for U+{codepoint:04X}")


class TooMuchTextError(DomainError):
    """A text does not fit its place even at the smallest size that can be read."""

    slug: ClassVar[str] = "document-text-too-long"

    def __init__(self, length: int) -> None:
        self.length = length
        super().__init__(f"a text of {length} characters does not fit its place")
