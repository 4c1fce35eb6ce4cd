"""What a message became does not depend on the order in which one hears of it."""

from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from jamila_contracts.envelope import Actor
from jamila_runtime.aggregate import Cause
from jamila_testing.builders import MONDAY, named_id
from notifier.domain import CaseNotices
from notifier.messages import Failure, Notice

CASE = named_id("kasus-1")
FURTHEST = ("queued", "sent", "delivered", "read", "failed")


def cause() -> Cause:
    return Cause(
        case_id=CASE,
        causation_id=uuid4(),
        correlation_id=CASE,
        actor=Actor.system("notifier"),
        occurred_at=MONDAY,
        recorded_at=MONDAY,
        sop_version="sop-dik-jamila-2020",
        traceparent="",
    )


def notices_with(*message_ids: UUID) -> CaseNotices:
    notices = CaseNotices(case_id=CASE, cause=cause())
    for message_id in message_ids:
        notice = Notice(template_id="diterima", about_event="PermohonanDiajukan")
        notices.queue(message_id, notice, cause=cause())
    return notices


def report(notices: CaseNotices, message_id: UUID, status: str) -> None:
    if status == "failed":
        failure = Failure("tidak-dapat-diterima", "operator-layanan", MONDAY + timedelta(days=1))
        notices.fail(message_id, failure, cause=cause())
        return
    notices.accepted(message_id, "wamid-x", cause=cause())
    notices.note_status(message_id, status, error_code=None, cause=cause())


@given(st.lists(st.sampled_from(FURTHEST[1:]), max_size=12))
def test_statuses_in_any_order_and_number_end_with_the_furthest(statuses):
    message_id = uuid4()
    notices = notices_with(message_id)
    reached = [notices.message(message_id).state]
    for status in statuses:
        report(notices, message_id, status)
        reached.append(notices.message(message_id).state)
    ranks = [FURTHEST.index(each) for each in reached]
    assert ranks == sorted(ranks)
    assert ranks[-1] == max(map(FURTHEST.index, ["queued", *statuses]))


@given(st.permutations([(m, s) for m in (0, 1) for s in ("sent", "delivered", "read", "failed")]))
def test_one_message_says_nothing_about_another(reports):
    ids = [uuid4(), uuid4()]
    notices = notices_with(*ids)
    for which, status in reports:
        report(notices, ids[which], status)
    assert [notices.message(each).state for each in ids] == ["failed", "failed"]
    kinds = [type(each).__name__ for each in notices.collect_events()]
    assert kinds.count("PemberitahuanGagal") == 2
    assert kinds.count("PemberitahuanTerkirim") <= 2


def test_a_settled_message_is_neither_failed_skipped_nor_diverted_again():
    message_id = uuid4()
    notices = notices_with(message_id)
    notices.skip(message_id, "kabar-lama", cause=cause())
    before = len(notices.collect_events())
    notices.skip(message_id, "kabar-lama", cause=cause())
    report(notices, message_id, "failed")
    report(notices, message_id, "read")
    assert notices.divert(message_id, "x", cause=cause()) is None
    assert before > 0
    assert list(notices.collect_events()) == []
