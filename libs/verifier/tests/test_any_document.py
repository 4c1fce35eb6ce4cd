"""Whatever somebody gives to be judged: only what was signed is said to be good."""

from contextlib import suppress

import pytest
from hypothesis import given

from jamila_runtime.errors import DomainError
from jamila_testing.certificates import revocation_list, self_signed
from jamila_testing.fuzz import BITES_OR_OTHERS, fuzz, outside
from jamila_verifier import RevocationEvidence, TrustAnchors, check_pdf
from jamila_verifier.errors import TrustRootsUnreadableError

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(120)]


@fuzz(15)
@given(bite=BITES_OR_OTHERS)
def test_any_changed_document_is_not_good(stranger, document, bite):
    signed = stranger.sign(document)
    raw = bite.of(signed)
    with suppress(DomainError):
        report = check_pdf(raw, stranger.anchors(), at=stranger.now)
        assert not report.valid or raw == signed


@fuzz(60)
@given(raw=outside([revocation_list("Root CA Uji")]))
def test_any_revocation_list_is_read_or_refused(raw):
    with suppress(ValueError):
        RevocationEvidence.from_der(crls=[raw])


@fuzz(60)
@given(raw=outside([self_signed("Root CA Uji")]))
def test_any_pinned_file_holds_certificates_or_is_refused(tmp_path, raw):
    file = tmp_path / "roots.pem"
    file.write_bytes(raw)
    with suppress(TrustRootsUnreadableError):
        TrustAnchors.from_files([file])
