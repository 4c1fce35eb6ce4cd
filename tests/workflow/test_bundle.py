"""A birth brings akta, family card and KIA: three documents of one application, decided at once."""

from datetime import UTC, datetime

import pytest

from jamila_simulators.pki import ensure_demo_pki
from jamila_testing.papers import (
    MOST_DIFFERENCE,
    difference,
    information_of,
    pictures_of,
    text_of,
)
from siak_adapter.pdf_renderer import PdfRenderer
from signing.pades import PadesSettings, PadesSigner

TITLES = {
    "Kutipan Akta Kelahiran": "1",
    "Kartu Keluarga": "1",
    "Kartu Identitas Anak": "2",
}
BEFORE = ("AcceptPapers", "ConfirmMatch")
AFTER = ("ApproveDraft", "VerifyDraft", "SignDocument")


@pytest.fixture
async def signed_case(open_office, tmp_path):
    """An office in which all three documents of a birth are signed for real."""
    pki = ensure_demo_pki(tmp_path)
    settings = PadesSettings(trust_roots=(pki.trust_roots_path,))
    signer = PadesSigner.from_pkcs12(pki.pkcs12_path, pki.passphrase, settings=settings)
    office = open_office(renderer=PdfRenderer(), signer=signer)
    office.clock.instant = datetime.now(tz=UTC)  # The demo certificates begin to be valid today.
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *BEFORE)
    data = office.vault.seal(resident.case_id, resident.birth.bundle())
    entered = office.ask("RecordEntry", resident, siak_registration="SIAK-1", data=data)
    await office.settle()
    assert entered.problem is None
    await office.walk(resident, *AFTER)
    await office.settle()
    return office, resident


async def test_three_documents_of_one_application_are_drafted_and_signed_together(signed_case):
    office, resident = signed_case
    kinds = [each.kind for each in office.file(resident).signed]
    papers = [information_of(paper) for paper in signed(office, resident)]
    child = resident.birth.bundle()["documents"]["kia"]["name"]

    assert kinds == ["akta-kelahiran", "kartu-keluarga", "kia"]
    assert {about["Title"]: about["Pages"] for about in papers} == TITLES
    assert all(child in text_of(paper) for paper in signed(office, resident))


async def test_the_visible_signature_covers_nothing_of_the_documents(signed_case):
    office, resident = signed_case

    file = office.file(resident)
    for version, paper in zip(file.drafts, signed(office, resident), strict=True):
        plain = office.objects.get(resident.case_id, version.document_sha256)
        box = version.signature_box
        before, after = (pictures_of(pdf)[box.page] for pdf in (plain, paper))
        place = (box.x1 - 2, before.height - box.y2 - 2, box.x2 + 2, before.height - box.y1 + 2)
        for picture in (before, after):
            picture.paste((255, 255, 255), tuple(round(edge) for edge in place))
        assert difference(before, after) <= MOST_DIFFERENCE / 3


def signed(office, resident):
    """The bytes of every signed document of the case."""
    return [
        office.objects.get(resident.case_id, each.signed_sha256)
        for each in office.file(resident).signed
    ]
