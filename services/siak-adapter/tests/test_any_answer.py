"""Whatever SIAK answers is an answer, or a fault the adapter knows."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given

from jamila_runtime.errors import JamilaError
from jamila_testing.certificates import revocation_list
from jamila_testing.fuzz import fuzz, outside, outside_json
from jamila_testing.samples import SIAK_OFFICE
from siak_adapter.lookup import Answer
from siak_adapter.siak_client import Method, SiakAccess, SiakClient
from siak_adapter.siak_signature import RevocationLists, RevocationListUnavailableError

pytestmark = pytest.mark.fuzz

NIK = "6311990101000001"
CLAIMS = {"NIK": NIK, "NAMA_LGKP": "Siti Contoh", "TGL_LHR": "31-01-2000"}
ANSWERS = [
    json.dumps({"content": [item], "quotaLimiter": 4711}).encode()
    for item in (
        {"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (100)", "TGL_LHR": "Tidak Sesuai"},
        {"RESPON": "Data Ditemukan, Meninggal Dunia", "RESPONSE_CODE": "11"},
        {"NIK": int(NIK), "NAMA_LGKP": "SITI CONTOH", "TGL_LHR": "2000-01-31"},
        {"RESPON": "Kuota Akses Hari ini telah Habis"},
    )
]


def asking(answer: bytes, method: Method) -> SiakClient:
    access = SiakAccess(**SIAK_OFFICE, method=method)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=answer))
    return SiakClient(access, httpx.Client(transport=transport))


@pytest.mark.parametrize("method", ["CALL_VERIFY_BY_ELEMEN", "CALL_NIK"])
@fuzz(150)
@given(raw=outside_json(ANSWERS))
def test_any_answer_is_read_or_refused(method: Method, raw: bytes) -> None:
    said: object
    try:
        said = asking(raw, method).verify(CLAIMS)
    except JamilaError as error:
        said = str(error)
    assert isinstance(said, Answer) or NIK not in str(said)


@fuzz(80)
@given(raw=outside([revocation_list("Root CA Uji")]))
def test_any_revocation_list_is_read_or_waited_for(raw: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=raw))
    lists = RevocationLists(httpx.Client(transport=transport), ("http://pki.test/root.crl",))
    with suppress(RevocationListUnavailableError):
        lists.evidence(datetime.now(UTC))
