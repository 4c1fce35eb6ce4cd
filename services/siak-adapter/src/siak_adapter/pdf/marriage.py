"""Kutipan akta perkawinan, one page for each of the two, and kutipan akta perceraian."""

from collections.abc import Iterator
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.sheet import A4, SOFT, Style
from jamila_pdf.typefaces import Face
from siak_adapter.documents import DivorceCertificateData, MarriageCertificateData, Spouse
from siak_adapter.pdf.certificate import (
    LABEL_X,
    BigName,
    Block,
    Heading,
    Row,
    closing_rows,
    day_rows,
    draw_one_page,
    draw_page,
    number_rows,
    place_and_day,
)
from siak_adapter.pdf.parts import Job, draw_photo

_PHOTO: Final = (LABEL_X, 98, LABEL_X + 129, 98 + 86)
"""4.5 by 3 cm at the lower left: the couple side by side, as 6x4 photos are shaped."""
_HOLDERS: Final = (("SUAMI", "for the husband"), ("ISTRI", "for the wife"))


def draw_marriage(data: MarriageCertificateData, job: Job) -> bytes:
    """Draw both kutipan akta perkawinan: page one for the husband, page two for the wife."""
    heading = Heading(
        "KUTIPAN AKTA PERKAWINAN", "EXCERPT OF MARRIAGE CERTIFICATE", _niks(data.husband, data.wife)
    )
    blocks = tuple(_marriage_blocks(data, job))
    sheet = job.sheet(heading.title.title(), A4)
    for number, (holder, english) in enumerate(_HOLDERS, start=1):
        draw_page(sheet, job, data, heading=heading, blocks=blocks)
        draw_photo(sheet, job, data.photo_sha256, _PHOTO)
        with sheet.tag("P"):
            y = _PHOTO[1] - 12
            said = f"Kutipan untuk {holder}"
            sheet.text(said, LABEL_X, y=y, style=Style(Face.SERIF_BOLD, 10))
            of_two = f"{english}; lembar {number} dari 2"
            sheet.text(of_two, LABEL_X, y=y - 10, style=Style(Face.SERIF_ITALIC, 8.5, SOFT))
        sheet.end_page()
    return sheet.finish()


def draw_divorce(data: DivorceCertificateData, job: Job) -> bytes:
    """Draw a kutipan akta perceraian."""
    heading = Heading(
        "KUTIPAN AKTA PERCERAIAN", "EXCERPT OF DIVORCE CERTIFICATE", _niks(data.husband, data.wife)
    )
    return draw_one_page(job, data, heading=heading, blocks=tuple(_divorce_blocks(data, job)))


def _niks(husband: Spouse, wife: Spouse) -> tuple[tuple[str, str | None], ...]:
    return (("NIK SUAMI", husband.nik), ("NIK ISTRI", wife.nik))


def _marriage_blocks(data: MarriageCertificateData, job: Job) -> Iterator[Block]:
    yield from number_rows("Perkawinan", "Marriage Certificate", data)
    yield Row("bahwa di", "that in", data.marriage_place.upper())
    yield from day_rows(data.marriage_date)
    yield from _couple(data, "telah tercatat perkawinan antara", "was registered the marriage of")
    religion = data.religion.upper()
    yield Row("menurut agama/kepercayaan", "according to religion/belief", religion)
    yield Row("di hadapan pemuka agama", "before the religious leader", data.celebrant.upper())
    if data.court_order:
        yield Row("berdasarkan penetapan", "by virtue of court order", data.court_order)
    yield from closing_rows(data, job)


def _divorce_blocks(data: DivorceCertificateData, job: Job) -> Iterator[Block]:
    yield from number_rows("Perceraian", "Divorce Certificate", data)
    yield Row("berdasarkan putusan", "by virtue of the decision of", data.court.upper())
    yield Row("nomor putusan", "decision number", data.decision_number)
    yield from day_rows(data.decision_date, label="tanggal putusan", english="date of decision")
    yield from _couple(data, "telah tercatat perceraian antara", "was registered the divorce of")
    married = data.marriage_certificate_number
    if data.marriage_certificate_date:
        married += f" tanggal {long_date(data.marriage_certificate_date)}"
    if data.marriage_certificate_place:
        married += f", {data.marriage_certificate_place.upper()}"
    yield Row("yang perkawinannya dicatat dengan akta", "whose marriage certificate is", married)
    yield from closing_rows(data, job)


def _couple(
    data: MarriageCertificateData | DivorceCertificateData, label: str, english: str
) -> Iterator[Block]:
    for spouse, label_of, english_of in (
        (data.husband, label, english),
        (data.wife, "dengan", "and"),
    ):
        yield BigName(label_of, english_of, spouse.name)
        born = place_and_day(spouse.birth_place, spouse.birth_date)
        yield Row("lahir di, pada tanggal", "born in, on", born)
        if spouse.father_name or spouse.mother_name:
            parents = " dan ".join(
                name.upper() for name in (spouse.father_name, spouse.mother_name) if name
            )
            yield Row("anak dari", "child of", parents)
