"""What the world outside got: messages, pages, and what it could not hand over."""

from collections import defaultdict
from collections.abc import Iterator

from jamila_faults.checker.violation import Violation, more_than_once
from jamila_faults.checker.world import World


def sent_twice(world: World) -> Iterator[Violation]:
    """Each message of the office carries its own mark, and WhatsApp took each mark once."""
    marks = (each.callback for each in world.sent if each.callback and not each.failed)
    for mark, times in more_than_once(marks).items():
        yield Violation("sent-twice", f"message {mark} left {times} times")


def sent_in_silence(world: World) -> Iterator[Violation]:
    """What was told stands in the ledger, and what the ledger says was told left the office."""
    told = {
        f"{entry.case_id}:{entry.data['message_id']}": entry.type
        for entry in world.readable
        if entry.type in ("PemberitahuanTerkirim", "PemberitahuanGagal")
    }
    about_cases = {each.callback for each in world.sent if _is_about_a_case(each.callback)}
    for mark in sorted(about_cases - told.keys()):
        yield Violation("sent-in-silence", f"message {mark} left, and the ledger does not know")
    said = {mark for mark, kind in told.items() if kind == "PemberitahuanTerkirim"}
    for mark in sorted(said - about_cases):
        yield Violation("sent-in-silence", f"message {mark} was told, and WhatsApp never had it")


def _is_about_a_case(callback: str) -> bool:
    head, _, tail = callback.partition(":")
    return len(head) == len(tail) == len("00000000-0000-0000-0000-000000000000")


def printed_twice(world: World) -> Iterator[Violation]:
    """Each sheet lies in the tray once: all sheets of a job that is done, and none of another."""
    for sheet, times in more_than_once(world.pages).items():
        yield Violation("printed-twice", f"sheet {sheet} came out {times} times")
    sheets: dict[str, int] = defaultdict(int)
    for sheet in set(world.pages):
        sheets[sheet.rpartition("-")[0]] += 1
    jobs = {
        entry.data["job_id"]: len(entry.data["to_collect"])
        for entry in world.readable
        if entry.type == "Dicetak"
    }
    for job in sorted(jobs.keys() | sheets.keys()):
        wanted, got = jobs.get(job, 0), sheets.get(job, 0)
        if wanted != got:
            yield Violation("printed-twice", f"job {job}: {got} sheets instead of {wanted}")


def not_taken_in(world: World) -> Iterator[Violation]:
    """WhatsApp handed over everything, and intake understood it."""
    if world.undelivered:
        yield Violation("not-taken-in", f"{world.undelivered} webhooks were not delivered")
    if world.set_aside:
        yield Violation("not-taken-in", f"{world.set_aside} messages of residents still wait")
