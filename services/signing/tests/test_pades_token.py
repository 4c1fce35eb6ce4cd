"""A key in a PKCS#11 token (SoftHSM2), next to the same key in a file."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from jamila_runtime.errors import RetryableError
from signing.pades import PadesSigner, TokenUnavailableError
from signing.pades.errors import SigningKeyUnusableError
from signing.pades.token import TokenAddress, TokenKey

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "135790"


@pytest.fixture(scope="module")
def token(pki, tmp_path_factory):
    """A token that holds the keys of the demo PKI's signer (RSA) and time stamper (P-256)."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    run("--init-token", "--free", "--label", "tte", "--pin", PIN, "--so-pin", "24680")
    for number, name in enumerate(("signer", "tsa"), start=1):
        key = pki.identity(name).key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file = folder / f"{name}.p8"
        file.write_bytes(key)
        run("--import", str(file), "--token", "tte", "--label", name, "--id", f"0{number}")
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def run(*arguments: str) -> None:
    pin = ["--pin", PIN] if "--pin" not in arguments else []
    command = ["softhsm2-util", *arguments, *pin]  # softhsm2 must be there: no skip
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed command


def key_of(pki, name="signer", *, pin=PIN, label=None):
    address = TokenAddress(MODULE, "tte", label or name, pin)
    files = [pki.directory / f"{each}.pem" for each in (name, "issuing", "root")]
    return TokenKey(address, files)


pytestmark = pytest.mark.usefixtures("token")


@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_a_token_signs_like_a_file(desk, pki, document, level):
    key = key_of(pki)
    signer = PadesSigner(key, settings=desk.settings(level=level), transport=desk.network)

    report = desk.check(desk.sign(signer, document).pdf)
    key.close()

    assert report.reasons == ()
    assert report.level == level


def test_an_elliptic_key_in_a_token_signs_what_its_certificate_verifies(pki):
    key = key_of(pki, "tsa")

    signature = key.sign(b"data", "sha256")
    key.close()

    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - used once
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    public = pki.identity("tsa").certificate.public_key()
    public.verify(signature, b"data", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("fault", [{"pin": "000000"}, {"label": "tidak-ada"}])
def test_a_token_that_does_not_open_is_waited_for(pki, fault):
    key = key_of(pki, **fault)

    with pytest.raises(TokenUnavailableError) as caught:
        key.sign(b"data", "sha256")

    assert isinstance(caught.value, RetryableError)
    assert "000000" not in str(caught.value)


def test_a_token_that_was_away_is_opened_again(pki):
    key = key_of(pki)
    key.sign(b"data", "sha256")
    key.close()

    assert key.sign(b"data", "sha256")
    key.close()


def test_a_token_needs_its_certificate():
    with pytest.raises(SigningKeyUnusableError):
        TokenKey(TokenAddress(MODULE, "tte", "signer", PIN), [])


def test_the_address_of_a_key_does_not_show_its_pin():
    assert PIN not in repr(TokenAddress(MODULE, "tte", "signer", PIN))
