"""The whole road without a detour."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

from jamila_contracts.sop import load_sop
from jamila_simulators.pki import ensure_demo_pki
from jamila_testing.staff import HAPPY
from jamila_verifier import TrustAnchors, check_pdf
from siak_adapter.pdf_renderer import PdfRenderer
from signing.pades import PadesSettings, PadesSigner

DONE = [name for step in load_sop().steps for name in step.done_by]
NOTICES = (
    "sudah kami terima",
    "sudah lengkap",
    "sudah ditandatangani",
    "siap diambil",
    "sudah Anda terima",
)


async def test_case_is_handed_over_with_each_step_done_once(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY)
    await office.settle()

    told = Counter(office.events(resident))
    assert {name: told[name] for name in DONE} == dict.fromkeys(DONE, 1)
    assert told["PermohonanDiajukan"] == 1
    assert office.file(resident).status == "selesai"
    assert office.parked() == {}
    assert office.checked().ok


async def test_resident_hears_of_each_stage_once_and_the_printer_prints_once(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY)
    await office.settle()

    notices = [each for each in resident.heard() if "Layanan ini GRATIS" in each]
    assert [sum(words in each for each in notices) for words in NOTICES] == [1] * len(NOTICES)
    assert len(notices) == len(NOTICES)
    assert office.events(resident).count("PemberitahuanTerkirim") == len(NOTICES)
    assert len(office.printer.sheets) == 1


async def test_delivery_report_of_whatsapp_reaches_the_ledger_once_per_message(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY)
    await office.settle()
    await office.report_delivered()
    await office.report_delivered()

    assert office.events(resident).count("StatusPesanDilaporkan") == len(NOTICES)
    assert {each.status for each in office.file(resident).messages} == {"delivered"}


async def test_what_is_printed_is_what_was_verified_and_signed(open_office, tmp_path):
    pki = ensure_demo_pki(tmp_path)
    settings = PadesSettings(trust_roots=(pki.trust_roots_path,))
    signer = PadesSigner.from_pkcs12(pki.pkcs12_path, pki.passphrase, settings=settings)
    office = open_office(renderer=PdfRenderer(), signer=signer)
    office.clock.instant = datetime.now(tz=UTC)  # The demo certificates begin to be valid today.
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY)
    await office.settle()

    signed = office.file(resident).signed[0]
    [paper] = office.printer.sheets
    assert office.file(resident).verified_sha256 == (signed.document_sha256,)
    assert office.objects.get(resident.case_id, signed.signed_sha256) == paper
    anchors = TrustAnchors.from_files([pki.trust_roots_path])
    report = await asyncio.to_thread(check_pdf, paper, anchors, at=datetime.now(UTC))
    assert (report.intact, report.trusted) == (True, True)
