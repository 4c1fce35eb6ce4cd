"""Whatever a resident sends in whatever order, the conversation never wedges."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.conversation import Conversation
from intake.domain import CaseIntake
from jamila_contracts.catalogue import load_catalogue

CATALOGUE = load_catalogue()
WORDS = (
    *("menu", "status", "batal", "bantuan", "ulangi", "petugas", "kirim", "selesai", "ubah"),
    *("ganti", "ya", "tidak", "1", "2", "9", "0", "halo", "lewati", "p", "?", "", "  ", "batal X"),
    *("akta kelahiran", "kk hilang", "ktp baru", "kia baru", "akta perkawinan", "pindah datang"),
    *("25-03-2026", "1 januari 1990", "Nur Aisyah", "6311994506900003", "6311990202100001"),
    *("t:lahir-baru", "t:tidak-ada", "g:ktp", "g:x", "u:nama-anak", "u:x", "a:buku-nikah:ya"),
    *("a:x:y", "i:abcdefabcdefabcd:doc.kk", "a::", "t:", "\u200b", "🙏🙏", "x" * 5000),
)
CAPTIONS = ("", "KK", "ktp", "buku nikah", "surat lahir", "entah apa", "F-2.01")
UNREADABLE = ("audio", "video", "sticker", "location", "contacts")

ACTIONS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("say"), st.text(max_size=40)),
    st.tuples(st.just("tap"), st.integers(0, 9)),
    st.tuples(st.just("photo"), st.tuples(st.sampled_from(CAPTIONS), st.integers(0, 9))),
    st.tuples(st.just("broken"), st.none()),
    st.tuples(st.just("unreadable"), st.sampled_from(UNREADABLE)),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("silence"), st.sampled_from((1, 30, 200))),
    st.tuples(st.just("pair"), st.tuples(st.sampled_from(WORDS), st.sampled_from(CAPTIONS))),
)


class Anybody:
    """A resident who does anything; a new one for every example."""

    def __init__(self, world, number):
        self.world = world
        world.number, world.user_id = f"6280063{number:05d}", None
        self.last = None
        self.offered = []

    def act(self, what, value):
        world = self.world
        match what:
            case "say":
                self._send(world.message("text", {"body": value}))
            case "tap" if self.offered:
                key = self.offered[value % len(self.offered)]
                reply = {"type": "list_reply", "list_reply": {"id": key, "title": "x"}}
                self._send(world.message("interactive", reply))
            case "photo":
                caption, shade = value
                self._send(self._photo(caption, shade))
            case "broken":
                self._send(world.file(b"bukan pdf", "application/pdf"))
            case "unreadable":
                self._send(world.message(value, {"x": 1}))
            case "again" if self.last is not None:
                world.deliver(world.body(self.last))
            case "silence":
                world.clock.move(hours=value)
            case "pair":
                # The later one is faster.
                word, caption = value
                photo, text = self._photo(caption, 3), world.message("text", {"body": word})
                self._send(text, photo)

    def _photo(self, caption, shade):
        content = self.world.photo(25 * shade)
        return self.world.file(content, "image/jpeg", caption=caption, kind="image")

    def _send(self, *messages):
        self.last = messages[-1]
        self.world.deliver(self.world.body(*messages))
        self.world.work()
        self.world.clock.move(seconds=self.world.PAUSE)
        self.world.answer_all()
        if self.world.whatsapp.sent:
            self.offered = list(self.world.options())

    def says(self, word):
        before = len(self.world.whatsapp.sent)
        self.act("say", word)
        answers = self.world.answers()[before:]
        assert len(answers) == 1, f"{word} got {len(answers)} answers"
        return answers[0]


@pytest.fixture
def count():
    return iter(range(1, 100_000))


@pytest.mark.timeout(300)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, max_size=14))
def test_menu_status_and_batal_always_answer(world, count, actions):
    anybody = Anybody(world, next(count))
    for what, value in actions:
        anybody.act(what, value)

    counts = world.intake.inbox.counts()
    assert (counts.waiting, counts.failing, counts.parked) == (0, 0, 0)
    assert "Pengesahan Anak" in anybody.says("MENU")
    assert len(world.options()) == 10
    status = anybody.says("STATUS")
    assert "permohonan" in status or "•" in status
    anybody.says("BATAL")
    anybody.says("BATAL")
    assert chat_of(world).draft is None
    assert "untuk siapa" in anybody.says("t:ktp-hilang")
    assert_told_the_truth(world)


def chat_of(world) -> Conversation:
    contact = world.recorded(Conversation.Dimulai)[-1].case_id
    return world.app.work().find_as(Conversation, contact)


def assert_told_the_truth(world):
    """What was submitted is what was said: a known service, and its papers only once."""
    for event in world.recorded(CaseIntake.Diajukan):
        assert CATALOGUE.service_label(event.service_id)
        digests = [each.sha256 for each in event.papers]
        assert len(digests) == len(set(digests))
        assert isinstance(world.vault.open(event.case_id, event.facts), dict)
        assert isinstance(event.case_id, UUID)


@pytest.mark.timeout(120)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_every_word_gets_exactly_one_answer_unless_a_person_listens(world, count, texts):
    anybody = Anybody(world, next(count))
    for text in texts:
        before = len(world.whatsapp.sent)
        anybody.act("say", text)
        answers = len(world.whatsapp.sent) - before
        listens = chat_of(world).help_request is not None if world.whatsapp.sent else False
        assert answers == 1 or (answers == 0 and (listens or not text))
