import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from jamila_contracts.values import FieldVerdict
from jamila_simulators.app import create_app
from jamila_simulators.residents import residents
from jamila_simulators.settings import SimulatorSettings
from jamila_testing.samples import SIAK_OFFICE
from siak_adapter.lookup import (
    ClaimsInvalidError,
    Outcome,
    SiakConfigurationError,
    SiakQuotaExhaustedError,
    SiakRequestRefusedError,
    SiakUnreachableError,
)
from siak_adapter.siak_client import SiakAccess, SiakClient

NIK = "6311990101000001"
ACCESS = SiakAccess(**SIAK_OFFICE)
Answering = Callable[[httpx.Request], httpx.Response]


SIMULATED = replace(ACCESS, base_url="http://siak.test/siak")


def simulator(folder: Path) -> SimulatorSettings:
    return SimulatorSettings(
        state_dir=folder,
        app_secret=SecretStr("a" * 32),
        access_token=SecretStr("b" * 32),
        verify_token=SecretStr("c" * 32),
        siak_user="dinas",
        siak_password=SecretStr("rahasia"),
    )


class Loop(httpx.BaseTransport):
    """Lets a synchronous client talk to an ASGI application."""

    def __init__(self, app) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
                return await client.post(
                    request.url, content=request.read(), headers=request.headers
                )

        answer = asyncio.run(ask())
        return httpx.Response(answer.status_code, content=answer.content)


def client(answer: Answering) -> SiakClient:
    return SiakClient(ACCESS, httpx.Client(transport=httpx.MockTransport(answer)))


def says(*, status: int = 200, **item: object) -> SiakClient:
    return client(lambda _: httpx.Response(status, json={"content": [item], "quotaLimiter": 5}))


def test_the_question_has_the_form_of_the_service():
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"content": [{"NIK": "Sesuai"}]})

    client(answer).verify(
        {"nik": NIK, "Nama_Lgkp": " Siti  Contoh ", "TGL_LHR": "2000-01-31", "JENIS_KLMIN": "P"}
    )
    assert seen[0].url == "http://siak.test/dukcapil/get_json/63-11/CALL_VERIFY_BY_ELEMEN"
    assert json.loads(seen[0].content) == {
        "NIK": NIK,
        "NAMA_LGKP": "Siti Contoh",
        "TGL_LHR": "31-01-2000",
        "JENIS_KLMIN": "Perempuan",
        "TRESHOLD": "90",
        "USER_ID": "dinas",
        "PASSWORD": "rahasia",
        "IP_USER": "10.63.11.5",
    }


def test_verdicts_are_read_with_and_without_score():
    answer = says(
        NIK="Sesuai", nama_lgkp="SESUAI (100)", TMPT_LHR=" Tidak  Sesuai (59) ", TGL_LHR="sesuai"
    ).verify({"NIK": NIK})
    assert answer.outcome is Outcome.OK
    assert answer.quota_left == 5
    assert set(answer.verdicts) == {
        FieldVerdict(field="nik", verdict="sesuai"),
        FieldVerdict(field="nama_lgkp", verdict="sesuai", score=100),
        FieldVerdict(field="tmpt_lhr", verdict="tidak-sesuai", score=59),
        FieldVerdict(field="tgl_lhr", verdict="sesuai"),
    }


def test_the_evidence_is_the_digest_of_the_very_answer():
    raw = b'{"content": [{"NIK": "Sesuai"}]}'
    answer = client(lambda _: httpx.Response(200, content=raw)).verify({"NIK": NIK})
    assert answer.evidence_sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        ({"RESPON": "Data Ditemukan, Meninggal Dunia", "RESPONSE_CODE": "11"}, Outcome.DECEASED),
        ({"respon": "data  ditemukan, DATA GANDA"}, Outcome.DUPLICATE),
        ({"RESPONSE": "Data Tidak Ditemukan"}, Outcome.NOT_FOUND),
        ({"RESPON": "?", "RESPONSE_CODE": 13}, Outcome.NOT_FOUND),
        ({"RESPON": "Data Ditemukan, Status Non Aktif, silahkan …"}, Outcome.INACTIVE),
        ({"RESPON": "Data Tidak Ditemukan, NIK tidak sesuai format"}, Outcome.BAD_FORMAT),
        ({"RESPON": "", "RESPONSE_CODE": "08"}, Outcome.OTHER_FINAL),
        ({"RESPON": "Sukses", "RESPONSE_CODE": "00", "NIK": "Sesuai"}, Outcome.OK),
    ],
)
def test_final_answers_become_outcomes(item, outcome):
    assert says(**item).verify({"NIK": NIK}).outcome is outcome


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Kuota Akses Hari Ini Telah Habis", SiakQuotaExhaustedError),
        ("Login Gagal", SiakConfigurationError),
        ("User ID Tidak Aktif", SiakConfigurationError),
        ("IP Client  Tidak terdaftar", SiakConfigurationError),
        ("IP Address Tidak Sesuai", SiakConfigurationError),
        ("Parameter Tidak Lengkap / Tidak Valid", SiakRequestRefusedError),
        ("Hari ini libur", SiakUnreachableError),
    ],
)
def test_refusals_become_errors_of_their_own(text, error):
    with pytest.raises(error):
        says(RESPON=text).verify({"NIK": NIK})


@pytest.mark.parametrize(
    "content",
    [
        b"<html>502</html>",
        b"[]",
        b"{}",
        b'{"content": []}',
        b'{"content": [7]}',
        b'{"content": [{}]}',
        b'"x"',
        b"\xff",
    ],
)
def test_what_is_no_answer_of_the_service_is_tried_later(content):
    with pytest.raises(SiakUnreachableError):
        client(lambda _: httpx.Response(200, content=content)).verify({"NIK": NIK})


def test_a_server_fault_is_tried_later():
    with pytest.raises(SiakUnreachableError):
        says(status=503, NIK="Sesuai").verify({"NIK": NIK})


def test_a_timeout_is_tried_later_and_tells_no_address():
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(f"late {request.url}", request=request)

    with pytest.raises(SiakUnreachableError) as caught:
        client(late).verify({"NIK": NIK})
    assert caught.value.detail == "SIAK: ReadTimeout"


@pytest.mark.parametrize(
    ("claims", "fields"),
    [
        ({}, ["NIK:missing"]),
        ({"NIK": "123"}, ["NIK:malformed"]),
        ({"NIK": NIK, "TGL_LHR": "1 Januari 2000"}, ["TGL_LHR:malformed"]),
        ({"NIK": NIK, "HOBI": "memancing"}, ["HOBI:unknown"]),
        ({"NIK": NIK, "Budi Santoso": "x"}, ["name:unknown"]),
        ({"NIK": NIK, "ALAMAT": "  "}, ["ALAMAT:malformed"]),
    ],
)
def test_claims_that_cannot_be_asked_are_refused_by_field(claims, fields):
    with pytest.raises(ClaimsInvalidError) as caught:
        says(NIK="Sesuai").verify(claims)
    assert caught.value.data == {"fields": fields}


def test_the_password_is_not_shown():
    assert "rahasia" not in repr(ACCESS)


def test_the_simulated_service_is_understood(tmp_path):
    app = create_app(simulator(tmp_path))
    siak = SiakClient(SIMULATED, httpx.Client(transport=Loop(app)))
    person = next(each for each in residents() if each.status == "active")
    answer = siak.verify(
        {
            "NIK": person.nik,
            "NAMA_LGKP": person.name.title(),
            "TGL_LHR": person.birth_date.isoformat(),
            "NAMA_LGKP_IBU": "Bukan Ibunya",
        }
    )
    verdicts = {each.field: each.verdict for each in answer.verdicts}
    assert verdicts == {
        "nik": "sesuai",
        "nama_lgkp": "sesuai",
        "tgl_lhr": "sesuai",
        "nama_lgkp_ibu": "tidak-sesuai",
    }
    gone = next(each for each in residents() if each.status == "deceased")
    assert siak.verify({"NIK": gone.nik}).outcome is Outcome.DECEASED


PERSON = {
    "NIK": NIK,
    "NO_KK": "6311990202100001",
    "NAMA_LGKP": "CONTOH NAMA",
    "TGL_LHR": "2000-01-31",
    "JENIS_KLMIN": "Laki-Laki",
}
TELLS = replace(ACCESS, method="CALL_NIK")


def telling(**item: object) -> tuple[SiakClient, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"content": [item], "quotaLimiter": 5})

    return SiakClient(TELLS, httpx.Client(transport=httpx.MockTransport(answer))), seen


def test_a_service_that_only_tells_is_asked_for_the_nik_alone_and_compared_here():
    siak, seen = telling(**PERSON)
    answer = siak.verify(
        {"NIK": NIK, "NAMA_LGKP": "Contoh Nama", "TGL_LHR": "2000-01-31", "NO_KK": "1" * 16}
    )
    assert seen[0].url.path.endswith("/63-11/CALL_NIK")
    assert set(json.loads(seen[0].content)) == {"NIK", "USER_ID", "PASSWORD", "IP_USER"}
    assert {each.field: (each.verdict, each.score) for each in answer.verdicts} == {
        "nik": ("sesuai", None),
        "nama_lgkp": ("sesuai", 100),
        "tgl_lhr": ("sesuai", None),
        "no_kk": ("tidak-sesuai", None),
    }


def test_names_below_the_threshold_differ():
    siak, _ = telling(**PERSON)
    [_, name] = siak.verify({"NIK": NIK, "NAMA_LGKP": "Contah Nema"}).verdicts
    assert (name.verdict, name.score) == ("tidak-sesuai", 82)


def test_what_the_service_tells_is_not_in_the_answer():
    siak, _ = telling(**PERSON)
    assert "CONTOH NAMA" not in repr(siak.verify({"NIK": NIK, "NAMA_LGKP": "Lain"}))


def test_a_service_that_only_tells_refuses_like_the_other():
    siak, _ = telling(RESPON="Data Ditemukan, Meninggal Dunia", RESPONSE_CODE="11")
    assert siak.verify({"NIK": NIK}).outcome is Outcome.DECEASED


def test_a_knock_sends_no_question_and_takes_any_answer():
    siak, seen = telling(RESPON="User, password dan IP tidak boleh kosong")
    siak.knock()
    assert json.loads(seen[0].content) == {"USER_ID": "", "PASSWORD": "", "IP_USER": ""}


def test_a_knock_at_what_is_not_the_service_finds_nobody():
    with pytest.raises(SiakUnreachableError):
        client(lambda _: httpx.Response(200, text="<html>")).knock()


def test_a_knock_at_the_simulated_service_uses_up_no_call(tmp_path):
    settings = simulator(tmp_path)
    siak = SiakClient(SIMULATED, httpx.Client(transport=Loop(create_app(settings))))
    person = next(each for each in residents() if each.status == "active")
    before = siak.verify({"NIK": person.nik}).quota_left
    siak.knock()
    assert siak.verify({"NIK": person.nik}).quota_left == before - 1
