"""Whatever a printer answers is read, or a fault that the job runner knows; nothing hangs."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_testing.fuzz import bitten, fuzz
from printing.ipp import IppPrinter
from printing.ipp_answer import UnreadableAnswerError, read_answer
from printing.jobs import PrinterRefusedError, PrinterSilentError, PrinterUnreachableError

pytestmark = pytest.mark.fuzz

HEAD = bytes.fromhex("0200 0000 00000001")
INTEGER, ENUM, KEYWORD, NAME = 0x21, 0x23, 0x44, 0x42
END = b"\x03"


def attribute(tag: int, name: str, value: bytes) -> bytes:
    parts = (name.encode(), value)
    return bytes([tag]) + b"".join(len(each).to_bytes(2, "big") + each for each in parts)


def number(tag: int, name: str, value: int) -> bytes:
    return attribute(tag, name, value.to_bytes(4, "big"))


CHARSET = b"\x01" + attribute(0x47, "attributes-charset", b"utf-8")
JOB = (
    b"\x02"
    + number(INTEGER, "job-id", 17)
    + number(ENUM, "job-state", 5)
    + attribute(NAME, "job-name", b"jamila-1")
    + attribute(KEYWORD, "job-state-reasons", b"media-empty")
    + attribute(KEYWORD, "", b"cover-open")
)
MEDIA = (
    attribute(0x34, "media-col", b"")
    + attribute(0x4A, "", b"media-size")
    + attribute(0x34, "", b"")
    + attribute(0x4A, "", b"x-dimension")
    + number(INTEGER, "", 21000)
    + attribute(0x37, "", b"") * 2
)
PRINTER = (
    b"\x04"
    + number(ENUM, "printer-state", 5)
    + attribute(KEYWORD, "printer-state-reasons", b"none")
    + MEDIA
)
ANSWERS = [HEAD + CHARSET + each + END for each in (b"", JOB, JOB + JOB, PRINTER, JOB + PRINTER)]


@dataclass(frozen=True)
class Saying(IppPrinter):
    """A printer that always says the same."""

    answer: bytes = b""

    def _said(self, *_: object) -> bytes:
        return self.answer


def printer(answer: bytes) -> Saying:
    return Saying("ipp://printer.test/ipp", "iso_a4_210x297mm", answer=answer)


ASKING: dict[str, Callable[[IppPrinter], object]] = {
    "send": lambda each: each.send("jamila-1", b"%PDF"),
    "find": lambda each: each.find("jamila-1"),
    "report": lambda each: each.report("17"),
    "cancel": lambda each: each.cancel("17"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("question", ASKING)
@fuzz(250)
@given(raw=bitten(ANSWERS) | st.binary(max_size=80).map(lambda tail: HEAD + tail))
def test_any_answer_is_read_or_refused(question: str, raw: bytes) -> None:
    with suppress(PrinterSilentError, PrinterRefusedError, PrinterUnreachableError):
        ASKING[question](printer(raw))


def test_real_answers_are_read() -> None:
    assert printer(ANSWERS[1]).send("jamila-1", b"%PDF") == "17"
    assert printer(ANSWERS[2]).find("jamila-1") == "17"
    report = printer(ANSWERS[4]).report("17")

    assert report is not None
    assert report.reasons == ("kertas-habis", "penutup-terbuka", "pencetak-dijeda")
    [said] = read_answer(ANSWERS[3])["printers"]
    assert said["media-col"] == {"media-size": {"x-dimension": 21000}}


@pytest.mark.parametrize(
    "spoiled",
    {
        "value that leads backwards": CHARSET + b"\x44\x00\x01a\xff\xf0",
        "name that leads backwards": CHARSET + b"\x44\xff\xf0a\x00\x00",
        "number without a number": CHARSET + attribute(INTEGER, "job-id", b""),
        "part that leads backwards": CHARSET + attribute(0x35, "a", b"\xff\xf0en\x00\x00"),
        "collection without end": CHARSET + attribute(0x34, "a", b"") * 40,
        "end of no collection": CHARSET + attribute(0x37, "", b""),
        "empty group": CHARSET + b"\x02\x03",
        "attribute before all groups": attribute(KEYWORD, "a", b"b"),
        "group within a collection": CHARSET + attribute(0x34, "a", b"") + b"\x02",
        "group nobody knows": CHARSET + b"\x09" + JOB,
    }.items(),
    ids=lambda each: each[0],
)
def test_answer_that_would_mislead_the_parser_is_not_given_to_it(spoiled) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_answer(HEAD + spoiled[1] + END)
