"""What a written or tapped message leads to; exactly one answer, or none while a person answers."""

from collections.abc import Callable
from typing import Final

from intake import applying, situation, wording
from intake.options import Reply, chosen
from intake.turn import Turn
from jamila_contracts.catalogue import words_of

Command = Callable[[Turn, str], Reply]
"""Answers a word that means the same everywhere; gets what was typed after it."""

_GREETINGS: Final = (
    "halo",
    "hallo",
    "hai",
    "hi",
    "p",
    "tes",
    "test",
    "permisi",
    "assalamualaikum",
    "assalamu alaikum",
    "selamat pagi",
    "selamat siang",
    "selamat sore",
    "selamat malam",
    "salam",
)
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "menu": ("menu", "layanan", "mulai", "start", "kembali ke menu"),
    "status": ("status", "cek status", "cek", "sampai mana"),
    "bantuan": ("bantuan", "help", "tolong", "cara", "info"),
    "ulangi": ("ulangi", "ulang", "lanjut", "lanjutkan"),
    "petugas": ("petugas", "operator", "admin", "bicara dengan petugas", "bicara petugas"),
    "kirim": ("kirim", "selesai", "sudah semua"),
    "ubah": ("ubah", "ubah jawaban"),
    "ganti": ("ganti",),
}
_BY_WORD: Final = {word: command for command, words in _WORDS.items() for word in words}
_CANCEL: Final = ("batal", "batalkan")
_QUIET_ABOUT_SILENCE: Final = ("status", "batal", "petugas", "bantuan", "menu")
"""Words that are answered at once, however long the resident was silent."""


def reply_to(turn: Turn, text: str) -> Reply | None:
    """The answer to what was written; None: a person will answer."""
    wanted = chosen(text, turn.chat.offered)
    command, rest = _command(wanted)
    if turn.chat.help_request is not None and command not in situation.LEAVES_PERSON:
        if command not in situation.BESIDE_PERSON:
            return situation.hear_for_person(turn, text)
    elif turn.chat.help_request is not None:
        situation.leave_person(turn)
        if command == "kirim" and turn.draft is None:
            return wording.menu(turn.catalogue).after(wording.HELP_ENDED)
    if _was_silent(turn) and command not in _QUIET_ABOUT_SILENCE:
        return situation.ask_to_go_on(turn)
    if command is not None:
        return _COMMANDS[command](turn, rest)
    return _in_context(turn, wanted)


def _command(text: str) -> tuple[str | None, str]:
    plain = words_of(text)
    first, _, rest = plain.partition(" ")
    if first in _CANCEL:
        return "batal", rest.upper()
    return _BY_WORD.get(plain), ""


def _was_silent(turn: Turn) -> bool:
    draft = turn.draft
    return draft is not None and turn.now - draft.touched_at > turn.tools.resume_after


def _in_context(turn: Turn, text: str) -> Reply:
    """No word of its own: what it means depends on where the conversation stands."""
    tapped = applying.token(turn, text)
    if tapped is not None:
        return tapped
    draft, question = turn.draft, applying.open_question(turn)
    is_greeting = words_of(text) in _GREETINGS
    if draft is None or turn.topic is None:
        return _before_a_topic(turn, text, is_greeting=is_greeting)
    if is_greeting:
        return applying.proceed(turn)
    if question is not None:
        ask, asked = question
        other = applying.named_topic(turn, text) if asked.options else None
        return other or applying.answered(turn, ask, text)
    if draft.is_summed_up:
        return applying.named_topic(turn, text) or applying.confirmed(turn, text)
    found = applying.named_topic(turn, text)
    return found or applying.proceed(turn).after(wording.NOT_UNDERSTOOD)


def _before_a_topic(turn: Turn, text: str, *, is_greeting: bool) -> Reply:
    found = None if is_greeting else applying.find_topic(turn, text)
    if found is not None:
        return found
    saved = wording.SAVED if turn.draft else ""
    strange = "" if is_greeting or turn.chat.notice_version is None else wording.NOT_UNDERSTOOD
    return wording.menu(turn.catalogue).after(saved or strange)


def _menu(turn: Turn, _: str) -> Reply:
    draft = turn.draft
    open_draft = wording.draft_line(applying.label(turn), len(draft.papers)) if draft else ""
    return wording.menu(turn.catalogue).after(open_draft)


def _help(_: Turn, __: str) -> Reply:
    return Reply(wording.HELP)


def _repeat(turn: Turn, _: str) -> Reply:
    return applying.proceed(turn) if turn.draft else _menu(turn, "")


_COMMANDS: Final[dict[str, Command]] = {
    "menu": _menu,
    "status": lambda turn, _: situation.status(turn),
    "bantuan": _help,
    "ulangi": _repeat,
    "petugas": lambda turn, _: situation.ask_for_person(turn),
    "kirim": lambda turn, _: applying.send(turn),
    "ubah": lambda turn, _: applying.change(turn),
    "ganti": lambda turn, _: applying.rename(turn),
    "batal": situation.cancel,
}
