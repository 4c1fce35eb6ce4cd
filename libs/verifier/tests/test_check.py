"""What a stranger's document is worth."""

from datetime import timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from jamila_runtime.errors import DomainError
from jamila_verifier import (
    PasswordNeededError,
    PasswordWrongError,
    PdfLimits,
    PdfTooComplexError,
    PdfTooLargeError,
    RevocationEvidence,
    TrustAnchors,
    UnreadablePdfError,
    check_pdf,
    unlocked_copy,
)

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


def check(stranger, pdf, **how):
    how = {"at": stranger.now, "evidence": stranger.evidence(stranger.now), **how}
    return check_pdf(pdf, stranger.anchors(), **how)


@pytest.mark.parametrize("level", LEVELS)
def test_a_good_signature_is_valid_at_its_level(stranger, document, level):
    report = check(stranger, stranger.sign(document, level=level))

    assert report.reasons == ()
    assert report.valid
    assert (report.level, report.signatures) == (level, 1)
    assert report.signer_name == "H. CONTOH KEPALA DINAS"
    assert (report.intact, report.trusted, report.coverage_whole_file) == (True, True, True)
    assert report.revocation == "good"
    assert report.later_changes == ("archive" if level in {"B-LT", "B-LTA"} else "none")
    assert (report.timestamped_at is not None) == (level != "B-B")
    assert not report.encrypted


def test_revocation_is_unknown_where_nobody_holds_an_answer(stranger, document):
    report = check(stranger, stranger.sign(document), evidence=RevocationEvidence())

    assert report.valid
    assert report.revocation == "unknown"


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("revoked", "certificate-revoked"),
        ("expired", "certificate-expired"),
        ("future", "certificate-not-yet-valid"),
    ],
)
def test_a_certificate_out_of_order_is_named(stranger, document, who, reason):
    report = check(stranger, stranger.sign(document, who=who))

    assert report.reasons == (reason,)
    assert (report.valid, report.intact, report.trusted) == (False, True, False)


def test_an_expired_signature_was_good_when_it_was_known_to_exist(stranger, document):
    signed = stranger.sign(document, who="expired")

    assert check(stranger, signed, at=stranger.now - timedelta(days=40)).trusted


@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_a_time_stamp_proves_a_signature_after_its_certificate_expired(stranger, document, level):
    later = stranger.now + timedelta(days=3100)

    report = check(stranger, stranger.sign(document, level=level), at=later)

    assert report.trusted
    assert not check(stranger, stranger.sign(document), at=later).trusted


def test_a_root_that_is_not_pinned_is_not_trusted(stranger, document):
    elsewhere = TrustAnchors(stranger.anchors(roots="tsa").roots)

    report = check_pdf(stranger.sign(document), elsewhere, at=stranger.now)

    assert report.reasons == ("certificate-not-trusted",)
    assert report.intact


def test_every_changed_byte_of_the_document_is_noticed(stranger, document):
    signed = stranger.sign(document)
    gap = signed.index(b"/Contents <", len(document))

    for place in (*range(20, len(document), 97), gap - 20, len(signed) - 60):
        changed = bytearray(signed)
        changed[place] ^= 0x01
        try:
            report = check(stranger, bytes(changed))
        except UnreadablePdfError:
            continue
        assert not report.valid, place


def test_swapped_pages_are_noticed(stranger, document):
    signed = stranger.sign(document)
    later = IncrementalPdfFileWriter(BytesIO(signed))
    kids = later.root["/Pages"]["/Kids"]
    kids.reverse()
    later.update_root()
    later.update_container(kids)
    out = BytesIO()
    later.write(out)

    report = check(stranger, out.getvalue())

    assert not report.valid
    assert "changed-after-signing" in report.reasons
    assert report.later_changes == "other"


def test_bytes_after_the_signature_are_noticed(stranger, document):
    report = check(stranger, stranger.sign(document) + b"\n% something\n")

    assert "signature-does-not-cover-file" in report.reasons
    assert not report.coverage_whole_file


def test_a_second_signature_is_judged_too(stranger, document):
    both = stranger.sign(stranger.sign(document), who="revoked", field="Kedua")

    report = check(stranger, both)

    assert report.signatures == 2
    assert report.revocation == "revoked"
    assert "certificate-revoked" in report.reasons


def test_a_document_without_signature_is_not_valid(stranger, document):
    report = check(stranger, document)

    assert report.reasons == ("signature-missing",)
    assert (report.level, report.signer_name, report.intact) == (None, None, False)


def test_a_pin_opens_a_locked_document(stranger, document):
    locked = stranger.locked(document, pin="246810")

    report = check(stranger, locked, password="246810")

    assert (report.valid, report.encrypted) == (True, True)
    with pytest.raises(PasswordNeededError):
        check(stranger, locked)
    with pytest.raises(PasswordWrongError) as caught:
        check(stranger, locked, password="135791")
    assert "135791" not in str(caught.value)


def test_a_document_that_only_forbids_changes_opens_without_pin(stranger, document):
    assert check(stranger, stranger.locked(document, pin="")).valid


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"\x00" * 100, b"GIF89a"])
def test_what_is_no_pdf_cannot_be_judged(stranger, content):
    with pytest.raises(UnreadablePdfError):
        check(stranger, content)


def test_a_truncated_document_breaks_nothing_but_itself(stranger, document):
    signed = stranger.sign(document)

    for length in range(0, len(signed), len(signed) // 40):
        try:
            report = check(stranger, signed[:length])
        except DomainError:
            continue
        assert not report.valid


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (PdfLimits(size_bytes=1000), PdfTooLargeError),
        (PdfLimits(revisions=1), PdfTooComplexError),
        (PdfLimits(objects=3), PdfTooComplexError),
        (PdfLimits(signatures=0), PdfTooComplexError),
    ],
)
def test_a_document_beyond_the_limits_is_not_read(stranger, document, limits, error):
    with pytest.raises(error):
        check(stranger, stranger.sign(document), limits=limits)


def test_a_decompression_bomb_is_not_unpacked(stranger, document):
    bomb = IncrementalPdfFileWriter(BytesIO(document))
    stream = generic.StreamObject(stream_data=b"\0" * 300_000_000)
    stream.compress()
    bomb.root["/Extensions"] = bomb.add_object(stream)
    bomb.update_root()
    out = BytesIO()
    bomb.write(out)

    assert check(stranger, out.getvalue()).reasons == ("signature-missing",)


def test_a_judgement_needs_an_aware_instant(stranger, document):
    with pytest.raises(ValueError, match="aware"):
        check(stranger, document, at=stranger.now.replace(tzinfo=None))


async def test_a_judgement_does_not_block_an_event_loop(stranger, document):
    with pytest.raises(RuntimeError, match="thread"):
        check(stranger, document)


def test_a_copy_without_lock_shows_the_same_and_proves_nothing(stranger, document):
    locked = stranger.locked(document, pin="246810")

    copy = unlocked_copy(locked, password="246810")

    assert not check(stranger, copy).valid
    assert not check(stranger, copy).encrypted
    with pytest.raises(PasswordWrongError):
        unlocked_copy(locked, password="135791")
    with pytest.raises(UnreadablePdfError):
        unlocked_copy(b"%PDF-1.7 nothing", password="")
