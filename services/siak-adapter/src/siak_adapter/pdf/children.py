"""Kutipan akta pengakuan anak and kutipan akta pengesahan anak."""

from collections.abc import Iterator

from jamila_contracts.office_time import long_date
from siak_adapter.documents import LegitimationData, RecognitionData
from siak_adapter.pdf.birth import SEX
from siak_adapter.pdf.certificate import (
    BigName,
    Block,
    Heading,
    Row,
    closing_rows,
    draw_one_page,
    number_rows,
    place_and_day,
)
from siak_adapter.pdf.parts import Job


def draw_recognition(data: RecognitionData, job: Job) -> bytes:
    """Draw a kutipan akta pengakuan anak."""
    heading = Heading(
        "KUTIPAN AKTA PENGAKUAN ANAK",
        "EXCERPT OF CHILD RECOGNITION CERTIFICATE",
        (("NIK ANAK", data.child_nik),),
    )
    blocks = (
        *number_rows("Pengakuan Anak", "Child Recognition Certificate", data),
        *_child(data, "telah diakui seorang anak bernama", "was recognised the child named"),
        Row("oleh ayah", "by the father", data.father_name.upper()),
        Row("dengan persetujuan ibu", "with the consent of the mother", data.mother_name.upper()),
        *_basis(data),
        *closing_rows(data, job),
    )
    return draw_one_page(job, data, heading=heading, blocks=blocks)


def draw_legitimation(data: LegitimationData, job: Job) -> bytes:
    """Draw a kutipan akta pengesahan anak."""
    heading = Heading(
        "KUTIPAN AKTA PENGESAHAN ANAK",
        "EXCERPT OF CHILD LEGITIMATION CERTIFICATE",
        (("NIK ANAK", data.child_nik),),
    )
    married = f"{data.marriage_certificate_number} tanggal "
    married += long_date(data.marriage_certificate_date)
    blocks = (
        *number_rows("Pengesahan Anak", "Child Legitimation Certificate", data),
        *_child(data, "telah disahkan seorang anak bernama", "was legitimated the child named"),
        Row("anak dari ayah", "child of father", data.father_name.upper()),
        Row("dan ibu", "and mother", data.mother_name.upper()),
        Row("akta perkawinan orang tua", "marriage certificate of the parents", married),
        *_basis(data),
        *closing_rows(data, job),
    )
    return draw_one_page(job, data, heading=heading, blocks=blocks)


def _child(data: RecognitionData | LegitimationData, label: str, english: str) -> Iterator[Block]:
    yield BigName(label, english, data.child_name)
    yield Row("jenis kelamin", "sex", *SEX[data.child_sex])
    born = place_and_day(data.birth_place, data.birth_date)
    yield Row("lahir di, pada tanggal", "born in, on", born)
    birth = f"{data.birth_certificate_number} tanggal {long_date(data.birth_certificate_date)}"
    yield Row("akta kelahiran", "birth certificate", birth)
    yield Row("diterbitkan oleh", "issued by", data.birth_certificate_place.upper())


def _basis(data: RecognitionData | LegitimationData) -> Iterator[Block]:
    if data.religious_marriage_date is not None:
        day = long_date(data.religious_marriage_date)
        label = "perkawinan menurut agama, pada tanggal"
        yield Row(label, "religious marriage of the parents, on", day)
    if data.court_order_number and data.court_order_date and data.court:
        order = f"{data.court.upper()} Nomor {data.court_order_number}"
        order += f" tanggal {long_date(data.court_order_date)}"
        yield Row("berdasarkan penetapan", "by virtue of the order of", order)
