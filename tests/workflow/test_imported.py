"""A case whose document SIAK made and signed: checked, verified, confirmed, not signed here."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import httpx
import pytest

from jamila_runtime.officials import Official, Officials
from jamila_testing.builders import MONDAY
from jamila_testing.foreign_signer import ForeignSigner, plain_pdf
from jamila_testing.pki import PEOPLE, certificate, make_test_pki
from jamila_verifier import TrustAnchors
from siak_adapter.importing import ImportPolicy
from siak_adapter.siak_signature import RevocationLists, SiakSignatures


@pytest.fixture(scope="module")
def siak(tmp_path_factory):
    return ForeignSigner(make_test_pki(tmp_path_factory.mktemp("pki"), now=MONDAY), MONDAY)


@pytest.fixture(scope="module")
def signed_pdf(siak):
    return siak.sign(plain_pdf(), level="B-LTA")


@pytest.fixture
def importing_office(open_office, siak):
    office = open_office()
    head = Official(name=PEOPLE["kadis"][0], title="Kepala Dinas", valid_from=date(2025, 1, 1))
    anchors = TrustAnchors((certificate(siak.arch, "root"),))
    lists = RevocationLists(httpx.Client(), ())
    check = SiakSignatures(anchors, officials=Officials([head]), lists=lists)
    adapter = office.services["siak-adapter"]
    policy = ImportPolicy(frozenset({"*"}))
    adapter._tools = replace(adapter._tools, imports=policy, import_check=check)
    return office


async def test_what_siak_signed_is_confirmed_and_handed_over(importing_office, signed_pdf):
    office, pdf = importing_office, signed_pdf
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, "AcceptPapers", "ConfirmMatch")
    case_id = resident.case_id
    file = {"kind": "akta-kelahiran", "sha256": office.objects.put(case_id, pdf)}
    numbers = office.vault.seal(case_id, {"documents": {"akta-kelahiran": {"number": "6311-LU"}}})

    await office.do("ImportSigned", resident, siak_registration="S-1", data=numbers, files=(file,))
    await office.walk(resident, "ApproveDraft", "VerifyDraft", "SignDocument")
    await office.walk(resident, "PrintDocument", "HandOver")
    await office.settle()

    [signed] = office.file(resident).signed
    assert signed.signed_sha256 == sha256(pdf).hexdigest()
    assert (signed.level, signed.signer_name) == ("B-LTA", PEOPLE["kadis"][0])
    assert "Diserahkan" in office.events(resident)
