"""The services of the office as data: what is asked of whom, and what comes of it."""

from datetime import date

import pytest

from jamila_contracts.catalogue import (
    DOCUMENT_KINDS,
    Catalogue,
    CatalogueReference,
    catalogue_ids,
    catalogue_of,
    catalogue_reference,
    load_catalogue,
)
from jamila_contracts.catalogue.lint import lint
from jamila_contracts.catalogue.paths import ways
from jamila_contracts.values import ItemProblem

NATIONAL = "katalog-nasional-2021-1"
FIRST = "katalog-awal-2026-1"
CURRENT = ("katalog-nasional-2021-1", "katalog-balangan-2026-1")
SERVICES = set(
    """ktp-baru ktp-pindah ktp-ubah ktp-rusak ktp-hilang ktp-oa kk-baru-keluarga
kk-ganti-kepala kk-pisah kk-pindah kk-tambah kk-ubah kk-hilang kk-rusak bio-baru kia-lahir kia-0-5
kia-5-17 kia-hilang kia-rusak kia-pindah kia-ln kia-oa lhr-umum lhr-terlambat lhr-sptjm-lahir
lhr-sptjm-pasutri lhr-ibu lhr-temuan lhr-oa lhr-hilang mti-umum mti-tak-terdata mti-tak-jelas
kwn-umum kwn-penetapan cri-umum aku-umum aku-penetapan sah-umum sah-penetapan""".split()  # noqa: SIM905 - forty names are easier to read so
)
"""Source: domain rules, section 1.5."""
BIRTH = {"surat-lahir": "ya", "buku-nikah": "ya", "hubungan": "sendiri"}


@pytest.fixture
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize("catalogue_id", CURRENT)
def test_shipped_catalogue_has_no_faults(catalogue_id):
    assert lint(load_catalogue(catalogue_id)) == []


def test_every_service_of_the_rules_is_there_and_brings_known_documents(catalogue):
    assert {each.id for each in catalogue.services} == SERVICES
    kinds = {document.kind for each in catalogue.services for document in each.documents}
    assert kinds == set(DOCUMENT_KINDS)


def test_the_nine_kinds_of_the_sop_are_the_first_menu(catalogue):
    assert [each.id for each in catalogue.groups] == [
        "akta-kelahiran",
        "kartu-keluarga",
        "ktp",
        "kia",
        "akta-kematian",
        "akta-perkawinan",
        "akta-perceraian",
        "pengakuan-anak",
        "pengesahan-anak",
    ]


def test_every_service_is_reached_by_some_answers(catalogue):
    reached = {
        way.outcome.service
        for topic in catalogue.topics
        for way in ways(catalogue, topic)
        if way.outcome and way.outcome.service
    }
    assert reached == SERVICES


def test_old_cases_keep_the_catalogue_they_began_with():
    assert catalogue_of(None).id == FIRST
    assert catalogue_of(CatalogueReference(id=NATIONAL, digest="x")).id == NATIONAL
    assert load_catalogue(FIRST).service("kk-ubah").missing({"frm.f102", "frm.f106"}) == (
        "doc.kk_lama",
        "doc.bukti_ubah",
    )


def test_reference_names_id_and_digest_of_all_its_files():
    references = [catalogue_reference(each) for each in catalogue_ids()]
    assert [each.id for each in references] == list(catalogue_ids())
    assert len({each.digest for each in references}) == len(references)
    assert all(len(each.digest) == 64 for each in references)


def test_catalogue_finds_services_topics_and_items_by_the_longest_keyword(catalogue):
    assert catalogue.service_in("KK hilang pak").id == "kk-hilang"
    assert catalogue.service_in("mau bikin Akta Lahir!").id == "lhr-umum"
    assert catalogue.service_in("kkkk") is None
    assert catalogue.service_named("Akta lahir").id == "lhr-umum"
    assert catalogue.topic_in("kehilangan, KTP hilang kemarin").id == "ktp-hilang"
    assert catalogue.group_in("mau urus kartu keluarga").id == "kartu-keluarga"
    assert catalogue.item_in("foto KTP saksi 2", "lhr-umum") == "doc.ktp_saksi2"
    assert catalogue.item_in("F-2.01.", "lhr-umum") == "frm.f201"
    assert catalogue.item_in("pemandangan", "lhr-umum") is None
    assert catalogue.item_in("paspor", None) == "doc.paspor"
    assert catalogue.label_of("doc.lain") == "doc.lain"


@pytest.mark.parametrize("code", ["F-2.29", "formulir F-2.40", "f212", "F-2.38"])
def test_obsolete_form_code_is_understood_but_never_asked_for(catalogue, code):
    assert catalogue.item_in(code, "mti-umum") == "frm.f201"
    asked = " ".join(catalogue.label_of(each.id) for each in catalogue.services[0].items)
    assert code.upper() not in asked


def test_alternative_item_answers_its_checklist_line(catalogue):
    service = catalogue.service("mti-tak-jelas")
    assert "doc.penetapan" in service.missing(set())
    assert "doc.penetapan" not in service.missing({"doc.sk_polisi_mati"})


@pytest.mark.parametrize(
    ("facts", "needed", "spared"),
    [
        (BIRTH, "doc.sk_lahir", "frm.f203"),
        ({**BIRTH, "surat-lahir": "tidak"}, "frm.f203", "doc.sk_lahir"),
        ({**BIRTH, "buku-nikah": "tidak", "kk-suami-istri": "ya"}, "frm.f204", "doc.nikah"),
        ({**BIRTH, "buku-nikah": "tidak", "kk-suami-istri": "tidak"}, "doc.kk", "frm.f204"),
        ({**BIRTH, "hubungan": "kuasa"}, "frm.f107", "frm.f203"),
    ],
)
def test_checklist_of_a_birth_follows_from_its_facts(catalogue, facts, needed, spared):
    missing = catalogue.service("lhr-umum").missing(set(), facts)
    assert needed in missing
    assert spared not in missing
    assert {"doc.ktp_ortu", "doc.ktp_saksi1", "doc.ktp_saksi2"} <= set(missing)


@pytest.mark.parametrize(
    ("facts", "service_id", "model"),
    [
        ({}, "lhr-umum", "ayah-ibu"),
        ({"buku-nikah": "tidak", "kk-suami-istri": "ya"}, "lhr-sptjm-pasutri", "ayah-ibu-frasa"),
        ({"buku-nikah": "tidak", "kk-suami-istri": "tidak"}, "lhr-ibu", "ibu"),
        ({"surat-lahir": "tidak"}, "lhr-sptjm-lahir", "ayah-ibu"),
        ({"lapor-kelahiran": "terlambat"}, "lhr-terlambat", "ayah-ibu"),
    ],
)
def test_facts_decide_the_variant_and_the_model_of_the_certificate(
    catalogue, facts, service_id, model
):
    known = {**BIRTH, "lapor-kelahiran": "tepat-waktu", **facts}
    outcome = catalogue.topic("lahir-baru").outcome(known)
    assert outcome.service == service_id
    assert catalogue.service(service_id).model_for(known) == model


def test_foundling_has_a_certificate_without_parents(catalogue):
    assert catalogue.service("lhr-temuan").model_for({}) == "tanpa-orang-tua"
    assert catalogue.service("kk-ubah").model_for({}) is None


def test_one_application_brings_several_documents(catalogue):
    birth = catalogue.service("lhr-umum")
    assert birth.documents_for({"usia-anak": "balita"}) == (
        "akta-kelahiran",
        "kartu-keluarga",
        "kia",
    )
    assert birth.documents_for({"usia-anak": "dewasa"}) == ("akta-kelahiran", "kartu-keluarga")
    death = catalogue.service("mti-umum").documents_for({})
    assert death == ("akta-kematian", "kartu-keluarga")
    for service_id in ("kwn-umum", "cri-umum"):
        assert set(catalogue.service(service_id).documents_for({})) > {"kartu-keluarga", "ktp-el"}


@pytest.mark.parametrize(
    ("service_id", "question", "days"),
    [
        ("lhr-umum", "tanggal-lahir-anak", 60),
        ("mti-umum", "tanggal-meninggal", 30),
        ("kwn-umum", "tanggal-kawin", 60),
        ("cri-umum", "tanggal-putusan", 60),
        ("aku-umum", "tanggal-surat-pengakuan", 30),
        ("sah-umum", "tanggal-akta-kawin", 30),
    ],
)
def test_report_is_late_on_the_day_after_the_last(catalogue, service_id, question, days):
    service, today = catalogue.service(service_id), date(2026, 6, 30)
    last = {question: date.fromordinal(today.toordinal() - days).isoformat()}
    late = {question: date.fromordinal(today.toordinal() - days - 1).isoformat()}
    assert not service.is_late(last, today)
    assert service.is_late(late, today)
    assert not service.is_late({}, today)


def test_age_is_counted_by_birthdays(catalogue):
    today = date(2026, 4, 6)

    def age(born: str) -> str:
        return catalogue.with_derived({"tanggal-lahir-anak": born}, today)["usia-anak"]

    assert [age("2021-04-07"), age("2021-04-06"), age("2009-04-06")] == ["balita", "anak", "dewasa"]
    assert "usia-anak" not in catalogue.with_derived({"tanggal-lahir-anak": ""}, today)


def test_advice_ends_the_questions_at_once(catalogue):
    topic = catalogue.topic("perkawinan")
    assert "KUA" in topic.detour({"agama-islam": "ya"}).advice
    assert topic.detour({"agama-islam": "tidak"}) is None
    assert catalogue.topic("kia-baru").detour({"akta-anak": "belum"}).topic == "lahir-baru"


def test_questions_are_asked_one_at_a_time_and_only_when_they_matter(catalogue):
    topic = catalogue.topic("lahir-baru")
    assert topic.next_ask({}).question == "hubungan"
    known = {"hubungan": "keluarga", "tanggal-lahir-anak": "2026-04-01", "surat-lahir": "ya"}
    assert topic.next_ask({**known, "buku-nikah": "tidak"}).question == "kk-suami-istri"
    assert topic.next_ask({**known, "buku-nikah": "ya"}).question == "nama-anak"
    rest = {"buku-nikah": "ya", "nama-anak": "X", "nik-ibu": "1", "no-kk": ""}
    assert topic.next_ask({**known, **rest}) is None


def test_checklist_with_an_unknown_item_does_not_load():
    line = {"id": "doc.tidak_ada", "required": True}
    service = {"id": "x", "label": "X", "keywords": ["x"], "items": [line]}
    with pytest.raises(ValueError, match=r"doc\.tidak_ada"):
        Catalogue.model_validate({"id": "k", "items": [], "services": [service], "problems": {}})


def test_problem_of_a_paper_is_said_in_the_words_of_residents(catalogue):
    unreadable = ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca")
    unknown = ItemProblem(item_id="doc.baru", reason_code="alasan-baru")
    assert catalogue.problem_line(unreadable) == "Kartu Keluarga: tidak terbaca, mohon difoto ulang"
    assert catalogue.problem_line(unknown) == "doc.baru: alasan-baru"


def test_unknown_names_are_said_to_be_unknown(catalogue):
    assert catalogue.service_label("layanan-baru") is None
    assert catalogue.topic("topik-baru") is None
    assert catalogue.group("kelompok-baru") is None
    assert catalogue.topic_of("layanan-baru") is None
    assert catalogue.topic_of("lhr-ibu").id == "lahir-baru"
    for ask in (catalogue.service, catalogue.question):
        with pytest.raises(LookupError, match="layanan-baru"):
            ask("layanan-baru")


@pytest.mark.parametrize("topic", load_catalogue().topics, ids=lambda topic: topic.id)
def test_every_wish_is_understood_by_its_own_words(catalogue, topic):
    for word in topic.keywords:
        assert catalogue.topic_in(f"pak, mau {word} dong").id == topic.id
