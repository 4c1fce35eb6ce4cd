"""Seeing before signing, several documents, SIAK's signature, officials, withdrawal."""

from datetime import date, datetime

import pytest

from jamila_contracts import events
from jamila_contracts.commands import ReplaceDocument, RevokeDocument
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ForeignSignature
from jamila_runtime.officials import NobodyInChargeError, Official, Officials
from jamila_testing.signing_desk import (
    KABID,
    KADIS,
    NINE,
    document,
)
from signing.domain import SIGN, SigningCase
from signing.pades import TimestampUnavailableError
from signing.signers import Signers

TITLE = "Kepala Dinas Kependudukan dan Pencatatan Sipil"
PLH = Actor(account="sekdin-1", capability="kepala-dinas", on_behalf_of="kadis-1")
OFFICIALS = Officials(
    [
        Official(account="kadis-1", name="H. CONTOH", title=TITLE, valid_from=date(2025, 1, 1)),
        Official(
            account="sekdin-1",
            name="Hj. CONTOH",
            title=TITLE,
            stand_in="plh",
            valid_from=date(2026, 4, 6),
            valid_until=date(2026, 4, 8),
        ),
    ]
)


@pytest.fixture
def desk(open_signing):
    return open_signing()


def test_a_document_that_was_not_opened_is_not_signed(desk):
    desk.verified()

    reply = desk.sign()

    assert reply.problem.slug == "document-not-seen"
    assert reply.problem.data["document_sha256"] == [document().document_sha256]
    assert desk.signer.asked == []


@pytest.mark.parametrize("which", ["draft_sha256", "document_sha256"])
def test_opening_draft_or_document_is_seeing_it(desk, which):
    desk.verified()

    assert desk.see(getattr(document(), which)).events == ("DokumenDilihat",)

    assert desk.sign().problem is None


def test_seeing_twice_is_recorded_once(desk):
    desk.verified()
    desk.see(document().draft_sha256)

    assert desk.see(document().document_sha256).events == ()


def test_what_somebody_else_saw_is_not_seen(desk):
    desk.verified()
    desk.see(document().draft_sha256, actor=PLH)

    assert desk.sign().problem.slug == "document-not-seen"


def test_what_was_seen_before_a_return_must_be_opened_again(desk):
    desk.verified()
    desk.see(document().draft_sha256)
    desk.refuse()
    desk.verified(document(b"mended", version=2))

    assert desk.sign(b"mended").problem.slug == "document-not-seen"


def test_only_the_kepala_dinas_sees_for_the_signature(desk):
    desk.verified()

    assert desk.see(document().draft_sha256, actor=KABID).problem.slug == "capability-missing"


def test_seeing_something_else_is_quiet(desk):
    desk.verified()

    assert desk.see("ab" * 32).events == ()


def test_seeing_does_not_count_in_the_version_that_was_seen(desk):
    desk.verified()

    before, after = desk.see("ab" * 32).version, desk.see(document().draft_sha256).version

    assert before == after


def test_after_a_failure_only_what_is_missing_is_signed(desk):
    contents = (b"%PDF akta", b"%PDF kk")
    desk.verified(*(document(each) for each in contents))
    desk.see_all(*contents)
    desk.signer.faults = [None, TimestampUnavailableError("slow")]

    assert desk.sign(*contents).problem.slug == "timestamp-unavailable"
    assert desk.sign(*contents).events == ("TugasDiambil", "Ditandatangani")

    signed = [each for each, ok in desk.signer.done if ok]
    assert sorted(signed) == sorted(contents)


def imported(*, locked=False):
    foreign = ForeignSignature(
        signer_name="H. CONTOH",
        signed_at=NINE,
        level="B-LT",
        certificate_sha256="ab" * 32,
        locked=locked,
    )
    return document().model_copy(
        update={"signed_by_siak": foreign, "draft_sha256": document().document_sha256}
    )


def test_the_signature_of_siak_is_confirmed_and_not_repeated(desk):
    desk.verified(imported())
    desk.see(document().document_sha256)

    assert desk.sign().problem is None

    fact = desk.facts()[-1]
    [signed] = fact.documents
    assert fact.source == "siak"
    assert signed.signed_sha256 == signed.document_sha256 == document().document_sha256
    assert (signed.level, signed.signer_name) == ("B-LT", "H. CONTOH")
    assert desk.signer.asked == []


@pytest.mark.parametrize("locked", [True, False])
def test_printers_get_what_officers_read_where_the_file_of_siak_is_locked(desk, locked):
    version = imported(locked=locked)
    desk.verified(version)
    desk.see(version.document_sha256)
    desk.sign()

    [signed] = desk.facts()[-1].documents
    assert signed.print_sha256 == (version.draft_sha256 if locked else None)


def test_an_imported_document_that_is_gone_is_not_confirmed(desk):
    desk.verified(imported(), stored=False)
    desk.see(document().document_sha256)

    assert desk.sign().problem.slug == "object-not-found"


def in_office(desk, officials=OFFICIALS):
    desk.signing.signers = Signers(default=desk.signer, officials=officials)


def titled(title):
    return document().model_copy(update={"signer_title": title})


def test_a_stand_in_signs_in_his_time_and_under_his_title(desk):
    in_office(desk)
    desk.verified(titled(f"Plh. {TITLE}"))
    desk.see(document().draft_sha256, actor=PLH)

    assert desk.sign(actor=PLH).problem is None

    fact = desk.facts()[-1]
    assert fact.documents[0].signer_title == f"Plh. {TITLE}"
    assert fact.cause.actor.on_behalf_of == "kadis-1"


def test_a_document_of_another_office_is_not_signed(desk):
    in_office(desk)
    desk.verified(titled(TITLE))
    desk.see(document().draft_sha256, actor=PLH)

    assert desk.sign(actor=PLH).problem.slug == "signer-not-on-document"
    assert isinstance(desk.facts()[-1], SigningCase.PenandatangananGagal)


def test_who_holds_no_office_today_signs_nothing(desk):
    gone = Official(
        account="kadis-1",
        name="H. CONTOH",
        title=TITLE,
        valid_from=date(2020, 1, 1),
        valid_until=date(2026, 4, 5),
    )
    in_office(desk, Officials([gone]))
    desk.verified()
    desk.see(document().draft_sha256)

    assert desk.sign().problem.slug == "signer-not-in-office"
    assert desk.signer.asked == []


def test_an_account_without_key_waits(desk):
    desk.signing.signers = Signers()
    desk.verified()
    desk.see(document().draft_sha256)

    assert desk.sign().problem.slug == "signing-key-missing"


def signed_case(desk):
    desk.verified()
    desk.see(document().draft_sha256)
    desk.sign()
    return document().code


def test_a_signed_document_is_revoked_with_a_reason(desk):
    code = signed_case(desk)

    reply = desk.ask(RevokeDocument, code=code, reason_code="salah-data")

    assert reply.events == ("DokumenDicabut",)
    assert desk.ask(RevokeDocument, code=code, reason_code="x").problem.slug == (
        "document-already-ended"
    )


def test_a_signed_document_is_replaced_by_another(desk):
    code = signed_case(desk)
    fields = {"code": code, "replaced_by": "P3R5N8YV6C2D", "reason_code": "pindah"}

    assert desk.ask(ReplaceDocument, **fields).events == ("DokumenDigantikan",)
    assert desk.facts()[-1].replaced_by == "P3R5N8YV6C2D"


@pytest.mark.parametrize(
    ("code", "actor", "slug"),
    [
        ("P3R5N8YV6C2D", KADIS, "document-unknown"),
        (document().code, KABID, "capability-missing"),
    ],
)
def test_only_what_was_signed_here_is_revoked_and_only_by_the_head(desk, code, actor, slug):
    signed_case(desk)

    reply = desk.ask(RevokeDocument, actor, code=code, reason_code="salah-data")

    assert reply.problem.slug == slug


def test_a_document_does_not_replace_itself(desk):
    code = signed_case(desk)
    fields = {"code": code, "replaced_by": code, "reason_code": "pindah"}

    assert desk.ask(ReplaceDocument, **fields).problem.slug == "document-unknown"


def test_a_revocation_asked_twice_is_recorded_once(desk):
    code = signed_case(desk)
    command = desk.command(RevokeDocument, code=code, reason_code="salah-data")

    assert desk.signing.execute(command) == desk.signing.execute(command)


def test_a_revoked_document_of_a_finished_step_opens_nothing(desk):
    code = signed_case(desk)
    desk.ask(RevokeDocument, code=code, reason_code="salah-data")

    assert not desk.case().steps[SIGN].is_open


def test_a_stand_in_is_in_charge_before_the_one_he_stands_in_for():
    assert OFFICIALS.in_charge(date(2026, 4, 7)).full_title == f"Plh. {TITLE}"
    assert OFFICIALS.in_charge(date(2026, 4, 9)).full_title == TITLE
    with pytest.raises(NobodyInChargeError):
        OFFICIALS.in_charge(date(2024, 1, 1))


def test_a_certificate_names_an_official_of_its_time():
    assert OFFICIALS.signer_named("h.  contoh", date(2026, 4, 7)).account == "kadis-1"
    assert OFFICIALS.signer_named("Hj. CONTOH", date(2026, 4, 9)) is None


def test_officials_are_read_from_a_file(tmp_path):
    path = tmp_path / "officials.json"
    path.write_text(
        '[{"account": "kadis-1", "name": "H. CONTOH", "title": "Kepala Dinas",'
        ' "valid_from": "2025-01-01", "valid_until": null}]'
    )

    assert Officials.read(path).of_account("kadis-1", NINE.date()).full_title == "Kepala Dinas"
    with pytest.raises(ValueError, match="ends before"):
        Official(name="A", title="B", valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 1))


def test_the_facts_fit_their_contracts(desk):
    code = signed_case(desk)
    desk.ask(RevokeDocument, code=code, reason_code="salah-data")

    assert {events.DokumenDilihat, events.Ditandatangani, events.DokumenDicabut} <= desk.told()
    assert isinstance(NINE, datetime)
