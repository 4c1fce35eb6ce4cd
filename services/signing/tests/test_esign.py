"""Signing through the e-sign service, against the simulator's real wire format."""

import logging
import re
import subprocess
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from jamila_contracts.commands import OpenSigningSession, ShowBatch, SignBatch
from jamila_contracts.values import SignatureBox
from jamila_simulators.bsre.accounts import DEMO_NIK, DEMO_PASSPHRASE, Signer
from jamila_simulators.bsre.api import create_bsre_app
from jamila_testing.foreign_signer import plain_pdf
from jamila_testing.signing_desk import KADIS, document
from jamila_verifier import TrustAnchors, check_pdf
from signing.domain import SigningCase
from signing.esign import (
    EsignAccess,
    EsignAnswerWrongError,
    EsignCertificateRefusedError,
    EsignClient,
    EsignGoneError,
    EsignNotRegisteredError,
    EsignRequestRefusedError,
    EsignSigner,
    EsignUnavailableError,
)
from signing.secrets import SecretDrawer, SecretRefusedError, SessionNeededError, SigningSecret

BOX = SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176)
NOW = datetime.now(UTC)
PDF = plain_pdf()
BASIC = "kantor-uji"


class EsignDesk:
    """The e-sign service, and signers that reach it without sockets."""

    def __init__(self, pki, bridge):
        app = create_bsre_app(pki.directory, user=BASIC, password=BASIC)
        self.service = app.state.desk
        self.network = bridge(app)
        self.secrets = SecretDrawer()
        self.anchors = TrustAnchors.from_files([pki.trust_roots_path])

    def signer(self, *, version=2, nik=DEMO_NIK, password=BASIC):
        access = EsignAccess("http://bsre.test", BASIC, password, version=version)
        client = EsignClient(access, transport=self.network)
        given = {"account": KADIS.account, "nik": nik}
        return EsignSigner(client, secrets=self.secrets, anchors=self.anchors, **given)

    def lend(self, value=DEMO_PASSPHRASE, method="passphrase"):
        self.secrets.lend(KADIS.account, SigningSecret(method, value), now=NOW)

    def sign(self, signer, pdf=PDF, *, now=NOW):
        return signer.sign(pdf, box=BOX, reason="Penerbitan", location="Paringin", now=now)


@pytest.fixture
def esign(pki, bridge):
    return EsignDesk(pki, bridge)


@pytest.mark.parametrize("version", [1, 2])
def test_a_document_is_signed_and_checked(esign, version):
    esign.lend()

    signed = esign.sign(esign.signer(version=version))

    report = check_pdf(signed.pdf, esign.anchors, at=datetime.now(UTC))
    assert report.valid
    assert signed.pdf.startswith(PDF)
    assert signed.level == report.level == "B-B"
    assert signed.signer_name == report.signer_name
    assert signed.evidence.startswith(b"HTTP/1.1 200")
    assert DEMO_PASSPHRASE.encode() not in signed.evidence


@pytest.mark.parametrize("version", [1, 2])
def test_the_visible_field_is_where_the_document_wants_it(esign, version, tmp_path):
    esign.lend()
    path = tmp_path / "signed.pdf"
    path.write_bytes(esign.sign(esign.signer(version=version)).pdf)

    command = ["pdfsig", "-nocert", str(path)]
    out = subprocess.run(command, check=False, capture_output=True).stdout.decode()  # noqa: S603  # fixed command

    assert "Signature is Valid" in out
    assert re.search(rb"/Rect\s*\[\s*318 98 543 176\s*\]", path.read_bytes())


def test_a_one_time_code_serves_one_document(esign):
    esign.lend(esign.service.new_code(DEMO_NIK), "totp")
    signer = esign.signer()

    assert esign.sign(signer).pdf
    with pytest.raises(SecretRefusedError):
        esign.sign(signer)
    with pytest.raises(SessionNeededError):
        esign.sign(signer)


def test_version_one_takes_no_codes(esign):
    esign.lend("123456", "totp")

    with pytest.raises(EsignRequestRefusedError):
        esign.sign(esign.signer(version=1))


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_is_asked_without_a_secret(esign, version):
    with pytest.raises(SessionNeededError):
        esign.sign(esign.signer(version=version))

    assert esign.network.paths == []


@pytest.mark.parametrize("version", [1, 2])
def test_a_wrong_passphrase_is_tried_once_and_forgotten(esign, version):
    esign.lend("Salah-Sekali-9")
    signer = esign.signer(version=version)

    with pytest.raises(SecretRefusedError) as caught:
        esign.sign(signer)
    with pytest.raises(SessionNeededError):
        esign.sign(signer)

    assert b"2031" in caught.value.evidence
    assert "Salah" not in str(caught.value) + str(caught.value.evidence)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "status",
    ["EXPIRED", "RENEW", "WAITING_FOR_VERIFICATION", "NEW", "NO_CERTIFICATE", "SUSPEND", "REVOKE"],
)
def test_only_issue_may_sign(esign, version, status):
    esign.lend()
    esign.service.signers[DEMO_NIK] = Signer(
        nik=DEMO_NIK, passphrase=DEMO_PASSPHRASE, status=status
    )

    with pytest.raises(EsignCertificateRefusedError) as caught:
        esign.sign(esign.signer(version=version))

    assert caught.value.data == {"status": status}
    assert esign.service.signed == 0


def test_a_certificate_that_expires_between_status_and_signature_is_refused(esign):
    esign.lend()
    signer = esign.signer()
    esign.sign(signer)
    esign.service.signers[DEMO_NIK].status = "EXPIRED"

    with pytest.raises(EsignCertificateRefusedError) as caught:
        esign.sign(signer, now=NOW + timedelta(minutes=1))

    assert b"2021" in caught.value.evidence


@pytest.mark.parametrize("version", [1, 2])
def test_a_stranger_is_not_registered(esign, version):
    esign.lend()

    with pytest.raises(EsignNotRegisteredError):
        esign.sign(esign.signer(version=version, nik="6311990101700099"))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (2011, EsignNotRegisteredError),
        (2021, EsignCertificateRefusedError),
        (2031, SecretRefusedError),
        (4014, EsignRequestRefusedError),
        (4015, EsignRequestRefusedError),
        (4024, EsignRequestRefusedError),
        (4044, EsignGoneError),
    ],
)
def test_every_code_has_its_error_and_keeps_the_answer(esign, code, error):
    esign.lend()
    esign.service.error = code

    with pytest.raises(error) as caught:
        esign.sign(esign.signer())

    assert str(code).encode() in caught.value.evidence


@pytest.mark.parametrize("nik", ["", "123"])
def test_the_service_refuses_what_is_no_nik(esign, nik):
    esign.lend()
    esign.service.signers[nik] = Signer(nik=nik, passphrase=DEMO_PASSPHRASE)

    with pytest.raises(EsignRequestRefusedError):
        esign.sign(esign.signer(nik=nik))


def test_a_wrong_log_in_of_the_office_is_a_refusal(esign):
    esign.lend()

    with pytest.raises(EsignRequestRefusedError):
        esign.sign(esign.signer(password="salah"))


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize("path", ["/api/v2/sign/pdf", "/api/v2/user/check/status"])
@pytest.mark.parametrize(
    "fault",
    [
        _slow,
        lambda _: httpx.Response(502, html="<html>"),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json=["?"]),
        lambda _: httpx.Response(400, text="not json"),
    ],
)
def test_a_service_that_fails_is_waited_for(esign, path, fault):
    esign.lend()
    signer = esign.signer()
    esign.network.answers[path] = fault

    with pytest.raises(EsignUnavailableError) as caught:
        esign.sign(signer)
    esign.network.answers.clear()

    assert DEMO_PASSPHRASE not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert esign.sign(signer).pdf


def test_an_outage_of_the_service_is_waited_for(esign):
    esign.lend()
    esign.service.outage = True

    with pytest.raises(EsignUnavailableError):
        esign.sign(esign.signer())


def test_an_answer_without_a_file_is_waited_for(esign):
    esign.lend()
    esign.network.answers["/api/v2/sign/pdf"] = lambda _: httpx.Response(200, json={"file": []})

    with pytest.raises(EsignUnavailableError):
        esign.sign(esign.signer())


def test_another_document_than_the_one_sent_is_not_taken(esign):
    esign.lend()
    signer = esign.signer(version=1)
    other = esign.sign(signer, plain_pdf(3)).pdf
    esign.network.answers["/api/sign/pdf"] = lambda _: httpx.Response(200, content=other)

    with pytest.raises(EsignAnswerWrongError) as caught:
        esign.sign(signer)

    assert caught.value.evidence


@pytest.mark.parametrize("tail", [b"", b"\n%% more"])
def test_an_unsigned_or_changed_answer_is_not_taken(esign, tail):
    esign.lend()
    signer = esign.signer(version=1)
    good = esign.sign(signer).pdf if tail else PDF
    esign.network.answers["/api/sign/pdf"] = lambda _: httpx.Response(200, content=good + tail)

    with pytest.raises(EsignAnswerWrongError):
        esign.sign(signer)


def test_the_first_version_gives_a_file_once(esign):
    esign.lend()
    client = httpx.Client(base_url="http://bsre.test", auth=(BASIC, BASIC), transport=esign.network)
    form = {"nik": DEMO_NIK, "passphrase": DEMO_PASSPHRASE}
    answer = client.post("/api/sign/pdf", data=form, files={"file": ("d.pdf", PDF)})
    place = f"/api/sign/download/{answer.headers['id_dokumen']}"

    assert client.get(place).content == answer.content
    assert client.get(place).json()["status_code"] == 4044


SECRETS = (DEMO_PASSPHRASE, "Salah-Sekali-9")


def test_a_secret_is_nowhere_but_in_memory_and_on_the_wire(
    esign, open_signing, tmp_path, caplog, capsys
):
    """Batch, wrong secret, right secret: then every file, log line and reply is searched."""
    caplog.set_level(logging.DEBUG)
    desk = open_signing(store=str(tmp_path / "signing.db"), signer=None, secrets=esign.secrets)
    desk.signing.signers = desk.signing.signers.__class__(
        by_account={KADIS.account: esign.signer()}
    )
    desk.clock.instant = NOW
    story, wanted = desk.story, document(PDF)
    desk.objects.put(story.case_id, PDF)
    desk.verified(wanted)
    desk.see(wanted.draft_sha256)
    batch = uuid4()
    items = ({"case_id": story.case_id, "document_sha256": (wanted.document_sha256,)},)
    replies = [desk.ask(SignBatch, case_id=batch, items=items)]
    waits = []
    for secret in (None, "Salah-Sekali-9", None, DEMO_PASSPHRASE):
        if secret:
            replies.append(lend(desk, secret))
        desk.runner.perform_due()
        desk.clock.move(minutes=3)
        replies.append(desk.ask(ShowBatch, case_id=batch))
        waits.append(replies[-1].result["batch"]["items"][0]["reason"])

    asked_for, refused = "signing-session-needed", "signing-secret-refused"
    assert waits == [asked_for, refused, asked_for, None]
    assert isinstance(desk.facts()[-1], SigningCase.Ditandatangani)
    desk.signing.close()
    searched = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    searched += [caplog.text.encode(), *(each.model_dump_json().encode() for each in replies)]
    shown = capsys.readouterr()
    searched += [shown.out.encode(), shown.err.encode()]
    opened = [desk.objects.get(story.case_id, path.name) for path in objects_of(tmp_path, story)]
    for secret in SECRETS:
        assert not any(secret.encode() in each for each in (*searched, *opened))
    assert len(opened) > 3


def objects_of(folder, story):
    return [path for path in (folder / "objects" / str(story.case_id)).iterdir() if path.is_file()]


def lend(desk, secret):
    session = uuid4()
    desk.vault.create(session)
    sealed = desk.vault.seal(session, secret)
    return desk.ask(OpenSigningSession, case_id=session, method="passphrase", secret=sealed)
