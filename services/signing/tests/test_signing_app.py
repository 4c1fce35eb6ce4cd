import base64
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError
from pyhanko.pdf_utils import generic, writer

from jamila_contracts import events
from jamila_contracts.commands import SeeDocument, SignDocument
from jamila_contracts.envelope import Actor
from jamila_contracts.values import DocumentVersion, SignatureBox
from jamila_runtime.objects import ObjectVault
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from jamila_testing.builders import Story
from jamila_verifier import TrustAnchors, check_pdf
from signing.app import create_process
from signing.pades import SigningKeyUnusableError
from signing.settings import SigningSettings


@pytest.fixture
def own(pki) -> SigningSettings:
    return SigningSettings(
        pkcs12_file=pki.pkcs12_path,
        passphrase_file=pki.passphrase_path,
        trust_roots_file=pki.trust_roots_path,
    )


@pytest.fixture
def settings(tmp_path: Path) -> RuntimeSettings:
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(32)).decode())
    return RuntimeSettings(home=tmp_path, master_key_file=key)


def blank_pdf() -> bytes:
    pdf = writer.PdfFileWriter()
    contents = pdf.add_object(generic.StreamObject(stream_data=b""))
    pdf.insert_page(writer.PageObject(contents=contents, media_box=(0, 0, 595, 842)))
    out = BytesIO()
    pdf.write(out)
    return out.getvalue()


def test_the_wired_service_signs_what_was_verified(settings, own, pki):
    story, pdf = Story("kelahiran-aisyah"), blank_pdf()
    signing = create_process(settings, own).application
    vault = open_vault(settings)
    vault.create(story.case_id)
    objects = ObjectVault(settings.objects, vault)
    digest = objects.put(story.case_id, pdf)
    document = DocumentVersion(
        kind="akta-kelahiran",
        version=1,
        draft_sha256=sha256(b"draft").hexdigest(),
        document_sha256=digest,
        code="K7M2Q9XW4T8B",
        signature_box=SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176),
    )
    signing.consume([story.tell(events.Diverifikasi, documents=(document,))])
    frame = {
        "case_id": story.case_id,
        "actor": Actor(account="kadis-1", capability="kepala-dinas"),
        "asked_at": story.now,
    }
    signing.execute(SeeDocument(command_id=uuid4(), sha256=digest, **frame))
    reply = signing.execute(SignDocument(command_id=uuid4(), document_sha256=(digest,), **frame))
    assert reply.problem is None
    *_, last = signing.recorder.select_notifications(None, 10)
    [signed] = signing.mapper.to_domain_event(last).documents
    report = check_pdf(
        objects.get(story.case_id, signed.signed_sha256),
        TrustAnchors.from_files([pki.trust_roots_path]),
        at=datetime.now(UTC),
    )
    assert report.intact
    assert report.trusted


def test_the_archive_level_needs_its_services(pki):
    with pytest.raises(ValidationError, match="tsa_url"):
        SigningSettings(
            pkcs12_file=pki.pkcs12_path,
            passphrase_file=pki.passphrase_path,
            trust_roots_file=pki.trust_roots_path,
            level="B-LTA",
        )


def test_a_wrong_passphrase_stops_the_start(settings, pki, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("bukan ini\n")
    own = SigningSettings(
        pkcs12_file=pki.pkcs12_path,
        passphrase_file=wrong,
        trust_roots_file=pki.trust_roots_path,
    )
    with pytest.raises(SigningKeyUnusableError):
        create_process(settings, own)


def test_the_line_break_of_an_editor_is_no_part_of_the_passphrase(own, pki, tmp_path):
    edited = tmp_path / "edited"
    edited.write_bytes(pki.passphrase + b"\n")
    assert own.model_copy(update={"passphrase_file": edited}).passphrase() == pki.passphrase


def test_revocation_lists_are_a_json_list_in_the_environment(pki, monkeypatch):
    monkeypatch.setenv("SIGNING_PKCS12_FILE", str(pki.pkcs12_path))
    monkeypatch.setenv("SIGNING_PASSPHRASE_FILE", str(pki.passphrase_path))
    monkeypatch.setenv("SIGNING_TRUST_ROOTS_FILE", str(pki.trust_roots_path))
    monkeypatch.setenv("SIGNING_LEVEL", "B-LTA")
    monkeypatch.setenv("SIGNING_TSA_URL", "http://pki.test/tsa")
    monkeypatch.setenv("SIGNING_CRL_URLS", '["http://pki.test/crl/root.crl"]')
    pades = SigningSettings().pades()
    assert (pades.level, pades.crl_urls) == ("B-LTA", ("http://pki.test/crl/root.crl",))
