"""Five families at once: nobody gets to see anything of another's."""

from random import Random

import pytest

from jamila_runtime.vault import SealBrokenError
from jamila_testing.staff import DETOURS, HAPPY


async def interleave(office, residents, random):
    """Each goes his own way, whoever's turn it happens to be."""
    for resident in residents:
        await resident.submit()
    ways = {each: list(random.choice([HAPPY, DETOURS])) for each in residents}
    while ways:
        resident = random.choice(list(ways))
        stride = ways[resident].pop(0)
        await office.walk(resident, stride)
        if not ways[resident]:
            del ways[resident]
    await office.settle()


@pytest.mark.timeout(120)  # five whole roads on one small machine that does other things, too
@pytest.mark.parametrize("seed", range(4))
async def test_five_interleaved_cases_share_nothing(open_office, bad_day, seed):
    office = open_office(bad_day=bad_day(seed))
    residents = [office.resident(number) for number in range(1, 6)]
    await interleave(office, residents, Random(seed))  # noqa: S311 - repeatable on purpose

    assert {office.file(each).status for each in residents} == {"selesai"}
    assert len(office.printer.sheets) == len(residents)
    assert office.parked() == {}
    assert office.checked().ok
    for resident in residents:
        others = [each for each in residents if each is not resident]
        holds_only_its_own_data(office, resident, others)
        told_only_of_its_own_case(office, resident, others)
        printed_only_its_own_document(office, resident, others)


def holds_only_its_own_data(office, resident, others):
    file = office.file(resident)
    assert office.vault.open(resident.case_id, file.data) == resident.birth.entry()
    assert office.vault.open(resident.case_id, file.applicant)["phone"] == resident.phone.number
    for other in others:
        with pytest.raises(SealBrokenError):
            office.vault.open(other.case_id, file.data)
    assert all(office.objects.get(resident.case_id, paper.sha256) for paper in file.papers)


def told_only_of_its_own_case(office, resident, others):
    heard = "\n".join(resident.heard())
    assert office.file(resident).receipt_code in heard
    assert not any(office.file(other).receipt_code in heard for other in others)


def printed_only_its_own_document(office, resident, others):
    numbers = [certificate_number(each) for each in (resident, *others)]
    printed = [each for each in office.printer.sheets if numbers[0] in each]
    signed = office.file(resident).signed[0].signed_sha256
    assert printed == [office.objects.get(resident.case_id, signed)]
    assert not any(number in printed[0] for number in numbers[1:])


def certificate_number(resident):
    documents = resident.birth.entry()["documents"]
    return documents["akta-kelahiran"]["certificate_number"].encode()
