"""``jamila catalogue``: lint, show, diff."""

import json

import pytest
from typer.testing import CliRunner

from jamila_deploy.cli_catalogue import catalogue


@pytest.fixture
def jamila():
    def run(*arguments: str):
        return CliRunner().invoke(catalogue, arguments, env={"COLUMNS": "160"})

    return run


def test_lint_says_that_all_is_well_and_names_the_version(jamila):
    result = jamila("lint")
    assert result.exit_code == 0
    assert "katalog-balangan-2026-1: tidak ada kesalahan (sha256 " in result.output
    assert json.loads(jamila("lint", "--json").output)["faults"] == []


def test_lint_ends_with_one_when_the_catalogue_has_faults(jamila):
    result = jamila("lint", "katalog-awal-2026-1")
    assert result.exit_code == 1
    assert "lhr-umum: tanpa dasar hukum" in result.output


def test_show_lists_the_menu(jamila):
    assert "lahir-baru" in jamila("show").output
    topics = json.loads(jamila("show", "--json").output)["topics"]
    assert {"group": "KTP-el", "topic": "ktp-hilang", "label": "KTP hilang"} in topics


def test_show_gives_the_checklist_of_these_facts(jamila):
    facts = (
        "--fact",
        "buku-nikah=tidak",
        "--fact",
        "kk-suami-istri=ya",
        "--fact",
        "hubungan=kuasa",
    )
    result = json.loads(jamila("show", "lahir-baru", *facts, "--json").output)
    assert (result["service"], result["model_akta"]) == ("lhr-sptjm-pasutri", "ayah-ibu-frasa")
    items = {each["item"]: each for each in result["items"]}
    assert {"frm.f204", "frm.f107"} <= items.keys()
    assert items["doc.ktp_saksi1"]["local"]
    assert "Balangan" in items["doc.ktp_saksi1"]["citation"]
    table = jamila("show", "lahir-baru", *facts).output
    assert "Model akta: ayah-ibu-frasa" in table
    assert "(daerah)" in table


def test_show_takes_a_service_too(jamila):
    assert "Surat kehilangan" in jamila("show", "ktp-hilang", "--fact", "hubungan=sendiri").output
    assert json.loads(jamila("show", "lhr-oa", "--json").output)["service"] == "lhr-oa"


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "katalog-lain"),
        ("show", "topik-lain"),
        ("show", "lahir-baru", "--fact", "buku-nikah"),
        ("show", "perkawinan", "--fact", "agama-islam=ya"),
    ],
)
def test_what_is_not_understood_ends_with_two(jamila, arguments):
    assert jamila(*arguments).exit_code == 2


def test_diff_says_what_the_office_adds(jamila):
    result = jamila("diff", "katalog-nasional-2021-1")
    assert result.exit_code == 1
    assert "sekarang meminta KTP-el saksi pertama (dasar: Standar Pelayanan" in result.output
    same = jamila("diff", "katalog-balangan-2026-1")
    assert (same.exit_code, same.output) == (0, "Tidak ada perbedaan.\n")
    changes = json.loads(jamila("diff", "katalog-nasional-2021-1", "--json").output)["changes"]
    assert len(changes) == 5
