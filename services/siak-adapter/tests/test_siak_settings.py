import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from jamila_runtime.settings import RuntimeSettings
from siak_adapter.app import create_process, new_document_code
from siak_adapter.settings import DEMO_OFFICE, SiakAdapterSettings

OFFICE = {
    "office_name": "Dinas Kependudukan dan Pencatatan Sipil",
    "kabupaten": "Kabupaten Balangan",
    "issue_place": "Paringin",
    "signer_title": "Kepala Dinas",
    "signer_name": "SITI CONTOH",
    "verify_url": "https://balangan.example.go.id/d/",
    "certificate_issuer": "Balai Sertifikasi Elektronik (BSrE), BSSN",
}
ACCESS = {
    "siak_base_url": "http://10.0.0.1:8000",
    "siak_user": "u",
    "siak_password": "p",
    "siak_ip": "10.0.0.2",
    "siak_institution": "63-11",
}


def test_the_web_service_is_off_unless_it_is_named():
    assert SiakAdapterSettings().access() is None


def test_an_address_without_a_log_in_is_refused():
    with pytest.raises(ValidationError, match="siak_user"):
        SiakAdapterSettings(siak_base_url="http://10.0.0.1:8000")


def test_a_whole_access_is_used():
    access = SiakAdapterSettings.model_validate(ACCESS).access()
    assert access is not None
    assert (access.threshold, access.timeout.total_seconds()) == (90, 20)


def test_the_demo_has_an_office_that_says_so():
    office = SiakAdapterSettings().office(demo=True)
    assert office == DEMO_OFFICE
    assert "BUKAN UNTUK PRODUKSI" in office.signer_name


def test_an_office_that_is_no_demo_must_be_described():
    with pytest.raises(ValueError, match="signer_name"):
        SiakAdapterSettings().office(demo=False)


def test_a_described_office_needs_no_demo():
    office = SiakAdapterSettings.model_validate(OFFICE).office(demo=False)
    assert office.signer_name == "SITI CONTOH"


def test_an_office_that_cannot_be_printed_is_found_at_the_start():
    settings = SiakAdapterSettings.model_validate(OFFICE | {"signer_nip": "123"})
    with pytest.raises(ValueError, match="signer_nip"):
        settings.office(demo=False)


def test_codes_are_long_and_different():
    codes = {new_document_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) == 16 and code.isalnum() and code.isupper() for code in codes)


@pytest.mark.parametrize("own", [SiakAdapterSettings(), SiakAdapterSettings.model_validate(ACCESS)])
def test_the_service_can_be_wired(tmp_path: Path, own: SiakAdapterSettings):
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(32)).decode())
    process = create_process(RuntimeSettings(home=tmp_path, master_key_file=key, demo=True), own)
    assert process.name == "siak-adapter"


def test_the_office_fills_in_the_codes_that_nobody_published():
    codes = SiakAdapterSettings(certificate_codes={"akta-pengakuan-anak": ("PA",)}).codes()

    assert codes["akta-pengakuan-anak"] == ("PA",)
    assert codes["akta-kematian"] == ("KM",)
    assert SiakAdapterSettings().codes()["akta-pengesahan-anak"] == ()


def test_codes_of_an_unknown_register_are_refused():
    with pytest.raises(ValidationError, match="akta-hibah"):
        SiakAdapterSettings(certificate_codes={"akta-hibah": ("AH",)})
