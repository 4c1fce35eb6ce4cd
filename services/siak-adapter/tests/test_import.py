"""Step 3 where SIAK makes and signs the documents: what is taken, and what is refused and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from jamila_contracts.commands import ImportSigned
from jamila_runtime.officials import Official, Officials
from jamila_testing.foreign_signer import ForeignSigner, plain_pdf
from jamila_testing.pki import certificate, crl_der, make_test_pki
from jamila_verifier import TrustAnchors
from siak_adapter.domain import ENTER
from siak_adapter.import_settings import ImportSettings
from siak_adapter.importing import ImportPolicy
from siak_adapter.siak_signature import RevocationLists, SiakSignatures

KADIS, FORMER = "H. CONTOH KEPALA DINAS", "H. CONTOH DICABUT"
OFFICIALS = Officials(
    [
        Official(name=KADIS, title="Kepala Dinas", valid_from=date(2025, 7, 1)),
        Official(name=FORMER, title="Kepala Dinas", valid_from=date(2025, 7, 1)),
        Official(
            name="H. CONTOH KEPALA DINAS LAMA", title="Kepala Dinas", valid_from=date(2020, 1, 1)
        ),
    ]
)
DOCUMENT = plain_pdf()


@pytest.fixture(scope="module")
def siak_pki(tmp_path_factory) -> ForeignSigner:
    now = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
    return ForeignSigner(make_test_pki(tmp_path_factory.mktemp("pki"), now=now), now)


@pytest.fixture
def lists() -> dict[str, Any]:
    """What the authorities answer; a test changes it."""
    return {}


@pytest.fixture
def importing(open_office, tools, siak_pki, lists) -> Callable[..., Any]:
    """Gives an office that imports, with case and papers ready for step 3."""

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.strip("/")
        if name in lists:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, content=crl_der(siak_pki.arch, name, at=siak_pki.now))

    def open_importing(*, urls: tuple[str, ...] = (), **changes: Any) -> Any:
        client = httpx.Client(transport=httpx.MockTransport(answer))
        anchors = TrustAnchors((certificate(siak_pki.arch, "root"),))
        check = SiakSignatures(anchors, officials=OFFICIALS, lists=RevocationLists(client, urls))
        given = {"imports": ImportPolicy(frozenset({"*"})), "import_check": check, **changes}
        office = open_office(replace(tools, **given))
        office.matched()
        return office

    return open_importing


@pytest.fixture
def imported(objects, story) -> Callable[..., Any]:
    def imported(office: Any, pdf: bytes, *, pin: str | None = None) -> Any:
        file = {
            "kind": "akta-kelahiran",
            "sha256": objects.put(story.case_id, pdf),
            "password": None if pin is None else office.sealed(pin),
        }
        numbers = office.sealed({"documents": {"akta-kelahiran": {"number": "6311-LU-1"}}})
        command = office.ask(
            ImportSigned, siak_registration="SIAK-2026-000123", data=numbers, files=(file,)
        )
        return office.siak.execute(command)

    return imported


LISTS = ("http://pki.test/root", "http://pki.test/issuing")


@pytest.mark.parametrize("level", ["B-B", "B-LT", "B-LTA"])
def test_what_siak_signed_goes_on_with_the_very_same_bytes(importing, imported, siak_pki, level):
    office = importing(urls=LISTS)
    pdf = siak_pki.sign(DOCUMENT, level=level)

    reply = imported(office, pdf)

    assert reply.problem is None
    [document] = office.found().newest.values()
    assert document.document_sha256 == sha256(pdf).hexdigest()
    assert document.draft_sha256 == document.document_sha256
    assert document.signed_by_siak.signer_name == KADIS
    assert document.signed_by_siak.level == level
    assert document.signed_by_siak.signed_at == siak_pki.now
    assert not office.found().steps[ENTER].is_open


def test_a_locked_file_is_kept_and_a_readable_copy_made(
    importing, imported, siak_pki, objects, story
):
    office = importing()
    pdf = siak_pki.locked(DOCUMENT, pin="246810")

    assert imported(office, pdf).problem.slug == "document-password-needed"
    assert imported(office, pdf, pin="135791").problem.slug == "document-password-wrong"
    assert imported(office, pdf, pin="246810").problem is None

    [document] = office.found().newest.values()
    assert document.signed_by_siak.locked
    assert objects.get(story.case_id, document.document_sha256) == pdf
    assert b"/Encrypt" not in objects.get(story.case_id, document.draft_sha256)


def changed(pdf: bytes) -> bytes:
    return pdf.replace(b"100 100 200", b"100 100 300")


@pytest.mark.parametrize(
    ("spoil", "slug"),
    [
        (lambda _: DOCUMENT, "import-unsigned"),
        (lambda s: changed(s.sign(DOCUMENT)), "import-changed"),
        (lambda s: s.sign(DOCUMENT) + b"\n%%", "import-changed"),
        (lambda s: s.sign(DOCUMENT, who="revoked"), "import-certificate-revoked"),
        (lambda s: s.sign(DOCUMENT, who="expired"), "import-certificate-expired"),
        (lambda s: s.sign(DOCUMENT, who="future"), "import-certificate-expired"),
        (lambda s: s.sign(DOCUMENT, who="stranger"), "import-signer-unknown"),
        (
            lambda s: s.sign(DOCUMENT, claimed=s.now + timedelta(days=1)),
            "import-time-wrong",
        ),
        (
            lambda s: s.sign(s.sign(DOCUMENT), who="stranger", field="Lain"),
            "import-changed",
        ),
        (lambda _: b"%PDF-1.7 nothing", "document-not-readable"),
        (lambda _: b"GIF89a", "document-not-readable"),
    ],
)
def test_everything_else_is_refused_with_its_reason(importing, imported, siak_pki, spoil, slug):
    office = importing(urls=LISTS)

    reply = imported(office, spoil(siak_pki))

    assert reply.problem.slug == slug
    assert office.found().newest == {}
    assert office.found().steps[ENTER].is_open


def test_another_root_is_refused(importing, imported, siak_pki):
    anchors = TrustAnchors((certificate(siak_pki.arch, "tsa"),))
    nowhere = RevocationLists(httpx.Client(), ())
    check = SiakSignatures(anchors, officials=OFFICIALS, lists=nowhere)
    office = importing(import_check=check)

    assert imported(office, siak_pki.sign(DOCUMENT)).problem.slug == "import-not-trusted"


def test_a_head_of_another_time_is_refused(importing, imported, siak_pki):
    office = importing()
    earlier = siak_pki.now - timedelta(days=290)

    assert earlier.date() < date(2025, 7, 1)
    reply = imported(office, siak_pki.sign(DOCUMENT, claimed=earlier))

    assert reply.problem.slug == "import-signer-unknown"


def test_lists_that_cannot_be_had_are_waited_for(importing, imported, siak_pki, lists):
    office = importing(urls=LISTS)
    lists["issuing"] = "down"
    pdf = siak_pki.sign(DOCUMENT)

    assert imported(office, pdf).problem.slug == "revocation-information-unavailable"
    lists.clear()
    assert imported(office, pdf).problem is None


def test_lists_that_do_not_answer_for_the_path_prove_nothing(importing, imported, siak_pki):
    office = importing(urls=LISTS[:1])

    reply = imported(office, siak_pki.sign(DOCUMENT))

    assert reply.problem.slug == "import-revocation-unknown"


def test_each_service_is_either_made_here_or_in_siak(importing, imported, siak_pki):
    here = importing(imports=ImportPolicy(frozenset({"lain"})))
    assert imported(here, siak_pki.sign(DOCUMENT)).problem.slug == "documents-made-here"

    there = importing()
    assert there.entered().problem.slug == "documents-made-in-siak"


def test_an_office_without_anchors_imports_nothing(importing, imported, siak_pki):
    office = importing(import_check=None)

    assert imported(office, siak_pki.sign(DOCUMENT)).problem.slug == "import-not-configured"


def test_a_file_that_was_not_uploaded_is_not_imported(importing):
    office = importing()
    file = {"kind": "akta-kelahiran", "sha256": "ab" * 32}
    command = office.ask(
        ImportSigned, siak_registration="S-1", data=office.sealed({}), files=(file,)
    )

    assert office.siak.execute(command).problem.slug == "object-not-found"


def test_an_import_asked_twice_is_recorded_once(importing, siak_pki, objects, story):
    office = importing()
    file = {
        "kind": "akta-kelahiran",
        "sha256": objects.put(story.case_id, siak_pki.sign(DOCUMENT)),
    }
    command = office.ask(
        ImportSigned, siak_registration="S-1", data=office.sealed({}), files=(file,)
    )

    assert office.siak.execute(command) == office.siak.execute(command)


def test_drafts_are_in_the_name_of_whoever_is_in_charge(open_office, tools):
    stand_in = Official(
        name="Hj. CONTOH", title="Kepala Dinas", stand_in="plh", valid_from=date(2026, 4, 6)
    )
    head = replace(tools.office, officials=Officials([stand_in]))
    office = open_office(replace(tools, office=head))
    office.matched()
    office.entered()

    [document] = office.found().newest.values()
    assert document.signer_title == "Plh. Kepala Dinas"


def test_settings_that_cannot_work_stop_the_start(tmp_path):
    assert ImportSettings().check(None) is None
    with pytest.raises(ValueError, match="officials"):
        ImportSettings(services=("*",), trust_roots=(tmp_path / "root.pem",)).check(None)


def test_settings_pin_the_roots(tmp_path, siak_pki):
    path = tmp_path / "root.der"
    path.write_bytes(certificate(siak_pki.arch, "root").dump())
    settings = ImportSettings(services=("lhr-umum",), trust_roots=(path,))

    assert settings.check(OFFICIALS) is not None
    assert settings.policy().is_imported("lhr-umum")
    assert not settings.policy().is_imported("lain")
