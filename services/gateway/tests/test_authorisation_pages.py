"""Who may see which page of the console, and that no form does anything for whoever may not.

The table is the whole of it: a page that stands in no line fails the first test.
"""

import re
from typing import Any

import pytest

from gateway.accounts import Account, Grant, StoredAccount
from gateway.api import create_api
from jamila_testing.routes import NOBODY, Places, walk

CAPABILITIES = {
    "L": "operator-layanan",
    "S": "operator-siak",
    "K": "kasi",
    "B": "kabid",
    "D": "kepala-dinas",
    "C": "operator-cetak",
    "O": "ops",
    "A": "admin",
}
# Who may, by letter; * is everybody who is logged in, - is also whoever is not.
TABLE = """
-        /
-        /favicon.ico
-        /masuk
-        /masuk/oidc
-        /masuk/oidc/kembali
-        /statis/{name}
*        /masuk/kode
*        /masuk/sandi
*        /hidup
*        /antrean
*        /cari
*        /panduan
*        /panduan/gambar/{name}
*        /panduan/{name}
*        /permohonan/{case_id}
*        /permohonan/{case_id}/keadaan
*        /permohonan/{case_id}/isian
*        /permohonan/{case_id}/draft
*        /tugas-berikut
LSKBD    /permohonan/{case_id}/lembar/berkas/{sha256}
LSKBDC   /permohonan/{case_id}/lembar/dokumen/{sha256}
KBDA     /dasbor
KBDA     /dasbor/angka.csv
L        /kabar
L        /kabar/berita/{case_id}/{message_id}
L        /kabar/jawaban/{contact_id}/{answer_id}
L        /kabar/telepon
L        /kolektif
L        /kolektif/{batch_id}
L        /loket
L        /loket/{entry_id}
L        /loket/selesai/{case_id}
L        /penyerahan
L        /percakapan
L        /percakapan/{request_id}
D        /tanda-tangan
D        /tanda-tangan/bersama/{batch_id}
D        /tanda-tangan/{case_id}
C        /cetak
*        /gangguan
A        /akun
A        /akun/riwayat
A        /akun/{account}
*        /akun-saya
OA       /sistem
OA       /sistem/tertahan
OA       /sistem/ulangan
*        /sistem/aturan
A        /sistem/jejak
*        /sistem/pesan
A        /sistem/webhook
*        /sistem/kalender
LKBDCA   /persediaan
"""
ALLOWED = {line.split()[1]: line.split()[0] for line in TABLE.split("\n") if line}
INSIDE = sorted(path for path, who in ALLOWED.items() if who != "-")


ROUTES = sorted(set(walk(create_api(max_body_bytes=1, secure=True).routes)))


def pages(method: str) -> set[str]:
    return {path for way, path in ROUTES if way == method and not path.startswith("/api/")}


@pytest.fixture
def places(house: Any, case: Any) -> Places:
    proof = house.store.find("kasi-1").password_hash
    held = {letter: (Grant(each),) for letter, each in CAPABILITIES.items()}
    for letter, grants in {**held, "Z": ()}.items():
        account = Account(f"uji-{letter.lower()}", f"Uji {letter}", "6311", grants)
        house.store.add(StoredAccount(account, proof))
    everything = tuple(grant for grants in held.values() for grant in grants)
    neighbour = Account("tetangga-1", "Tetangga", "6371", everything)
    house.store.add(StoredAccount(neighbour, proof))
    house.commands.answer = house.commands.unknown
    object.__setattr__(house.door, "is_stopping", lambda: True)
    return Places(
        case_id=str(case.case_id), sha256=case.paper, name="operator-siak", account="kasi-1"
    )


def test_every_page_has_its_line_and_every_line_its_page() -> None:
    assert pages("GET") == set(ALLOWED)


@pytest.mark.parametrize("letter", CAPABILITIES)
async def test_capability_opens_what_the_table_says_and_nothing_else(
    house: Any, places: Places, letter: str
) -> None:
    opened = set()
    async with house.console(f"uji-{letter.lower()}") as client:
        for path in INSIDE:
            answer = await client.get(path.format_map(places))
            assert answer.status_code < 500, path
            if "capability-missing" not in answer.text:
                opened.add(path)
            else:
                assert answer.status_code == 403

    assert opened == {path for path in INSIDE if ALLOWED[path] == "*" or letter in ALLOWED[path]}


async def test_account_of_another_kabupaten_does_not_get_in(house: Any, places: Places) -> None:
    async with house.client(Accept="text/html") as client:
        said = {"akun": "tetangga-1", "sandi": "kata-sandi-untuk-uji"}
        answer = await client.post("/masuk", data=said)
        inside = [await client.get(path.format_map(places)) for path in INSIDE]

    assert answer.status_code == 401
    assert {each.status_code for each in inside} == {303}


@pytest.mark.parametrize("path", sorted(pages("POST") - {"/masuk", "/keluar", "/masuk/kode"}))
async def test_form_does_nothing_for_whoever_holds_nothing(
    house: Any, places: Places, path: str
) -> None:
    async with house.console("uji-z") as client:
        page = (await client.get("/antrean")).text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        assert csrf is not None
        given = {"csrf": csrf[1], "kunci": NOBODY, "langkah": "4", "alasan": "salah-ketik"}
        answer = await client.post(path.format_map(places), data=given)

    assert answer.status_code < 500
    assert house.commands.asked == []
    assert house.access_log.lines == []


@pytest.mark.parametrize("path", sorted(pages("POST") - {"/masuk"}))
async def test_form_without_the_token_of_the_session_does_nothing(
    house: Any, places: Places, path: str
) -> None:
    async with house.console("uji-l") as client:
        answer = await client.post(path.format_map(places), data={"kunci": NOBODY})
        still_inside = await client.get("/antrean")

    assert answer.status_code == 403
    assert "csrf-token-wrong" in answer.text
    assert house.commands.asked == []
    assert still_inside.status_code == 200
