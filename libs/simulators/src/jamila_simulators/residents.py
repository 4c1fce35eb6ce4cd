"""The synthetic population of Balangan that the SIAK simulator answers about.

Everybody here is invented. All NIK and No. KK start with 631199, a district number that does not
exist, so none can belong to a living person. The same call gives the same people on every machine.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal, TypeVar

from jamila_simulators import names

Sex = Literal["Laki-Laki", "Perempuan"]
RecordStatus = Literal["active", "deceased", "duplicate", "inactive"]

REGION = "631199"
"""First six digits of every invented NIK; district 99 of Balangan does not exist."""

_WOMEN_DAY_OFFSET = 40
_MARRIED_HOUSEHOLDS = 78
_WIDOW_HOUSEHOLDS = 14
_SINGLE_HOUSEHOLDS = 8
_UNRECORDED_MARRIAGE_EVERY = 10
_LAST_BIRTH_YEAR = 2025
_PRESCHOOL_SINCE = 2019

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a household lives, with the region numbers SIAK returns."""

    address: str
    rt: int
    rw: int
    district_number: int
    district: str
    village_number: int
    village: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One invented person as the population database knows him or her.

    ``status`` is the state of the record: the web service refuses data of all but ``active``.
    ``marriage_date`` is set for both spouses of a married couple.
    """

    nik: str
    no_kk: str
    name: str
    sex: Sex
    birth_place: str
    birth_date: date
    religion: str
    marital_status: str
    blood_type: str
    education: str
    occupation: str
    mother_name: str
    father_name: str
    relation: str
    place: Place
    status: RecordStatus = "active"
    marriage_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """A person before the identifiers are minted."""

    name: str
    sex: Sex
    birth_place: str
    birth_date: date
    marital_status: str
    mother_name: str
    father_name: str
    relation: str
    occupation: str
    status: RecordStatus = "active"
    marriage_date: date | None = None


class _Register:
    """Mints NIK and No. KK, each serial once."""

    def __init__(self) -> None:
        self._serials: dict[str, int] = {}

    def mint_nik(self, birth_date: date, sex: Sex) -> str:
        day = birth_date.day + (_WOMEN_DAY_OFFSET if sex == "Perempuan" else 0)
        return self._next(f"{REGION}{day:02d}{birth_date:%m%y}")

    def mint_no_kk(self, issued: date) -> str:
        return self._next(f"{REGION}{issued:%d%m%y}", first=101)

    def _next(self, stem: str, *, first: int = 1) -> str:
        serial = self._serials.get(stem, first - 1) + 1
        self._serials[stem] = serial
        return f"{stem}{serial:04d}"


def _number(limit: int, *key: object) -> int:
    """A stable number below ``limit``: hashing instead of ``random`` keeps it equal everywhere."""
    digest = hashlib.sha256("/".join(str(part) for part in key).encode()).digest()
    return int.from_bytes(digest[:8], "big") % limit


def _pick(options: Sequence[_T], *key: object) -> _T:
    return options[_number(len(options), *key)]


def _name(sex: Sex, *key: object) -> str:
    if sex == "Laki-Laki":
        return f"{_pick(names.MEN_FIRST, 'm1', *key)} {_pick(names.MEN_SECOND, 'm2', *key)}"
    return f"{_pick(names.WOMEN_FIRST, 'w1', *key)} {_pick(names.WOMEN_SECOND, 'w2', *key)}"


def _birth_date(year: int, *key: object) -> date:
    return date(year, 1, 1) + timedelta(days=_number(365, "day", *key))


def _adult(
    sex: Sex, year: int, *, key: tuple[object, ...], relation: str, marital_status: str
) -> _Person:
    trades = names.OCCUPATIONS_MEN if sex == "Laki-Laki" else names.OCCUPATIONS_WOMEN
    return _Person(
        name=_name(sex, *key),
        sex=sex,
        birth_place=_pick(names.BIRTH_PLACES, "place", *key),
        birth_date=_birth_date(year, *key),
        marital_status=marital_status,
        mother_name=_name("Perempuan", "mother", *key),
        father_name=_name("Laki-Laki", "father", *key),
        relation=relation,
        occupation=_pick(trades, "trade", *key),
    )


def _children(father: _Person, mother: _Person, household: int, *, count: int) -> list[_Person]:
    children = []
    if father.marriage_date is None:
        return []
    for position in range(count):
        year = father.marriage_date.year + 1 + 3 * position
        if year > _LAST_BIRTH_YEAR:
            break
        key = ("child", household, position)
        sex: Sex = "Laki-Laki" if _number(2, *key) else "Perempuan"
        children.append(
            _Person(
                name=_name(sex, *key),
                sex=sex,
                birth_place=_pick(names.BIRTH_PLACES[:5], *key),
                birth_date=_birth_date(year, *key),
                marital_status="BELUM KAWIN",
                mother_name=mother.name,
                father_name=father.name,
                relation="ANAK",
                occupation="PELAJAR/MAHASISWA"
                if year < _PRESCHOOL_SINCE
                else "BELUM/TIDAK BEKERJA",
            )
        )
    return children


def _couple(household: int, *, husband_status: RecordStatus = "active") -> tuple[_Person, _Person]:
    widow = husband_status == "deceased"
    recorded = household % _UNRECORDED_MARRIAGE_EVERY != 0
    state = "KAWIN TERCATAT" if recorded else "KAWIN BELUM TERCATAT"
    year = 1974 + _number(25, "year", household)
    wedding = _birth_date(year + 23, "wedding", household)
    husband = _adult(
        "Laki-Laki",
        year,
        key=("husband", household),
        relation="KEPALA KELUARGA",
        marital_status=state,
    )
    wife = _adult(
        "Perempuan",
        year + _number(4, "gap", household),
        key=("wife", household),
        relation="KEPALA KELUARGA" if widow else "ISTRI",
        marital_status="CERAI MATI" if widow else state,
    )
    return (
        replace(husband, marriage_date=wedding, status=husband_status),
        replace(wife, marriage_date=wedding),
    )


def _married(household: int) -> list[_Person]:
    husband, wife = _couple(household)
    count = _number(4, "children", household)
    return [husband, wife, *_children(husband, wife, household, count=count)]


def _widowed(household: int) -> list[_Person]:
    husband, wife = _couple(household, husband_status="deceased")
    return [wife, husband, *_children(husband, wife, household, count=1)]


def _alone(household: int, index: int) -> list[_Person]:
    states: tuple[RecordStatus, ...] = ("duplicate", "inactive", "active")
    sex: Sex = "Laki-Laki" if index % 2 else "Perempuan"
    person = _adult(
        sex,
        1985 + index,
        key=("single", household),
        relation="KEPALA KELUARGA",
        marital_status="BELUM KAWIN",
    )
    return [replace(person, status=states[index % len(states)])]


def _place(household: int) -> Place:
    district_number, district, village_number, village = _pick(names.VILLAGES, "village", household)
    return Place(
        address=f"{_pick(names.STREETS, 'street', household)} NO. {1 + _number(90, household)}",
        rt=1 + _number(9, "rt", household),
        rw=_number(3, "rw", household),
        district_number=district_number,
        district=district,
        village_number=village_number,
        village=village,
    )


def _settle(people: Sequence[_Person], household: int, register: _Register) -> list[Resident]:
    place = _place(household)
    religion = _pick(names.RELIGIONS, "religion", household)
    events = [p.birth_date for p in people if p.relation == "ANAK"]
    events += [p.marriage_date for p in people if p.marriage_date is not None]
    no_kk = register.mint_no_kk(max(events, default=date(2015, 1, 1)) + timedelta(days=30))
    return [
        Resident(
            nik=register.mint_nik(person.birth_date, person.sex),
            no_kk=no_kk,
            name=person.name,
            sex=person.sex,
            birth_place=person.birth_place,
            birth_date=person.birth_date,
            religion=religion,
            marital_status=person.marital_status,
            blood_type=_pick(names.BLOOD_TYPES, "blood", household, person.name),
            education=_pick(names.EDUCATION, "school", household, person.name)
            if person.relation != "ANAK"
            else "TIDAK/BELUM SEKOLAH",
            occupation=person.occupation,
            mother_name=person.mother_name,
            father_name=person.father_name,
            relation=person.relation,
            place=place,
            status=person.status,
            marriage_date=person.marriage_date,
        )
        for person in people
    ]


@cache
def residents() -> tuple[Resident, ...]:
    """Everybody the simulated population database knows, about 300 people, in a fixed order."""
    register = _Register()
    everybody: list[Resident] = []
    household = 0
    for index in range(_MARRIED_HOUSEHOLDS + _WIDOW_HOUSEHOLDS + _SINGLE_HOUSEHOLDS):
        household = index + 1
        if index < _MARRIED_HOUSEHOLDS:
            people = _married(household)
        elif index < _MARRIED_HOUSEHOLDS + _WIDOW_HOUSEHOLDS:
            people = _widowed(household)
        else:
            people = _alone(household, index - _MARRIED_HOUSEHOLDS - _WIDOW_HOUSEHOLDS)
        everybody += _settle(people, household, register)
    return tuple(everybody)


@cache
def _by_nik() -> dict[str, Resident]:
    return {resident.nik: resident for resident in residents()}


def find(nik: str) -> Resident | None:
    """The person with this NIK, whatever the state of the record."""
    return _by_nik().get(nik)


def household(no_kk: str) -> tuple[Resident, ...]:
    """Members on this family card, head first; empty when no such card exists."""
    return tuple(resident for resident in residents() if resident.no_kk == no_kk)


def couples() -> tuple[tuple[Resident, Resident], ...]:
    """Husband and wife of every household whose marriage is recorded: parents for a demo birth."""
    pairs = []
    for husband in residents():
        if husband.relation != "KEPALA KELUARGA" or husband.marital_status != "KAWIN TERCATAT":
            continue
        wives = [member for member in household(husband.no_kk) if member.relation == "ISTRI"]
        pairs += [(husband, wife) for wife in wives]
    return tuple(pairs)
