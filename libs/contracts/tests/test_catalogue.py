"""The services of the office, as residents name them."""

import pytest

from jamila_contracts.catalogue import Catalogue, load_catalogue
from jamila_contracts.values import ItemProblem


def test_catalogue_finds_services_and_items_by_the_longest_keyword():
    catalogue = load_catalogue()
    assert catalogue.service_in("KK hilang pak").id == "kk-hilang"
    assert catalogue.service_in("mau bikin Akta Lahir!").id == "lhr-umum"
    assert catalogue.service_in("kkkk") is None
    assert catalogue.item_in("foto KTP saksi 2", "lhr-umum") == "doc.ktp_saksi2"
    assert catalogue.item_in("F-2.01.", "lhr-umum") == "frm.f201"
    assert catalogue.item_in("pemandangan", "lhr-umum") is None
    assert catalogue.label_of("doc.lain") == "doc.lain"


def test_alternative_item_answers_its_checklist_line():
    service = load_catalogue().service("lhr-umum")
    assert "doc.nikah" not in service.missing({"frm.f204"})
    assert "doc.nikah" in service.missing(set())


def test_checklist_with_an_unknown_item_does_not_load():
    line = {"id": "doc.tidak_ada", "required": True}
    service = {"id": "x", "label": "X", "keywords": ["x"], "items": [line]}
    with pytest.raises(ValueError, match=r"doc\.tidak_ada"):
        Catalogue.model_validate({"id": "k", "items": [], "services": [service], "problems": {}})


def test_problem_of_a_paper_is_said_in_the_words_of_residents():
    catalogue = load_catalogue()
    unreadable = ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca")
    unknown = ItemProblem(item_id="doc.baru", reason_code="alasan-baru")
    assert catalogue.problem_line(unreadable) == "Kartu Keluarga: tidak terbaca, mohon difoto ulang"
    assert catalogue.problem_line(unknown) == "doc.baru: alasan-baru"


def test_unknown_service_has_no_label_and_cannot_be_loaded():
    catalogue = load_catalogue()
    assert catalogue.service_label("layanan-baru") is None
    with pytest.raises(LookupError, match="layanan-baru"):
        catalogue.service("layanan-baru")
