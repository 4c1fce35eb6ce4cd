"""Download links: each fact, its refusal, its repetition, and the facts in any order."""

import itertools
import threading
from datetime import timedelta

import pytest

from jamila_contracts import events as e
from public_page.domain import LinkClosedError, PinWrongError, key_of
from public_page.pins import ArgonPins
from public_page.proofs import PROOF_LIFETIME

CODE = "K7M2Q9XW4T8B"


def refused(call, *arguments):
    with pytest.raises(LinkClosedError) as caught:
        call(*arguments)
    return caught.value.reason


def wrong(site, times=1):
    for _ in range(times):
        with pytest.raises(PinWrongError) as caught:
            site.public.enter_pin(site.token, "000000")
    return caught.value.tries_left


async def test_the_right_pin_opens_the_documents_of_a_link(site):
    site.offer()
    proof = site.public.enter_pin(site.token, site.pin)
    assert site.public.hand_out(site.token, proof, 0) == site.pdf
    ((name, event),) = site.published()
    assert name == "TautanUnduhDibuka"
    assert event.signed_sha256 == site.file
    assert event.cause.case_id == site.public.look(site.token).case_id


async def test_a_document_handed_out_twice_is_recorded_once(site):
    site.offer()
    proof = site.public.enter_pin(site.token, site.pin)
    for _ in range(3):
        assert site.public.hand_out(site.token, proof, 0) == site.pdf
    assert site.names() == ["TautanUnduhDibuka"]


async def test_a_link_heard_of_twice_is_one_link(site):
    record = site.offer()
    assert site.public.consume([record]).repeated == 1
    site.offer()
    assert site.public.enter_pin(site.token, site.pin)


async def test_looking_changes_nothing(site):
    site.offer()
    before = site.public.recorder.max_notification_id()
    for _ in range(3):
        site.public.look(site.token)
    assert site.public.recorder.max_notification_id() == before


async def test_the_fifth_wrong_pin_locks_the_link_for_good(site):
    site.offer()
    assert wrong(site, times=4) == 1
    assert site.names() == []
    assert wrong(site) == 0
    ((name, event),) = site.published()
    assert (name, event.reason_code) == ("TautanUnduhDikunci", "pin-salah")
    assert refused(site.public.enter_pin, site.token, site.pin) == "terkunci"
    assert site.names() == ["TautanUnduhDikunci"]


async def test_the_right_pin_forgives_the_slips_before_it(site):
    site.offer()
    wrong(site, times=4)
    site.public.enter_pin(site.token, site.pin)
    assert wrong(site, times=4) == 1


async def test_guesses_side_by_side_do_not_outrun_the_count(site):
    site.offer()
    outcomes = []

    def guess():
        try:
            site.public.enter_pin(site.token, "000000")
        except (PinWrongError, LinkClosedError) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(PinWrongError) == 5
    assert outcomes.count(LinkClosedError) == 7


@pytest.mark.parametrize("deed", ["accept_pin", "refuse_wrong_pin"])
async def test_a_pin_that_was_compared_while_the_link_was_locked_does_not_count(site, deed):
    record = site.offer()
    link = site.public.look(site.token)
    wrong(site, times=5)
    before = site.public.recorder.max_notification_id()
    key = key_of(record.event().token_sha256)
    reason = refused(site.public._do, key, link, lambda it, cause: getattr(it, deed)(cause=cause))
    assert reason == "terkunci"
    assert site.public.recorder.max_notification_id() == before


async def test_an_unknown_token_costs_a_comparison_too(site):
    before = site.pins.compared
    assert refused(site.public.enter_pin, "tidak-ada", site.pin) == "tidak-dikenal"
    assert site.pins.compared == before + 1


async def test_an_expired_link_does_not_open(site):
    site.offer(days=7)
    site.clock.move(days=7)
    assert refused(site.public.look, site.token) == "kedaluwarsa"


async def test_a_newer_link_of_the_case_closes_the_older_one(site):
    site.offer()
    site.clock.move(minutes=1)
    site.offer(token="tautan-yang-lebih-baru-00")
    assert refused(site.public.look, site.token) == "diganti-tautan-baru"
    assert site.public.look("tautan-yang-lebih-baru-00")


async def test_an_older_link_that_comes_late_does_not_close_the_newer_one(site):
    site.clock.move(minutes=1)
    site.offer(token="tautan-yang-lebih-baru-00")
    site.clock.move(minutes=-1)
    site.offer()
    assert refused(site.public.look, site.token) == "diganti-tautan-baru"
    assert site.public.look("tautan-yang-lebih-baru-00")


async def test_links_of_other_cases_stay_open(site):
    site.offer()
    site.offer(name="kasus-2", token="tautan-keluarga-lain-0000")
    assert site.public.look(site.token)


@pytest.mark.parametrize("ending", [e.DokumenDicabut, e.DokumenDigantikan])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_a_document_that_holds_no_more_closes_its_link_in_any_order(
    site, issued, ending, order
):
    told = (
        site.offer,
        lambda: site.tell(e.Ditandatangani, documents=(issued,)),
        lambda: site.tell(ending, code=CODE),
    )
    for number in order:
        told[number]()
    assert refused(site.public.look, site.token) == "dokumen-berakhir"


async def test_another_document_of_the_case_that_ends_closes_nothing(site, issued):
    site.offer()
    site.tell(e.Ditandatangani, documents=(issued,))
    site.tell(e.DokumenDicabut, code="N0TTH1S0NE00")
    assert site.public.look(site.token)


async def test_a_forgotten_case_closes_its_links(site):
    site.offer()
    site.tell(e.DataPribadiDihapus)
    assert refused(site.public.look, site.token) == "dihapus"


@pytest.mark.parametrize(
    ("event_class", "fields"),
    [
        (e.Ditandatangani, {}),
        (e.DokumenDicabut, {"code": CODE}),
        (e.DokumenDigantikan, {"code": CODE}),
        (e.DataPribadiDihapus, {}),
    ],
)
async def test_what_is_told_again_is_recorded_once(site, event_class, fields):
    site.tell(event_class, **fields)
    before = site.public.recorder.max_notification_id()
    site.tell(event_class, **fields)
    assert site.public.recorder.max_notification_id() == before


async def test_a_document_that_is_gone_is_not_recorded_as_handed_out(site):
    site.offer()
    proof = site.public.enter_pin(site.token, site.pin)
    site.shelf.content.clear()
    assert refused(site.public.hand_out, site.token, proof, 0) == "dihapus"
    assert site.names() == []


@pytest.mark.parametrize("number", [-1, 2, 7])
async def test_a_document_the_link_does_not_have_is_refused(site, number):
    site.offer(files=(site.file, "0" * 64))
    proof = site.public.enter_pin(site.token, site.pin)
    assert refused(site.public.hand_out, site.token, proof, number) == "tidak-dikenal"


async def test_a_proof_is_good_for_its_link_and_its_time_only(site):
    site.offer()
    site.offer(name="kasus-2", token="tautan-keluarga-lain-0000")
    proof = site.public.enter_pin(site.token, site.pin)
    assert site.public.documents(site.token, proof)
    moment, _, mac = proof.partition(".")
    forged = [f"{int(moment) + 9999}.{mac}", f"{moment}.{'0' * 64}", "", "x", mac, f"٣.{mac}"]
    for each in forged:
        with pytest.raises(PinWrongError):
            site.public.documents(site.token, each)
    with pytest.raises(PinWrongError):
        site.public.documents("tautan-keluarga-lain-0000", proof)
    site.clock.move(seconds=PROOF_LIFETIME.total_seconds())
    with pytest.raises(PinWrongError):
        site.public.documents(site.token, proof)


async def test_a_proof_opens_nothing_once_the_link_is_closed(site, issued):
    site.offer()
    proof = site.public.enter_pin(site.token, site.pin)
    site.tell(e.Ditandatangani, documents=(issued,))
    site.tell(e.DokumenDicabut, code=CODE)
    assert refused(site.public.hand_out, site.token, proof, 0) == "dokumen-berakhir"


async def test_wrong_pins_stay_counted_over_a_restart(stored):
    site = stored()
    site.offer()
    wrong(site, times=3)
    assert wrong(stored()) == 1


def test_argon_tells_right_from_wrong_and_from_what_is_no_hash():
    pins = ArgonPins()
    hashed = pins._hasher.hash("631199")
    assert pins.fits(hashed, "631199")
    assert not pins.fits(hashed, "631198")
    assert not pins.fits("$argon2id$rusak", "631199")
    pins.waste()


def test_a_proof_lives_for_a_quarter_of_an_hour():
    assert timedelta(minutes=15) == PROOF_LIFETIME
