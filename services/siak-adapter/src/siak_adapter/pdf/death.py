"""Kutipan akta kematian."""

from collections.abc import Iterator

from siak_adapter.documents import DeathCertificateData
from siak_adapter.pdf.birth import SEX
from siak_adapter.pdf.certificate import (
    BigName,
    Block,
    Heading,
    Row,
    closing_rows,
    day_rows,
    draw_one_page,
    number_rows,
    place_and_day,
    upper,
)
from siak_adapter.pdf.parts import Job


def draw_death(data: DeathCertificateData, job: Job) -> bytes:
    """Draw a kutipan akta kematian."""
    heading = Heading("KUTIPAN AKTA KEMATIAN", "EXCERPT OF DEATH CERTIFICATE", (("NIK", data.nik),))
    return draw_one_page(job, data, heading=heading, blocks=tuple(_blocks(data, job)))


def _blocks(data: DeathCertificateData, job: Job) -> Iterator[Block]:
    yield from number_rows("Kematian", "Death Certificate", data)
    yield Row("bahwa di", "that in", data.death_place.upper())
    yield from day_rows(data.death_date)
    if data.death_time is not None:
        yield Row("pukul", "at", f"{data.death_time:%H.%M} WITA")
    yield BigName("telah meninggal dunia", "passed away", data.name)
    yield Row("jenis kelamin", "sex", *SEX[data.sex])
    born = place_and_day(data.birth_place, data.birth_date)
    yield Row("lahir di, pada tanggal", "born in, on", born)
    if data.father_name or data.mother_name:
        yield Row("anak dari ayah", "child of father", upper(data.father_name))
        yield Row("dan ibu", "and mother", upper(data.mother_name))
    yield from closing_rows(data, job)
