import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from jamila_ledger.checkpoints_key import (
    KEY_FILE,
    PUBLIC_FILE,
    OfficeKey,
    OfficeKeyUnusableError,
    PublicKeys,
    ensure_office_key,
)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path, office):
    file = tmp_path / "secrets" / KEY_FILE
    again = ensure_office_key(file, tmp_path / "stores" / PUBLIC_FILE)
    assert again.key_id == office.key.key_id
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_damaged_key_is_left_alone(tmp_path, office):
    assert office
    file = tmp_path / "secrets" / KEY_FILE
    file.write_text("damaged")
    with pytest.raises(OfficeKeyUnusableError):
        ensure_office_key(file, tmp_path / "stores" / PUBLIC_FILE)
    assert file.read_text() == "damaged"


def test_a_key_of_another_kind_is_refused(tmp_path):
    private = generate_private_key(SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key").write_bytes(pem)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public").write_bytes(public)
    with pytest.raises(OfficeKeyUnusableError):
        OfficeKey.read(tmp_path / "key")
    with pytest.raises(OfficeKeyUnusableError):
        PublicKeys.read(tmp_path / "public")


@pytest.mark.parametrize(
    "content",
    [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"],
    ids=["empty", "damaged"],
)
def test_a_file_without_a_usable_public_key_is_refused(tmp_path, content):
    (tmp_path / "public").write_bytes(content)
    with pytest.raises(OfficeKeyUnusableError):
        PublicKeys.read(tmp_path / "public")
    with pytest.raises(OfficeKeyUnusableError):
        PublicKeys.read(tmp_path / "none")


def test_a_folder_where_the_key_should_be_is_refused(tmp_path):
    (tmp_path / "secrets").write_text("a file")
    with pytest.raises(OfficeKeyUnusableError):
        ensure_office_key(tmp_path / "secrets" / KEY_FILE, tmp_path / PUBLIC_FILE)
