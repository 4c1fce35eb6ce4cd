"""What is known already is quiet; what never comes is settled."""

from uuid import UUID, uuid4

from typer.testing import CliRunner

from jamila_contracts import events
from jamila_testing.builders import MONDAY
from notifier import cli
from notifier.channel import OfficeChannel
from notifier.domain import CaseNotices
from notifier.lint import faults
from notifier.order import is_overtaken, waits_behind
from notifier.pace import Pace
from notifier.rules import Limits
from notifier.templates import load_templates


def test_the_same_facts_in_other_events_are_recorded_once(world):
    world.submit()
    for _ in range(2):
        world.tell(events.Ditandatangani)
        world.tell(events.Dicetak, medium="unduh")
        world.tell(events.Diserahkan)
    kinds = [type(each).__name__ for each in world.recorded_all()]
    for once in ("PemohonDicatat", "DokumenDicatat", "DokumenSiap", "Berakhir"):
        assert kinds.count(once) == 1


def test_a_case_waits_once_for_the_applicant_to_write(world):
    world.submit()
    world.tell(events.Ditandatangani)
    world.clock.move(days=2)
    world.tell(events.Dicetak, medium="unduh")
    world.tell(events.TidakDiambil)
    kinds = [type(each).__name__ for each in world.recorded_all()]
    assert kinds.count("KasusMenunggu") == 1


def test_the_office_is_stopped_once(world):
    world.submit()
    world.report("failed", error_code=131031)
    world.report("failed", error_code=131031)
    world.tell(events.BerkasDiterima)
    world.send()
    assert len(world.recorded(OfficeChannel.PengirimanDihentikan)) == 1


def test_window_that_is_closed_is_closed_once(world):
    world.submit()
    world.tell(events.TidakDiambil)
    world.send()
    world.report("failed", 0, error_code=131047)
    world.report("failed", 1, error_code=131047)
    kinds = [type(each).__name__ for each in world.recorded_all()]
    assert kinds.count("JendelaTertutup") == 1


def test_facts_before_the_submission_need_no_contact(world):
    contact_id = uuid4()
    world.tell(events.PemohonMenulis, contact_id=contact_id)
    world.tell(events.BerkasDiunggah)
    world.tell(events.KirimUlangDiminta)
    world.tell(events.PermohonanDibatalkan)
    world.tell(events.TautanUnduhDibuka)
    world.tell(events.TautanUnduhDikunci)
    assert world.app.find(world.case_id).link is None


def test_old_softcopy_is_not_sent_as_news(world):
    world.submit()
    signed = world.story.tell(events.Ditandatangani)
    printed = world.story.tell(events.Dicetak, medium="unduh")
    asked = world.story.tell(events.KirimUlangDiminta)
    world.clock.move(days=5)
    world.hear(signed, printed, asked)
    assert world.recorded(CaseNotices.TautanUnduhDibuat) == []


def test_reach_that_stays_used_up_is_given_to_a_person(make_world):
    world = make_world(reach_per_day=1, window_margin=0)
    world.app.rules = world.app.rules.__class__(
        telling=world.app.rules.telling,
        softcopy=world.app.rules.softcopy,
        patience=world.app.rules.patience,
        limits=Limits(reach_per_day=0),
    )
    world.submit()
    world.clock.move(days=2)
    world.tell(events.TidakDiambil)
    world.send()
    world.later(hours=25)
    failed = world.recorded(CaseNotices.PemberitahuanGagal)
    assert [each.reason_code for each in failed] == ["batas-kontak-harian"]


def test_order_looks_at_what_waits_only(world):
    world.submit()
    world.tell(events.TidakDiambil)
    messages = world.app.find(world.case_id).messages
    first, second = (each for each in messages)
    assert not waits_behind(messages, UUID(first))
    assert not waits_behind(messages, UUID(second))
    assert is_overtaken(messages, UUID(first))
    assert not is_overtaken(messages, UUID(second))


def test_pace_forgets_users_that_rest():
    pace = Pace(Limits(pair_burst=1), MONDAY)
    for _ in range(10_002):
        pace.turn_at(uuid4(), MONDAY)
    busy = uuid4()
    pace.count(busy, MONDAY)
    assert pace.turn_at(busy, MONDAY) > MONDAY


def test_the_command_names_what_is_wrong(monkeypatch):
    book = load_templates()
    broken = tuple(
        each.model_copy(update={"text": "tanpa kata itu"}) for each in book.templates[1:]
    )
    unsound = book.model_copy(update={"templates": broken})
    monkeypatch.setattr(cli, "read_templates", lambda _version: unsound)
    outcome = CliRunner().invoke(cli.templates, ["lint"])
    assert outcome.exit_code == 1
    assert "service is free" in outcome.output
    assert "PermohonanDiajukan" in outcome.output
    assert faults(unsound)
