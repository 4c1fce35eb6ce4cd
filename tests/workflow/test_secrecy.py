"""Nothing that names a person can be read where it rests, where it travels, or in the logs."""

import pytest

from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.staff import HAPPY, RESUBMIT


@pytest.fixture
async def travelled(office):
    """A case with more talk than usual, and all reports of WhatsApp about it."""
    resident = office.resident(1)
    await resident.submit()
    await resident.say(f"nama saya {resident.phone.name}, NIK {resident.birth.mother.nik}")
    await office.walk(resident, "ReturnPapers", RESUBMIT, *HAPPY)
    await office.settle()
    await office.report_delivered()
    return office, resident


def words_of(resident):
    """Everything in the case that names somebody."""
    birth = resident.birth
    entry = birth.entry()["documents"]["akta-kelahiran"]
    named = [
        *(entry["child_name"], entry["child_nik"], entry["father_name"], entry["mother_name"]),
        *(entry["certificate_number"], resident.phone.number, resident.phone.user_id),
        *(birth.mother.nik, birth.mother.name, birth.father.nik, birth.father.no_kk),
    ]
    return {form for each in named for form in (each.encode(), each.encode("utf-16-le"))}


def resting(office):
    """Every byte on disk but the printer's tray, whose business it is to be read."""
    for path in sorted(office.home.rglob("*")):
        if path.is_file() and "printer" not in path.parts:
            yield path.relative_to(office.home).as_posix(), path.read_bytes()


async def test_nothing_personal_can_be_read_on_disk(travelled):
    office, resident = travelled
    found = [
        (name, word)
        for name, content in resting(office)
        for word in words_of(resident)
        if word in content or word.decode("latin-1") in name
    ]

    assert found == []


async def test_search_on_disk_would_find_what_is_there(travelled):
    office, _ = travelled
    names = {
        name.partition("-wal")[0] for name, content in resting(office) if b"lhr-umum" in content
    }

    assert {"stores/intake.db", "stores/siak-adapter.db", "stores/ledger.db"} <= names


async def test_nothing_personal_travels(travelled):
    office, resident = travelled
    for record in office.bus.published:
        headers = "\n".join([record.meta.subject, *record.meta.to_headers().values()])
        for word in words_of(resident):
            assert word not in record.data
            assert word not in headers.encode()


async def test_nothing_personal_is_logged(travelled, capfd, caplog):
    office, resident = travelled
    office.ask("HandOver", resident, receipt_code="SALAHKODE9")
    written = (caplog.text + "".join(capfd.readouterr())).encode()

    assert not any(word in written for word in words_of(resident))


async def test_printed_document_says_who_it_is_for(travelled):
    office, resident = travelled
    [printed] = office.printer.sheets

    assert resident.birth.child_name.encode() in printed


async def test_deleting_the_key_of_a_case_leaves_the_chain_intact(travelled):
    office, resident = travelled
    office.vault.forget(resident.case_id)

    assert office.checked().ok
    with pytest.raises(CaseKeyMissingError):
        office.applicant(office.bus.published[0])
