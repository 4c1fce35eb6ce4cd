"""KTP-el and KIA: CR80, front and back.

A security blangko brings its own colours and coat of arms; what is drawn here is what is printed on
it, over a pale ground that shows where the card ends.
"""

from collections.abc import Iterator
from typing import Final

from jamila_pdf.fields import Column, Field
from jamila_pdf.fitting import Room, fit
from jamila_pdf.sheet import CR80, SOFT, Align, Colour, Sheet, Style
from jamila_pdf.typefaces import Face
from jamila_pdf.words import short_date
from siak_adapter.documents import (
    ChildCardData,
    ChildCardModel,
    Citizenship,
    DocumentKind,
    IdentityCardData,
    Sex,
    signature_box,
)
from siak_adapter.documents.values import Address
from siak_adapter.pdf.parts import (
    EMPTY,
    Job,
    Seal,
    draw_footer,
    draw_photo,
    draw_seal,
)

_EDGE: Final = 9
_PHOTO: Final = (181, 39, 233, 117)
"""2 by 3, as pas foto are cut."""
_BESIDE_PHOTO: Final = 176
_WATERMARK: Final = 21
_SEAL: Final = Seal(signature_box(DocumentKind.IDENTITY_CARD), qr=(187, 24, 47), size=5.4)
_SEX: Final = {Sex.MALE: "LAKI-LAKI", Sex.FEMALE: "PEREMPUAN"}
_SCAN: Final = "Pindai kode QR untuk memeriksa keaslian kartu ini."
_FOOTER_Y: Final = 19.5
_FOOTER_SIZE: Final = 3.2
_IDENTITY_GROUND: Final[Colour] = (0.90, 0.945, 0.98)
_CHILD_GROUND: Final[Colour] = (0.90, 0.965, 0.93)


def draw_identity_card(data: IdentityCardData, job: Job) -> bytes:
    """Draw a KTP-el."""
    sheet = job.sheet("Kartu Tanda Penduduk Elektronik", CR80)
    _begin_side(sheet, job, _IDENTITY_GROUND)
    _draw_region(sheet, data.province, job)
    _draw_nik(sheet, data.nik)
    _fields(end=_BESIDE_PHOTO).draw(sheet, _identity_front(data), y=109.5)
    draw_photo(sheet, job, data.photo_sha256, _PHOTO)
    _draw_issued(sheet, job)
    sheet.keep_free((_PHOTO[0] - 3, 7, _PHOTO[2] + 3, 21))
    sheet.end_page()
    _begin_side(sheet, job, _IDENTITY_GROUND)
    foreign = "" if data.citizenship is Citizenship.INDONESIAN else " ORANG ASING"
    _draw_title(sheet, f"KARTU TANDA PENDUDUK ELEKTRONIK{foreign}")
    with sheet.tag("P"):
        style = Style(Face.SANS, 5.6, SOFT, Align.CENTRE)
        sheet.text(_SCAN, CR80[0] / 2, y=101, style=style)
    _end_back(sheet, job)
    return sheet.finish()


def draw_child_card(data: ChildCardData, job: Job) -> bytes:
    """Draw a KIA: from five years on with a photo."""
    sheet = job.sheet("Kartu Identitas Anak", CR80)
    has_photo = data.model is ChildCardModel.OLDER
    end = _BESIDE_PHOTO if has_photo else CR80[0] - _EDGE
    _begin_side(sheet, job, _CHILD_GROUND)
    _draw_region(sheet, data.province, job)
    _draw_nik(sheet, data.nik)
    _fields(end=end, pitch=9.6).draw(sheet, _child_front(data), y=108)
    if has_photo:
        draw_photo(sheet, job, data.photo_sha256, _PHOTO)
    sheet.end_page()
    _begin_side(sheet, job, _CHILD_GROUND)
    _draw_title(sheet, "KARTU IDENTITAS ANAK")
    _fields(end=CR80[0] - _EDGE).draw(sheet, _child_back(data, job), y=119)
    _end_back(sheet, job)
    return sheet.finish()


def _identity_front(data: IdentityCardData) -> Iterator[Field]:
    yield "Nama", data.name.upper()
    yield "Tempat/Tgl Lahir", f"{data.birth_place.upper()}, {short_date(data.birth_date)}"
    yield "Jenis Kelamin", _SEX[data.sex]
    yield "Gol. Darah", (data.blood_type or EMPTY).upper()
    yield from _home(data)
    yield "Agama", data.religion.upper()
    yield "Status Perkawinan", data.short_marital_status
    yield "Pekerjaan", data.occupation.upper()
    yield "Kewarganegaraan", data.citizenship.value
    yield "Berlaku Hingga", short_date(data.valid_until) if data.valid_until else "SEUMUR HIDUP"


def _child_front(data: ChildCardData) -> Iterator[Field]:
    yield "Nama", data.name.upper()
    yield "Tempat/Tgl Lahir", f"{data.birth_place.upper()}, {short_date(data.birth_date)}"
    yield "Jenis Kelamin", _SEX[data.sex]
    yield "Gol. Darah", (data.blood_type or EMPTY).upper()
    yield "No. KK", data.family_card_number
    yield "Kepala Keluarga", data.head_name.upper()
    yield "No. Akta Kelahiran", data.birth_certificate_number
    yield "Agama", data.religion.upper()
    yield "Kewarganegaraan", data.citizenship.value
    yield "Berlaku Hingga", short_date(data.valid_until)


def _child_back(data: ChildCardData, job: Job) -> Iterator[Field]:
    yield from _home(data)
    issue = job.issue
    yield "Dikeluarkan", f"{issue.issue_place.upper()}, {short_date(issue.issue_date)}"


def _home(data: Address) -> Iterator[Field]:
    yield "Alamat", data.address.upper()
    yield "RT/RW", data.rt_rw
    yield "Kel/Desa", data.village.upper()
    yield "Kecamatan", data.district.upper()


def _fields(*, end: float, pitch: float = 7.9) -> Column:
    return Column(x=_EDGE, value_x=64, end=end, pitch=pitch, size=5.6, smallest=2.6, lines=2)


def _begin_side(sheet: Sheet, job: Job, ground: Colour) -> None:
    sheet.fill((0, 0, sheet.width, sheet.height), ground)
    if job.draft:
        sheet.watermark(size=_WATERMARK)


def _draw_region(sheet: Sheet, province: str, job: Job) -> None:
    with sheet.tag("H1"):
        for index, line in enumerate((f"PROVINSI {province}", job.issue.kabupaten)):
            room = Room(CR80[0] - 2 * _EDGE, 1, size=8, min_size=3.5)
            fitted = fit(line.upper(), Face.SANS_BOLD, room=room)
            style = Style(Face.SANS_BOLD, fitted.size, align=Align.CENTRE)
            sheet.lines(fitted, sheet.width / 2, y=140.5 - index * 9, style=style)


def _draw_nik(sheet: Sheet, nik: str) -> None:
    y = 119
    with sheet.tag("P"):
        sheet.text("NIK", _EDGE, y=y, style=Style(Face.SANS_BOLD, 8.5))
        sheet.text(f": {nik}", 59.5, y=y, style=Style(Face.SANS_BOLD, 8.5))


def _draw_issued(sheet: Sheet, job: Job) -> None:
    middle = (_PHOTO[0] + _PHOTO[2]) / 2
    lines = (job.issue.issue_place.upper(), short_date(job.issue.issue_date))
    with sheet.tag("P"):
        for index, line in enumerate(lines):
            room = Room(60, 1, size=5, min_size=2.5)
            fitted = fit(line, Face.SANS, room=room)
            style = Style(Face.SANS, fitted.size, align=Align.CENTRE)
            sheet.lines(fitted, middle, y=32 - index * 6.2, style=style)


def _draw_title(sheet: Sheet, title: str) -> None:
    middle = sheet.width / 2
    with sheet.tag("H2"):
        sheet.text(title, middle, y=140, style=Style(Face.SANS_BOLD, 8, align=Align.CENTRE))
        sheet.text(
            "REPUBLIK INDONESIA", middle, y=132, style=Style(Face.SANS, 5.6, SOFT, Align.CENTRE)
        )


def _end_back(sheet: Sheet, job: Job) -> None:
    draw_seal(sheet, job, _SEAL)
    draw_footer(sheet, job, margin=_EDGE, y=_FOOTER_Y, size=_FOOTER_SIZE)
    sheet.end_page()
