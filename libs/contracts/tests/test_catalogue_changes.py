"""What lint says of a broken catalogue, what an office may change, and how changes are told."""

import json

import pytest

from jamila_contracts.catalogue import Catalogue
from jamila_contracts.catalogue.differences import differences
from jamila_contracts.catalogue.lint import lint
from jamila_contracts.catalogue.loading import CatalogueDataError, merged


def small(**changes):
    """A catalogue with one service, for what must not be accepted."""
    whole = {
        "id": "kecil",
        "items": [{"id": "doc.kk", "label": "Kartu Keluarga", "keywords": ["kk"]}],
        "questions": [{"id": "wna", "text": "WNA?", "kind": "yes-no"}],
        "groups": [
            {
                "id": "kk",
                "label": "KK",
                "topics": [
                    {
                        "id": "kk-hilang",
                        "label": "KK hilang",
                        "asks": [{"question": "wna"}],
                        "outcomes": [{"service": "kk-hilang"}],
                    }
                ],
            }
        ],
        "services": [
            {
                "id": "kk-hilang",
                "label": "KK hilang",
                "citation": "se",
                "documents": [{"kind": "kartu-keluarga"}],
                "items": [{"id": "doc.kk", "required": True}],
            }
        ],
        "citations": {"se": "SE"},
        "problems": {},
    }
    return json.loads(json.dumps({**whole, **changes}))


def topic_of(whole):
    return whole["groups"][0]["topics"][0]


def test_office_adds_with_a_citation_and_waives():
    layer = {
        "id": "kantor",
        "title": "Kantor",
        "effective_from": "2026-01-01",
        "citations": {"sp": "SP"},
        "items": [{"id": "doc.ktp", "label": "KTP-el", "keywords": ["ktp"]}],
        "add": [
            {
                "services": ["kk-hilang"],
                "citation": "sp",
                "line": {"id": "doc.ktp", "required": True},
            }
        ],
        "waive": [{"services": ["kk-hilang"], "item": "doc.kk", "citation": "sp"}],
    }
    office = merged([small(), layer])
    (line,) = office.service("kk-hilang").items
    assert (line.id, line.citation, line.local) == ("doc.ktp", "sp", True)
    assert lint(office) == []
    assert differences(Catalogue.model_validate(small()), office) == [
        "KK hilang (kk-hilang): sekarang meminta KTP-el (dasar: SP).",
        "KK hilang (kk-hilang): tidak lagi meminta doc.kk.",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"add": [{"services": ["x"], "citation": "se", "line": {"id": "doc.kk"}}]},
        {"waive": [{"services": ["kk-hilang"], "item": "doc.ktp", "citation": "se"}]},
    ],
)
def test_office_cannot_change_what_is_not_there(change):
    layer = {"id": "k", "title": "K", "effective_from": "2026-01-01", "citations": {}, **change}
    with pytest.raises(CatalogueDataError):
        merged([small(), layer])


def faults_after(change):
    whole = small()
    change(whole)
    return lint(Catalogue.model_validate(whole))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda w: w["services"][0].pop("citation"), "kk-hilang: tanpa dasar hukum"),
        (lambda w: w["citations"].clear(), "kk-hilang: dasar hukum se tidak dikenal"),
        (
            lambda w: w["services"][0]["documents"].append({"kind": "akta-baru"}),
            "kk-hilang: jenis dokumen akta-baru tidak dikenal",
        ),
        (
            lambda w: w["services"][0]["documents"].clear(),
            "kk-hilang: tidak menghasilkan dokumen",
        ),
        (
            lambda w: topic_of(w).update(label="x" * 25),
            f"kk-hilang: {'x' * 25!r} lebih dari 24 huruf",
        ),
        (
            lambda w: topic_of(w).update(description="x" * 73),
            f"kk-hilang: {'x' * 73!r} lebih dari 72 huruf",
        ),
        (
            lambda w: w["items"][0].update(label="x" * 25),
            f"doc.kk: {'x' * 25!r} lebih dari 24 huruf",
        ),
        (
            lambda w: w["questions"][0].update(
                choices=[{"value": "ya", "label": "y" * 21}, {"value": "tidak", "label": "T"}]
            ),
            f"wna: {'y' * 21!r} lebih dari 20 huruf",
        ),
        (
            lambda w: w["questions"][0].update(kind="choice"),
            "wna: jumlah pilihan harus 2 sampai 9",
        ),
        (
            lambda w: topic_of(w)["asks"].append({"question": "agama"}),
            "kk-hilang: fakta agama tidak dikenal",
        ),
        (
            lambda w: topic_of(w)["outcomes"].insert(0, {"service": "kk-baru"}),
            "kk-hilang: layanan kk-baru tidak dikenal",
        ),
        (
            lambda w: topic_of(w)["outcomes"].insert(0, {"topic": "kk-baru"}),
            "kk-hilang: topik kk-baru tidak dikenal",
        ),
        (
            lambda w: topic_of(w)["outcomes"].append({"advice": "Datang saja."}),
            "kk-hilang: nasihat tidak pernah tercapai",
        ),
        (
            lambda w: topic_of(w)["outcomes"][0].update(when=[{"fact": "wna", "is": ["ya"]}]),
            "kk-hilang: ada jawaban yang tidak menuju ke mana pun",
        ),
        (
            lambda w: w["services"][0]["items"][0].update(when=[{"fact": "wna", "is": ["entah"]}]),
            "kk-hilang: syarat doc.kk tidak pernah berlaku",
        ),
        (
            lambda w: w["services"].append({**w["services"][0], "id": "kk-lain"}),
            "kk-lain: tidak ada topik yang menuju ke layanan ini",
        ),
        (
            lambda w: w["items"].append(w["items"][0]),
            "item doc.kk ada lebih dari satu kali",
        ),
        (
            lambda w: w.update(rules=[{"id": "g1", "text": "Gratis.", "citation": "uu"}]),
            "aturan g1: dasar hukum uu tidak dikenal",
        ),
        (
            lambda w: w["groups"].extend([w["groups"][0]] * 9),
            "menu: lebih dari 9 kelompok",
        ),
        (
            lambda w: w["groups"][0]["topics"].extend([topic_of(w)] * 9),
            "kk: lebih dari 9 topik",
        ),
    ],
)
def test_lint_finds_what_would_fail_a_resident(change, fault):
    found = faults_after(change)
    assert fault in found


def test_lint_finds_a_question_nobody_is_ever_asked_and_a_date_nobody_knows():
    def change(whole):
        whole["questions"].append({"id": "tanggal", "text": "Kapan?", "kind": "date"})
        never = [{"fact": "wna", "is": ["mungkin"]}]
        topic_of(whole)["asks"].append({"question": "tanggal", "when": never})
        whole["services"][0]["deadline"] = {"days": 60, "of": "tanggal", "citation": "se"}

    found = faults_after(change)
    assert "kk-hilang: pertanyaan tanggal tidak pernah diajukan" in found
    assert "kk-hilang: tanggal tanggal tidak pernah ditanyakan" in found


def test_differences_are_told_in_words():
    def change(whole):
        service = whole["services"][0]
        service.update(label="KK hilang sekali", delivery="visit")
        service["documents"] = [{"kind": "biodata"}]
        service["deadline"] = {"days": 60, "of": "wna", "citation": "se"}
        service["items"][0].update(
            required=False, when=[{"fact": "wna", "is": ["ya"]}], **{"or": ["doc.kk"]}
        )
        whole["items"][0]["label"] = "Kartu Keluarga lama"
        whole["services"].append({**service, "id": "kk-lain", "label": "KK lain"})

    old, whole = small(), small()
    old["services"].append({**old["services"][0], "id": "kk-dulu", "label": "KK dulu"})
    change(whole)
    before, after = Catalogue.model_validate(old), Catalogue.model_validate(whole)
    where = "KK hilang sekali (kk-hilang): "
    assert differences(before, after) == [
        "Item doc.kk: disebut 'Kartu Keluarga lama', dulu 'Kartu Keluarga'.",
        "Layanan baru: KK lain (kk-lain).",
        "Layanan dihapus: KK dulu (kk-dulu).",
        f"{where}dulu bernama 'KK hilang'.",
        f"{where}Kartu Keluarga lama sekarang tidak wajib.",
        f"{where}Kartu Keluarga lama sekarang diminta bila wna = ya.",
        f"{where}pengganti Kartu Keluarga lama: Kartu Keluarga lama.",
        f"{where}harus datang, dulu tanpa datang.",
        f"{where}menghasilkan biodata.",
        f"{where}batas lapor 60 hari, dulu - hari.",
    ]
    assert differences(before, before) == []


def test_outcome_leads_to_exactly_one_place():
    whole = small()
    topic_of(whole)["outcomes"] = [{"service": "kk-hilang", "advice": "Datang saja."}]
    with pytest.raises(ValueError, match="one of service, topic and advice"):
        Catalogue.model_validate(whole)
