"""Whatever people are called and however many they are: nothing overlaps, nothing is lost.

The layout itself says where each mark was put (``jamila_pdf.layout``).
"""

from datetime import date
from hashlib import sha256
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jamila_pdf.errors import TooMuchTextError
from jamila_pdf.layout import Placed, watch
from siak_adapter.documents import (
    MODELS,
    DocumentData,
    DocumentIssue,
    DocumentKind,
    signature_box,
)
from siak_adapter.documents.kinds import CARDS
from siak_adapter.pdf import render_document
from siak_adapter.samples import KINDS, sample_entry, sample_photo

FIXED = {"model", "sex", "child_sex", "citizenship", "nationality", "relationship", "birth_time"}
"""Values that are chosen, not written."""
LISTED = {
    "religion": "Kepercayaan terhadap Tuhan YME",
    "marital_status": "Cerai Hidup Belum Tercatat",
    "education": "Akademi/Diploma III/S. Muda",
    "occupation": "Anggota DPRD Kabupaten/Kota",
    "blood_type": "Tidak Tahu",
}
"""Values from SIAK's lists: the longest of each."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ'ÉŽŞ"
PHOTO = sample_photo()
PHOTOS = {sha256(PHOTO).hexdigest(): PHOTO}
ISSUE = DocumentIssue(
    kabupaten="Kabupaten Balangan",
    issue_place="Paringin",
    issue_date=date(2026, 10, 23),
    signer_title="Plt. Kepala Dinas Kependudukan dan Pencatatan Sipil Kabupaten Balangan",
    signer_name="Dra. Hj. SITI NOOR HALIMATUSSADIAH CONTOH, S.Sos., M.AP.",
    signer_nip="197001011995032001",
    document_code="7QK4M2XP9BTRWCHN",
    verify_url="https://dukcapil.example.go.id/dokumen/7QK4M2XP9BTRWCHN",
)


def names(longest: int) -> st.SearchStrategy[str]:
    """Words with single spaces, as SIAK stores names."""
    word = st.text(alphabet=LETTERS, min_size=1, max_size=18)
    text = st.lists(word, min_size=1, max_size=12).map(" ".join)
    return text.map(lambda value: value[:longest].strip()).filter(bool)


def is_written(key: str, value: Any) -> bool:
    """Whether an operator types this value freely."""
    return isinstance(value, str) and key not in FIXED and not any(c.isdigit() for c in value)


@st.composite
def entries(draw: st.DrawFn, kind: str, longest: int) -> DocumentData:
    """The sample of a kind with other words in every place that is written freely."""
    pool = draw(st.lists(names(longest), min_size=6, max_size=6))
    words = cycle(pool[draw(st.integers(0, 5)) :] + pool)

    def other(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: other(each, name) for name, each in value.items()}
        if value is not None and key in LISTED:
            return LISTED[key]
        if isinstance(value, list):
            return [other(each, key) for each in value]
        return next(words) if is_written(key, value) else value

    entry = other(sample_entry(kind))
    if kind == "kartu-keluarga":
        head, *others = entry["members"]
        count = draw(st.integers(0, 39))
        more = [{**others[n % len(others)], "nik": None} for n in range(count)]
        entry["members"] = [head, *more]
    if kind in {"ktp-el", "akta-perkawinan"} and draw(st.booleans()):
        entry["photo_sha256"] = next(iter(PHOTOS))
    if kind == "akta-kelahiran":
        note = {"text": next(words), "noted_date": "2026-10-23"}
        entry["marginal_notes"] = [note] * draw(st.integers(0, 4))
        entry["model"] = draw(st.sampled_from(["ayah-ibu", "ayah-ibu-frasa"]))
    return MODELS[DocumentKind(kind)].model_validate(entry)


def drawn(data: DocumentData, *, draft: bool = False) -> list[Placed]:
    """Where everything was put."""
    with watch() as marks:
        render_document(data, issue=ISSUE, watermark=draft, pictures=PHOTOS)
    return marks


def faults(kind: str, marks: list[Placed]) -> list[str]:
    """What lies off the page, or on something else."""
    width, height = page_of(kind)
    found = [
        f"off the page: {mark}"
        for mark in marks
        if mark.x1 < 0 or mark.y1 < 0 or mark.x2 > width or mark.y2 > height
    ]
    upwards = sorted(marks, key=lambda mark: (mark.page, mark.y1))
    for index, mark in enumerate(upwards):
        for above in upwards[index + 1 :]:
            if above.page != mark.page or above.y1 >= mark.y2:
                break
            if mark.overlaps(above):
                found.append(f"{mark} on {above}")
    return found


def page_of(kind: str) -> tuple[float, float]:
    if DocumentKind(kind) in CARDS:
        return 242.65, 153.02
    return (841.9, 595.3) if kind == "kartu-keluarga" else (595.3, 841.9)


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_the_law_allows_always_fit(kind):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(entries(kind, 60), st.booleans())
    def holds(data, draft):
        assert faults(kind, drawn(data, draft=draft)) == []

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_longer_texts_fit_or_are_refused_as_a_whole(kind):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(entries(kind, 120))
    def holds(data):
        try:
            marks = drawn(data)
        except TooMuchTextError:
            return
        assert faults(kind, marks) == []

    holds()


@pytest.mark.parametrize("draft", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_box_is_kept_free(kind, draft):
    data = MODELS[DocumentKind(kind)].model_validate(sample_entry(kind))
    box = signature_box(DocumentKind(kind))

    marks = drawn(data, draft=draft)

    last = max(mark.page for mark in marks)
    place = Placed("room", last, box.x1, box.y1, box.x2, box.y2)
    assert place in marks
    assert [mark for mark in marks if mark != place and mark.overlaps(place)] == []


def test_marks_on_each_other_and_off_the_page_are_found():
    one, other = Placed("text", 0, 10, 10, 50, 20), Placed("text", 0, 45, 12, 90, 22)

    assert len(faults("biodata", [one, other, Placed("text", 0, 590, 10, 600, 20)])) == 2
    assert faults("biodata", [one, Placed("text", 1, 45, 12, 90, 22)]) == []
