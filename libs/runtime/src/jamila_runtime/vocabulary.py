"""Which facts the software of a home can read; older software on a newer home does not start.

Contracts only grow, so newer software reads whatever older software wrote. Not the other way round:
software that meets a fact it does not know would park its case or stop. So each process writes down
the kinds of facts it knows, and one that finds a kind it does not know says so and stays away
(docs/howto/upgrade.md).
"""

from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from jamila_contracts.events import EVENTS
from jamila_runtime.durable import make_durable
from jamila_runtime.errors import DomainError

FOLDER: Final = "vocabulary"
_OWN: Final = "own:"
"""Before what only the service itself reads: the topics of its store."""
_SHOWN: Final = 3


class HomeNewerError(DomainError):
    """Newer software worked on this home."""

    slug = "home-newer"


class Vocabulary(BaseModel):
    """What the last software of one process could read."""

    model_config = ConfigDict(frozen=True)

    version: str
    words: tuple[str, ...]


def contract_words() -> frozenset[str]:
    """Every event that services tell each other, with the version of its form."""
    return frozenset(f"{name}/{event.SCHEMA_VERSION}" for name, event in EVENTS.items())


def own_words(topics: Collection[str]) -> frozenset[str]:
    """What a service stores for itself."""
    return frozenset(f"{_OWN}{topic}" for topic in topics)


def claim(home: Path, process: str, words: frozenset[str]) -> None:
    """Write down what a process can read, if it can read what its predecessor could.

    Raises:
        HomeNewerError: it cannot; nothing was changed.
    """
    file = home / FOLDER / f"{process}.json"
    known = Vocabulary.model_validate_json(file.read_bytes()) if file.exists() else None
    if known is not None:
        _check(known, words)
    new = Vocabulary(version=software_version(), words=tuple(sorted(words)))
    if new != known:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(new.model_dump_json(indent=1) + "\n", encoding="utf-8")
        make_durable(draft)
        draft.replace(file)
        make_durable(file.parent)


def check_home(home: Path) -> None:
    """Look at a home before anything is started on it.

    Raises:
        HomeNewerError: services told each other what this software does not know.
    """
    words = contract_words()
    for file in sorted((home / FOLDER).glob("*.json")):
        known = Vocabulary.model_validate_json(file.read_bytes())
        shared = tuple(each for each in known.words if not each.startswith(_OWN))
        _check(known.model_copy(update={"words": shared}), words)


def software_version() -> str:
    """The version that is installed."""
    return version("jamila-runtime")


def _check(known: Vocabulary, words: frozenset[str]) -> None:
    unknown = sorted(set(known.words) - words)
    if unknown:
        raise HomeNewerError(
            "newer software worked on this home; it knows facts that this one does not",
            written_by=known.version,
            installed=software_version(),
            unknown=unknown[:_SHOWN],
        )
