"""Keys by account from a file, and certificates that end."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from jamila_simulators.bsre.accounts import DEMO_NIK
from signing.certificate_watch import CERTIFICATE_DAYS_LEFT, CertificateWatch
from signing.esign import EsignSigner
from signing.pades import PadesSettings, PadesSigner
from signing.secrets import SecretDrawer
from signing.settings import SigningSettings
from signing.signer_settings import SignerSettings
from signing.signers import NoKeyError

NOW = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def pades(pki):
    return PadesSettings(trust_roots=(pki.trust_roots_path,))


def opened(tmp_path, pades, keys, **how):
    path = tmp_path / "signers.json"
    path.write_text(json.dumps(keys))
    settings = SignerSettings(signers_file=path, **how)
    return settings.signers(None, pades=pades, secrets=SecretDrawer(), officials=None)


def test_each_account_has_a_key_of_its_own(tmp_path, pades, pki):
    pin, nik, password = (tmp_path / name for name in ("pin", "nik", "password"))
    pin.write_text("135790\n")
    nik.write_text(f"{DEMO_NIK}\n")
    password.write_text("rahasia\n")
    certificates = [str(pki.directory / f"{each}.pem") for each in ("signer", "issuing", "root")]
    keys = {
        "kadis-1": {
            "kind": "pkcs12",
            "file": str(pki.pkcs12_path),
            "passphrase_file": str(pki.passphrase_path),
        },
        "sekdin-1": {
            "kind": "pkcs11",
            "module": "/usr/lib/softhsm/libsofthsm2.so",
            "token": "tte",
            "key": "signer",
            "pin_file": str(pin),
            "certificates": certificates,
        },
        "kadis-2": {"kind": "esign", "nik_file": str(nik)},
    }
    reach = {"esign_url": "http://bsre.test", "esign_password_file": password}

    signers = opened(tmp_path, pades, keys, **reach)

    assert isinstance(signers.of("kadis-1"), PadesSigner)
    assert isinstance(signers.of("sekdin-1"), PadesSigner)
    assert isinstance(signers.of("kadis-2"), EsignSigner)
    with pytest.raises(NoKeyError):
        signers.of("orang-lain")


def test_a_key_at_bsre_needs_its_address(tmp_path, pades):
    with pytest.raises(ValueError, match="esign_url"):
        opened(tmp_path, pades, {"kadis-1": {"kind": "esign", "nik_file": "nik"}})


def test_an_unknown_kind_of_key_stops_the_start(tmp_path, pades):
    with pytest.raises(ValidationError):
        opened(tmp_path, pades, {"kadis-1": {"kind": "batu"}})


def test_no_key_at_all_stops_the_start(pki):
    with pytest.raises(ValidationError, match="signers_file"):
        SigningSettings(trust_roots_file=pki.trust_roots_path)


def test_a_certificate_that_ends_soon_is_told_of():
    ends = {"kadis-1": NOW + timedelta(days=29), "*": NOW + timedelta(days=400)}
    watch = CertificateWatch(ends)

    watch.look(NOW)

    assert watch.ending(NOW) == ("kadis-1",)
    assert watch.ending(NOW - timedelta(days=30)) == ()
    assert CERTIFICATE_DAYS_LEFT.labels("kadis-1")._value.get() == 29
