"""KTP-el and KIA: CR80, front and back.

A security blangko brings its own colours and coat of arms; what is drawn here is what is printed on
it, over a pale ground that shows where the card ends.
"""

from typing import Final

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
from siak_adapter.pdf.fields import Column
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
_FOOTER_Y: Final = 19.5
_FOOTER_SIZE: Final = 3.3
_IDENTITY_GROUND: Final[Colour] = (0.90, 0.945, 0.98)
_CHILD_GROUND: Final[Colour] = (0.90, 0.965, 0.93)


def draw_identity_card(data: IdentityCardData, job: Job) -> bytes:
    """Draw a KTP-el."""
    sheet = job.sheet("Kartu Tanda Penduduk Elektronik", CR80)
    _begin_side(sheet, job, _IDENTITY_GROUND)
    _draw_region(sheet, data.province, job)
    _draw_nik(sheet, data.nik, y=119)
    for_life = data.valid_until is None
    until = "SEUMUR HIDUP" if for_life or not data.valid_until else short_date(data.valid_until)
    place = f"{data.birth_place.upper()}, {short_date(data.birth_date)}"
    _front(end=_BESIDE_PHOTO).draw(
        sheet,
        (
            ("Nama", data.name.upper()),
            ("Tempat/Tgl Lahir", place),
            ("Jenis Kelamin", _SEX[data.sex]),
            ("Gol. Darah", (data.blood_type or EMPTY).upper()),
            ("Alamat", data.address.upper()),
            ("RT/RW", data.rt_rw),
            ("Kel/Desa", data.village.upper()),
            ("Kecamatan", data.district.upper()),
            ("Agama", data.religion.upper()),
            ("Status Perkawinan", data.short_marital_status),
            ("Pekerjaan", data.occupation.upper()),
            ("Kewarganegaraan", data.citizenship.value),
            ("Berlaku Hingga", until),
        ),
        y=109.5,
    )
    draw_photo(sheet, job, data.photo_sha256, _PHOTO)
    _draw_issued(sheet, job)
    sheet.keep_free((_PHOTO[0] - 3, 7, _PHOTO[2] + 3, 21))
    sheet.end_page()
    _begin_side(sheet, job, _IDENTITY_GROUND)
    foreign = "" if data.citizenship is Citizenship.INDONESIAN else " ORANG ASING"
    _draw_title(sheet, f"KARTU TANDA PENDUDUK ELEKTRONIK{foreign}", "REPUBLIK INDONESIA")
    with sheet.tag("P"):
        style = Style(Face.SANS, 5.6, SOFT, Align.CENTRE)
        sheet.text(
            "Pindai kode QR untuk memeriksa keaslian kartu ini.", CR80[0] / 2, y=101, style=style
        )
    _end_back(sheet, job)
    return sheet.finish()


def draw_child_card(data: ChildCardData, job: Job) -> bytes:
    """Draw a KIA: from five years on with a photo."""
    sheet = job.sheet("Kartu Identitas Anak", CR80)
    has_photo = data.model is ChildCardModel.OLDER
    _begin_side(sheet, job, _CHILD_GROUND)
    _draw_region(sheet, data.province, job)
    _draw_nik(sheet, data.nik, y=119)
    place = f"{data.birth_place.upper()}, {short_date(data.birth_date)}"
    _front(end=_BESIDE_PHOTO if has_photo else CR80[0] - _EDGE, pitch=9.6).draw(
        sheet,
        (
            ("Nama", data.name.upper()),
            ("Tempat/Tgl Lahir", place),
            ("Jenis Kelamin", _SEX[data.sex]),
            ("Gol. Darah", (data.blood_type or EMPTY).upper()),
            ("No. KK", data.family_card_number),
            ("Kepala Keluarga", data.head_name.upper()),
            ("No. Akta Kelahiran", data.birth_certificate_number),
            ("Agama", data.religion.upper()),
            ("Kewarganegaraan", data.citizenship.value),
            ("Berlaku Hingga", short_date(data.valid_until)),
        ),
        y=108,
    )
    if has_photo:
        draw_photo(sheet, job, data.photo_sha256, _PHOTO)
    sheet.end_page()
    _begin_side(sheet, job, _CHILD_GROUND)
    _draw_title(sheet, "KARTU IDENTITAS ANAK", "REPUBLIK INDONESIA")
    _front(end=CR80[0] - _EDGE).draw(
        sheet,
        (
            ("Alamat", data.address.upper()),
            ("RT/RW", data.rt_rw),
            ("Kel/Desa", data.village.upper()),
            ("Kecamatan", data.district.upper()),
            ("Dikeluarkan", f"{job.issue.issue_place.upper()}, {short_date(job.issue.issue_date)}"),
        ),
        y=119,
    )
    _end_back(sheet, job)
    return sheet.finish()


def _front(*, end: float, pitch: float = 7.9) -> Column:
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


def _draw_nik(sheet: Sheet, nik: str, *, y: float) -> None:
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


def _draw_title(sheet: Sheet, title: str, below: str) -> None:
    middle = sheet.width / 2
    with sheet.tag("H2"):
        sheet.text(title, middle, y=140, style=Style(Face.SANS_BOLD, 8, align=Align.CENTRE))
        sheet.text(below, middle, y=132, style=Style(Face.SANS, 5.6, SOFT, Align.CENTRE))


def _end_back(sheet: Sheet, job: Job) -> None:
    draw_seal(sheet, job, _SEAL)
    draw_footer(sheet, job, margin=_EDGE, y=_FOOTER_Y, size=_FOOTER_SIZE)
    sheet.end_page()
