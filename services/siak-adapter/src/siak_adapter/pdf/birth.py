"""Kutipan akta kelahiran in its four models."""

from collections.abc import Iterator
from typing import Final

from jamila_pdf.words import spell
from siak_adapter.documents import BirthCertificateData, BirthModel, Sex
from siak_adapter.pdf.certificate import (
    BigName,
    Block,
    Heading,
    Phrase,
    Row,
    closing_rows,
    day_rows,
    draw_one_page,
    number_rows,
    upper,
)
from siak_adapter.pdf.parts import EMPTY, Job

SEX: Final = {Sex.MALE: ("LAKI-LAKI", "male"), Sex.FEMALE: ("PEREMPUAN", "female")}
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_UNRECORDED: Final = Phrase(
    "yang perkawinannya belum tercatat sesuai dengan peraturan perundang-undangan",
    "whose marriage has not been registered in accordance with the law",
)


def draw_birth(data: BirthCertificateData, job: Job) -> bytes:
    """Draw a kutipan akta kelahiran."""
    heading = Heading(
        "KUTIPAN AKTA KELAHIRAN", "EXCERPT OF BIRTH CERTIFICATE", (("NIK", data.child_nik),)
    )
    return draw_one_page(job, data, heading=heading, blocks=tuple(_blocks(data, job)))


def _blocks(data: BirthCertificateData, job: Job) -> Iterator[Block]:
    yield from number_rows("Kelahiran", "Birth Certificate", data)
    yield Row("bahwa di", "that in", data.birth_place.upper())
    yield from day_rows(data.birth_date)
    if data.birth_time is not None:
        yield Row("pukul", "at", f"{data.birth_time:%H.%M} WITA")
    yield BigName("telah lahir", "was born", data.child_name)
    order, order_english = EMPTY, ""
    if data.birth_order is not None:
        order = spell(data.birth_order)
        known = data.birth_order <= len(_ORDINALS)
        order_english = _ORDINALS[data.birth_order - 1] if known else f"no. {data.birth_order}"
    yield Row("anak ke", "child number", order, order_english)
    yield Row("jenis kelamin", "sex", *SEX[data.sex])
    yield from _parents(data)
    yield from closing_rows(data, job)


def _parents(data: BirthCertificateData) -> Iterator[Block]:
    match data.model:
        case BirthModel.BOTH_PARENTS | BirthModel.BOTH_PARENTS_UNRECORDED:
            yield Row("dari ayah", "of father", upper(data.father_name))
            yield Row("dan ibu", "and mother", upper(data.mother_name))
            if data.model is BirthModel.BOTH_PARENTS_UNRECORDED:
                yield _UNRECORDED
        case BirthModel.MOTHER_ONLY:
            yield Row("dari seorang ibu", "of a mother", upper(data.mother_name))
        case BirthModel.NO_PARENTS:
            yield Row("orang tua", "parents", EMPTY)
