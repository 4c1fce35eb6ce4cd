"""Services around a signature may answer without end: an outage, and nothing is signed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jamila_contracts.values import SignatureBox
from signing.esign import EsignAccess, EsignClient
from signing.esign.client import EsignOrder
from signing.esign.errors import EsignUnavailableError
from signing.pades import PadesSigner, RevocationUnavailableError, TimestampUnavailableError
from signing.pades.settings import PadesSettings
from signing.pades.trust_services import TrustServices
from signing.secrets import SigningSecret

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUFFERS = 64 * 1_048_576
"""An answer of the e-sign service, and what both ends of a connection keep for themselves."""
ORDER = EsignOrder(
    nik="6311990101000001",
    secret=SigningSecret("passphrase", "kata-sandi-tte-uji"),
    pdf=b"%PDF",
    box=SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176),
    page=1,
    reason="Penerbitan",
    location="Paringin",
)


@pytest.mark.parametrize("version", [1, 2])
def test_e_sign_service_without_end_signs_nothing(endless, version):
    patience = timedelta(seconds=endless.patience)
    client = EsignClient(EsignAccess(endless.url, "a", "b", version, timeout=patience))

    with pytest.raises(EsignUnavailableError) as fault:
        client.sign(ORDER)
    client.close()

    assert "tte-uji" not in str(fault.value)
    assert endless.poured < BUFFERS


def trusting(endless, **settings) -> TrustServices:
    patience = timedelta(seconds=endless.patience)
    known = PadesSettings(timeout=patience, **settings)
    return TrustServices(known, certificate=None, chain=(), transport=None)


def test_time_stamp_without_end_is_an_outage(endless):
    services = trusting(endless, tsa_url=endless.url)

    with pytest.raises(TimestampUnavailableError):
        services.desk.ask(b"0")
    with pytest.raises(TimestampUnavailableError, match="down a moment ago"):
        services.desk.ask(b"0")
    services.close()

    assert endless.asked == 1
    assert endless.poured < BUFFERS


def test_revocation_list_without_end_is_an_outage(endless):
    services = trusting(endless, crl_urls=(endless.url,))

    with pytest.raises(RevocationUnavailableError):
        services.material(now=datetime.now(UTC))
    services.close()

    assert endless.poured < BUFFERS


def test_ocsp_without_end_signs_nothing(endless, desk, document, pki):
    patience = timedelta(seconds=endless.patience)
    known = replace(desk.settings(), ocsp_url=endless.url, timeout=patience)
    signer = PadesSigner.from_pkcs12(pki.pkcs12_path, pki.passphrase, settings=known)

    with pytest.raises(RevocationUnavailableError):
        desk.sign(signer, document)
    signer.close()

    assert endless.poured < BUFFERS
