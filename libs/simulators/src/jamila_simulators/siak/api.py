"""Routes of the simulated NIK web service and of its control API.

Source of paths, fields and texts: the project's rules page, section on the NIK web service.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from jamila_simulators import residents as population
from jamila_simulators.residents import Resident
from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.siak.verdicts import verdicts

Clock = Callable[[], datetime]

_OFFICE_ZONE: Final = ZoneInfo("Asia/Makassar")
_NIK_LENGTH: Final = 16
_TOP_THRESHOLD: Final = 100
_YOUNGEST_CARD_YEAR: Final = 2008
_METHODS: Final = frozenset({"CALL_NIK", "CALL_NIK_GET_KK", "CALL_VERIFY_BY_ELEMEN"})

_NOT_FOUND = ("13", "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan")
_BAD_FORMAT = ("15", "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil")
_BLOCKED: Final[dict[str, tuple[str, str]]] = {
    "deceased": ("11", "Data Ditemukan, Meninggal Dunia"),
    "duplicate": ("12", "Data Ditemukan, Data Ganda"),
    "inactive": ("14", "Data Ditemukan, Status Non Aktif, silahkan hubungi Dinas Dukcapil"),
}
_MISSING_LOGIN = (None, "User, password dan IP tidak boleh kosong")
_WRONG_LOGIN = (None, "Login Gagal")
_WRONG_IP = (None, "IP Address Tidak Sesuai")
_QUOTA_GONE = (None, "Kuota Akses Hari Ini Telah Habis")
_BAD_REQUEST = (None, "Parameter Tidak Lengkap / Tidak Valid")

_Refusal = tuple[str | None, str]


class RefusedError(Exception):
    """The web service answers with a RESPON text instead of data."""

    def __init__(self, refusal: _Refusal) -> None:
        self.code, self.text = refusal
        super().__init__(self.text)


class Mode(BaseModel):
    """What the control API may set; a field left out keeps its value."""

    slow_seconds: float | None = Field(default=None, ge=0, le=120)
    outage: bool | None = None
    quota: int | None = Field(default=None, ge=0)


@dataclass(kw_only=True)
class ServiceState:
    """The moving parts of the service: outage, slowness and today's remaining quota."""

    daily_quota: int
    remaining: int
    quota_day: date
    slow_seconds: float = 0.0
    outage: bool = False

    def spend(self, today: date) -> int:
        """Take one call from today's quota.

        Raises:
            RefusedError: Nothing is left until midnight of the office's time zone.
        """
        if today != self.quota_day:
            self.quota_day, self.remaining = today, self.daily_quota
        if self.remaining <= 0:
            raise RefusedError(_QUOTA_GONE)
        self.remaining -= 1
        return self.remaining


def siak_router(settings: SimulatorSettings, *, clock: Clock) -> APIRouter:
    """The web service under ``/siak`` and its control API under ``/_sim/siak``."""
    router = APIRouter(tags=["siak"])
    state = ServiceState(
        daily_quota=settings.siak_daily_quota,
        remaining=settings.siak_daily_quota,
        quota_day=clock().astimezone(_OFFICE_ZONE).date(),
    )

    @router.post("/siak/dukcapil/get_json/{institution}/{method}", response_model=None)
    async def call(institution: str, method: str, request: Request) -> Response:  # noqa: ARG001  part of the path
        if state.slow_seconds:
            await asyncio.sleep(state.slow_seconds)
        if state.outage:
            return HTMLResponse("<html><body>503 Service Unavailable</body></html>", 503)
        if method not in _METHODS:
            return HTMLResponse("<html><body>404 Not Found</body></html>", 404)
        try:
            body = _lower_or_upper(await request.body())
            _check_login(body, settings)
            state.spend(clock().astimezone(_OFFICE_ZONE).date())
            content = _answer(method, body)
        except RefusedError as refusal:
            content = [_refusal_item(refusal)]
        return JSONResponse(_envelope(method, content, remaining=state.remaining))

    _add_control(router, state, clock=clock)
    return router


def _add_control(router: APIRouter, state: ServiceState, *, clock: Clock) -> None:
    @router.get("/_sim/siak/residents")
    def list_residents(limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> list[dict[str, Any]]:
        return [
            _record(person) | {"STATUS": person.status} for person in population.residents()[:limit]
        ]

    @router.post("/_sim/siak/mode")
    def set_mode(mode: Mode) -> dict[str, Any]:
        if mode.slow_seconds is not None:
            state.slow_seconds = mode.slow_seconds
        if mode.outage is not None:
            state.outage = mode.outage
        if mode.quota is not None:
            state.remaining = mode.quota
            state.quota_day = clock().astimezone(_OFFICE_ZONE).date()
        return {
            "slow_seconds": state.slow_seconds,
            "outage": state.outage,
            "quota": state.remaining,
        }


def _lower_or_upper(raw: bytes) -> dict[str, str]:
    """The request's fields with upper-case names: institutions differ in the case they send."""
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise RefusedError(_BAD_REQUEST) from error
    if not isinstance(body, dict):
        raise RefusedError(_BAD_REQUEST)
    return {str(key).upper(): str(value).strip() for key, value in body.items()}


def _check_login(body: dict[str, str], settings: SimulatorSettings) -> None:
    user, password, address = (body.get(key, "") for key in ("USER_ID", "PASSWORD", "IP_USER"))
    if not (user and password and address):
        raise RefusedError(_MISSING_LOGIN)
    secret = settings.siak_password.get_secret_value()
    same_user = secrets.compare_digest(user.encode(), settings.siak_user.encode())
    if not (secrets.compare_digest(password.encode(), secret.encode()) and same_user):
        raise RefusedError(_WRONG_LOGIN)
    if settings.siak_ip is not None and address != settings.siak_ip:
        raise RefusedError(_WRONG_IP)


def _answer(method: str, body: dict[str, str]) -> list[dict[str, str | int]]:
    person = _lookup(body.get("NIK", ""))
    match method:
        case "CALL_NIK":
            return [_record(person)]
        case "CALL_NIK_GET_KK":
            members = population.household(person.no_kk)
            return [_record(member) for member in members if member.status == "active"]
        case _:
            found = verdicts(
                person, body, record=_record(person), threshold=_threshold(body.get("TRESHOLD", ""))
            )
            return [dict(found)]


def _threshold(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _TOP_THRESHOLD:
        raise RefusedError(_BAD_REQUEST)
    return int(text)


def _lookup(nik: str) -> Resident:
    if not nik:
        raise RefusedError(_BAD_REQUEST)
    if len(nik) != _NIK_LENGTH or not (nik.isascii() and nik.isdecimal()):
        raise RefusedError(_BAD_FORMAT)
    person = population.find(nik)
    if person is None:
        raise RefusedError(_NOT_FOUND)
    if person.status != "active":
        raise RefusedError(_BLOCKED[person.status])
    return person


def _refusal_item(refusal: RefusedError) -> dict[str, str | int]:
    item: dict[str, str | int] = {"RESPON": refusal.text}
    return item | ({"RESPONSE_CODE": refusal.code} if refusal.code is not None else {})


def _record(person: Resident) -> dict[str, str | int]:
    place = person.place
    return {
        "NIK": person.nik,
        "EKTP_STATUS": _ektp_status(person),
        "NO_KK": person.no_kk,
        "NAMA_LGKP": person.name,
        "JENIS_KLMIN": person.sex,
        "TMPT_LHR": person.birth_place,
        "TGL_LHR": person.birth_date.isoformat(),
        "AGAMA": person.religion,
        "STATUS_KAWIN": person.marital_status,
        "GOL_DARAH": person.blood_type,
        "PDDK_AKH": person.education,
        "JENIS_PKRJN": person.occupation,
        "NAMA_LGKP_IBU": person.mother_name,
        "NAMA_LGKP_AYAH": person.father_name,
        "STAT_HBKEL": person.relation,
        "ALAMAT": place.address,
        "NO_RT": place.rt,
        "NO_RW": place.rw,
        "NO_PROP": 63,
        "PROP_NAME": "KALIMANTAN SELATAN",
        "NO_KAB": 11,
        "KAB_NAME": "BALANGAN",
        "NO_KEC": place.district_number,
        "KEC_NAME": place.district,
        "NO_KEL": place.village_number,
        "KEL_NAME": place.village,
    }


def _ektp_status(person: Resident) -> Literal["SUDAH REKAM", "BELUM REKAM"]:
    return "SUDAH REKAM" if person.birth_date.year <= _YOUNGEST_CARD_YEAR else "BELUM REKAM"


def _envelope(
    method: str, content: list[dict[str, str | int]], *, remaining: int
) -> dict[str, Any]:
    if method == "CALL_VERIFY_BY_ELEMEN":
        return {"content": content, "quotaLimiter": remaining}
    return {
        "content": content,
        "lastPage": True,
        "numberOfElements": len(content),
        "sort": None,
        "totalElements": len(content),
        "firstPage": True,
        "number": 0,
        "size": len(content),
        "quotaLimiter": remaining,
    }
