"""Who heads the office, and who stands in: data with validity, one file for the whole system.

Documents are drafted in the name of whoever is in charge that day, only he signs, and what SIAK
signed is believed only when one of them signed it. The file is JSON, a list of officials.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from jamila_runtime.errors import DomainError

_MARKS = {"plh": "Plh. ", "plt": "Plt. "}


class NobodyInChargeError(DomainError):
    """The list of officials names nobody for that day."""

    slug = "nobody-in-charge"

    def __init__(self, day: date) -> None:
        super().__init__(f"nobody is in charge on {day.isoformat()}", day=day.isoformat())


class Official(BaseModel):
    """One person in one office for one time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str | None = None
    """Account in this system; None: signs in SIAK only."""
    name: str
    """As documents print it."""
    title: str
    """Of the post, without Plh or Plt."""
    nip: str | None = None
    stand_in: Literal["plh", "plt"] | None = None
    """Plh: the head is away; Plt: the post is vacant."""
    valid_from: date
    valid_until: date | None = None
    """Last day, inclusive; None: until further notice."""
    certificate_names: tuple[str, ...] = Field(default=())
    """Common names in this person's certificates, where they differ from the printed name."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            msg = "an official's time ends before it begins"
            raise ValueError(msg)
        return self

    @property
    def full_title(self) -> str:
        """What stands on a document, e.g. ``Plh. Kepala Dinas``."""
        return f"{_MARKS[self.stand_in] if self.stand_in else ''}{self.title}"

    def serves(self, day: date) -> bool:
        """Whether the day is in this official's time."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def is_named(self, common_name: str) -> bool:
        """Whether a certificate of that name is this person's."""
        return _plain(common_name) in {
            _plain(each) for each in (self.name, *self.certificate_names)
        }


class Officials:
    """The list, asked by day."""

    def __init__(self, officials: Iterable[Official]) -> None:
        self._officials = tuple(officials)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file.

        Raises:
            OSError: it cannot be read.
            pydantic.ValidationError: it is no list of officials.
        """
        return cls(TypeAdapter(tuple[Official, ...]).validate_json(path.read_bytes()))

    def in_charge(self, day: date) -> Official:
        """Who heads the office that day; a stand-in goes before the one he stands in for.

        Raises:
            NobodyInChargeError: the list names nobody.
        """
        serving = [each for each in self._officials if each.serves(day)]
        if not serving:
            raise NobodyInChargeError(day)
        return max(serving, key=lambda each: (each.stand_in is not None, each.valid_from))

    def of_account(self, account: str, day: date) -> Official | None:
        """In which office an account signs that day; None: in none."""
        mine = [e for e in self._officials if e.account == account and e.serves(day)]
        return max(mine, key=lambda each: each.valid_from) if mine else None

    def signer_named(self, common_name: str, day: date) -> Official | None:
        """The official whose certificate bears that name and who served that day."""
        found = (e for e in self._officials if e.serves(day) and e.is_named(common_name))
        return next(found, None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
