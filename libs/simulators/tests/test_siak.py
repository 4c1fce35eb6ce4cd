import pytest

from jamila_simulators.residents import residents

LOGIN = {"USER_ID": "dinas", "PASSWORD": "rahasia-siak", "IP_USER": "10.63.11.5"}
PERSON = next(person for person in residents() if person.status == "active")


def someone(status: str) -> str:
    return next(person.nik for person in residents() if person.status == status)


async def call(sim, method: str = "CALL_NIK", **fields: str) -> dict:
    answer = await sim.client.post(f"/siak/dukcapil/get_json/6311/{method}", json=LOGIN | fields)
    assert answer.status_code == 200
    return answer.json()


async def test_found_person_comes_in_the_real_envelope(sim):
    body = await call(sim, NIK=PERSON.nik)

    content = body.pop("content")
    assert body == {
        "lastPage": True,
        "numberOfElements": 1,
        "sort": None,
        "totalElements": 1,
        "firstPage": True,
        "number": 0,
        "size": 1,
        "quotaLimiter": 4999,
    }
    assert content[0]["NAMA_LGKP"] == PERSON.name
    assert content[0]["TGL_LHR"] == PERSON.birth_date.isoformat()
    assert (content[0]["NO_PROP"], content[0]["NO_KAB"]) == (63, 11)


async def test_field_names_are_taken_in_any_case(sim):
    answer = await sim.client.post(
        "/siak/dukcapil/get_json/6311/CALL_NIK",
        json={key.lower(): value for key, value in (LOGIN | {"NIK": PERSON.nik}).items()},
    )

    assert answer.json()["content"][0]["NIK"] == PERSON.nik


async def test_family_card_lists_the_household(sim):
    body = await call(sim, "CALL_NIK_GET_KK", NIK=PERSON.nik)

    assert {row["NO_KK"] for row in body["content"]} == {PERSON.no_kk}
    assert body["numberOfElements"] == len(body["content"]) > 1


@pytest.mark.parametrize(
    ("nik", "code", "text"),
    [
        (someone("deceased"), "11", "Data Ditemukan, Meninggal Dunia"),
        (someone("duplicate"), "12", "Data Ditemukan, Data Ganda"),
        ("6311990101000999", "13", "Data Tidak Ditemukan, NIK tidak terdapat"),
        (someone("inactive"), "14", "Data Ditemukan, Status Non Aktif"),
        ("63119901", "15", "Data Tidak Ditemukan, NIK tidak sesuai format"),
    ],
)
@pytest.mark.parametrize("method", ["CALL_NIK", "CALL_VERIFY_BY_ELEMEN"])
async def test_refusal_comes_with_http_200_code_and_text(sim, method, nik, code, text):
    [item] = (await call(sim, method, NIK=nik, TRESHOLD="90"))["content"]

    assert item["RESPONSE_CODE"] == code
    assert item["RESPON"].startswith(text)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"PASSWORD": "salah"}, "Login Gagal"),
        ({"USER_ID": "lain"}, "Login Gagal"),
        ({"IP_USER": ""}, "User, password dan IP tidak boleh kosong"),
        ({"IP_USER": "10.0.0.1"}, "IP Address Tidak Sesuai"),
        ({"NIK": ""}, "Parameter Tidak Lengkap / Tidak Valid"),
    ],
)
async def test_wrong_login_is_told_in_words_without_code(sim, fields, text):
    assert (await call(sim, **({"NIK": PERSON.nik} | fields)))["content"] == [{"RESPON": text}]


async def test_equal_claims_agree(sim):
    body = await call(
        sim,
        "CALL_VERIFY_BY_ELEMEN",
        NIK=PERSON.nik,
        NO_KK=PERSON.no_kk,
        NAMA_LGKP=PERSON.name.title(),
        TMPT_LHR=PERSON.birth_place,
        TGL_LHR=PERSON.birth_date.strftime("%d-%m-%Y"),
        JENIS_KLMIN=PERSON.sex,
        TRESHOLD="90",
    )

    assert body == {
        "content": [
            {
                "NIK": "Sesuai",
                "NO_KK": "Sesuai",
                "JENIS_KLMIN": "Sesuai",
                "NAMA_LGKP": "Sesuai (100)",
                "TMPT_LHR": "Sesuai (100)",
                "TGL_LHR": "Sesuai",
            }
        ],
        "quotaLimiter": 4999,
    }


async def test_different_claims_disagree_with_a_score(sim):
    body = await call(
        sim,
        "CALL_VERIFY_BY_ELEMEN",
        NIK=PERSON.nik,
        NO_KK="6311990101010101",
        NAMA_LGKP="ZZZZ QQQQ",
        TRESHOLD="90",
    )

    [item] = body["content"]
    assert item["NO_KK"] == "Tidak Sesuai"
    assert item["NAMA_LGKP"].startswith("Tidak Sesuai (")


async def test_threshold_decides_about_a_small_difference(sim):
    claim = {"NIK": PERSON.nik, "NAMA_LGKP": PERSON.name + "S"}

    strict = await call(sim, "CALL_VERIFY_BY_ELEMEN", TRESHOLD="100", **claim)
    lenient = await call(sim, "CALL_VERIFY_BY_ELEMEN", TRESHOLD="80", **claim)

    assert strict["content"][0]["NAMA_LGKP"].startswith("Tidak Sesuai (9")
    assert lenient["content"][0]["NAMA_LGKP"].startswith("Sesuai (9")


async def test_birth_date_in_the_order_of_the_answer_disagrees(sim):
    day = PERSON.birth_date.isoformat()

    body = await call(sim, "CALL_VERIFY_BY_ELEMEN", NIK=PERSON.nik, TGL_LHR=day, TRESHOLD="90")

    assert body["content"][0]["TGL_LHR"] == "Tidak Sesuai"


@pytest.mark.parametrize("threshold", ["", "0", "101", "tinggi"])
async def test_threshold_outside_1_to_100_is_refused(sim, threshold):
    body = await call(sim, "CALL_VERIFY_BY_ELEMEN", NIK=PERSON.nik, TRESHOLD=threshold)

    assert body["content"] == [{"RESPON": "Parameter Tidak Lengkap / Tidak Valid"}]


async def test_spent_quota_is_refused_until_midnight_in_makassar(sim):
    await sim.client.post("/_sim/siak/mode", json={"quota": 1})

    first = await call(sim, NIK=PERSON.nik)
    second = await call(sim, NIK=PERSON.nik)
    sim.clock.move(hours=15)  # from 09.00 to 00.00 WITA
    next_day = await call(sim, NIK=PERSON.nik)

    assert first["quotaLimiter"] == 0
    assert second["content"] == [{"RESPON": "Kuota Akses Hari Ini Telah Habis"}]
    assert next_day["quotaLimiter"] == 4999


async def test_outage_answers_503_until_it_is_over(sim):
    path, body = "/siak/dukcapil/get_json/6311/CALL_NIK", LOGIN | {"NIK": PERSON.nik}

    await sim.client.post("/_sim/siak/mode", json={"outage": True})
    during = await sim.client.post(path, json=body)
    await sim.client.post("/_sim/siak/mode", json={"outage": False})
    after = await sim.client.post(path, json=body)

    assert (during.status_code, after.status_code) == (503, 200)


async def test_residents_are_listed_for_the_demo(sim):
    answer = await sim.client.get("/_sim/siak/residents", params={"limit": 3})

    assert [row["NIK"] for row in answer.json()] == [person.nik for person in residents()[:3]]
