"""A stranger's PDF in a process of its own: real signatures, real limits."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from asn1crypto import keys
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jamila_testing.pki import certificate, make_test_pki, private_key_der
from public_page.check_worker import verdict
from public_page.checking import FileChecker, FileNotCheckedError, WorkerLimits

MEMORY = 1024 * 1024 * 1024


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    arch = make_test_pki(folder, now=datetime.now(UTC))
    for name in ("root", "stranger"):
        (folder / f"{name}.der").write_bytes(certificate(arch, name).dump())
    return arch, folder


@pytest.fixture(scope="module")
def signed(office):
    arch, _ = office
    store = SimpleCertificateStore()
    store.register_multiple([certificate(arch, name) for name in ("root", "issuing")])
    signer = SimpleSigner(
        signing_cert=certificate(arch, "kadis"),
        signing_key=keys.PrivateKeyInfo.load(private_key_der(arch, "kadis")),
        cert_registry=store,
        embed_roots=True,
    )
    meta = PdfSignatureMetadata(field_name="Tanda", subfilter=fields.SigSeedSubFilter.PADES)
    document = IncrementalPdfFileWriter(BytesIO(blank()))
    pdf_signer = signers.PdfSigner(meta, signer)
    return asyncio.run(pdf_signer.async_sign_pdf(document)).getvalue()


def blank():
    file = writer.PdfFileWriter(stream_xrefs=False)
    text = generic.StreamObject(stream_data=b"0.5 w 100 100 200 200 re S")
    contents = file.add_object(text)
    file.insert_page(writer.PageObject(contents=contents, media_box=(0, 0, 595, 842)))
    out = BytesIO()
    file.write(out)
    return out.getvalue()


@pytest.fixture
def checker(office):
    return FileChecker(office[1] / "root.der")


async def test_a_signed_file_is_valid_and_names_its_signer(checker, signed):
    found = await checker.check(signed)
    assert (found.unreadable, found.signatures, found.signer_name) == (
        None,
        1,
        "H. CONTOH KEPALA DINAS",
    )
    assert found.intact
    assert found.trusted
    assert found.covers_whole_file


async def test_one_changed_byte_is_seen(checker, signed):
    place = signed.index(b"100 100 200")
    changed = signed[:place] + b"9" + signed[place + 1 :]
    found = await checker.check(changed)
    assert not found.valid
    assert not found.intact


async def test_what_was_added_behind_the_signature_is_seen(checker, signed):
    found = await checker.check(signed + b"\n% tambahan\n")
    assert not found.valid
    assert not found.covers_whole_file


async def test_another_root_is_not_trusted(office, signed):
    found = await FileChecker(office[1] / "stranger.der").check(signed)
    assert not found.trusted
    assert not found.valid


@pytest.mark.parametrize("content", [b"bukan pdf", b"%PDF-1.7", bytes(1000)])
async def test_what_is_no_pdf_is_said_to_be_none(checker, content):
    assert (await checker.check(content)).unreadable == "document-not-readable"


async def test_an_unsigned_pdf_has_no_signature(checker):
    found = await checker.check(blank())
    assert (found.unreadable, found.signatures, found.valid) == (None, 0, False)


@pytest.mark.parametrize(
    "limits",
    [
        WorkerLimits(time=timedelta(milliseconds=20), memory_bytes=MEMORY),
        WorkerLimits(memory_bytes=60 * 1024 * 1024),
    ],
    ids=["time", "memory"],
)
async def test_a_worker_beyond_its_limits_gives_no_verdict(office, signed, limits):
    with pytest.raises(FileNotCheckedError):
        await FileChecker(office[1] / "root.der", limits).check(signed)


async def test_a_missing_root_is_no_verdict_about_the_file(tmp_path, signed):
    with pytest.raises(FileNotCheckedError):
        await FileChecker(tmp_path / "tidak-ada.pem").check(signed)


def test_the_worker_says_everything_the_verdict_holds(office, signed):
    said = verdict(signed, office[1] / "root.der")
    assert said["signed_at"]
    assert said["revocation"] == "unknown"
