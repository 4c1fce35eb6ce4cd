"""How a code of the office is written for people; whoever reads one takes it with or without."""

from typing import Final

_FIVE: Final = 5
_FOUR: Final = 4


def in_groups(code: str) -> str:
    """A code as it can be read out: in groups of five, or four where only that comes out even."""
    size = _FOUR if len(code) % _FIVE and not len(code) % _FOUR else _FIVE
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
