import copy

import pytest
from asn1crypto import core

from jamila_verifier.asn1_guard import DefiniteHeader, ends_in_definite_length, install


class Pair(core.Sequence):
    _fields = [("number", core.Integer), ("text", core.OctetString)]  # noqa: RUF012  # asn1crypto's way


def pair_of_length(content_length: int) -> bytes:
    """Encode a Pair whose content has exactly this length."""
    text = b"x" * (content_length - 3 - 4)
    der: bytes = Pair({"number": 5, "text": text}).dump()
    assert len(der) == content_length + 4
    return der


@pytest.fixture(autouse=True)
def guard() -> None:
    install()


def test_a_definite_length_ending_in_80_is_not_encoded_again(monkeypatch):
    der = pair_of_length(0x0180)
    assert der[:4].hex() == "30820180"
    loaded = Pair.load(der)
    loaded["text"].native  # noqa: B018  # parses the children

    monkeypatch.setattr(core, "_dump_header", lambda *_: pytest.fail("encoded again"))

    assert loaded.dump() == der


def test_a_changed_value_is_still_encoded_again():
    loaded = Pair.load(pair_of_length(0x0180))
    loaded["number"] = 300

    again = Pair.load(loaded.dump())

    assert again["number"].native == 300
    assert len(again["text"].native) == 0x0180 - 7


def test_an_indefinite_length_is_still_turned_into_der():
    ber = bytes.fromhex("3080 020105 0402aabb 0000")

    loaded = Pair.load(ber)
    loaded["text"].native  # noqa: B018  # parses the children

    assert loaded.dump() == bytes.fromhex("3007 020105 0402aabb")


@pytest.mark.parametrize(
    ("header", "definite"),
    [
        ("3080", False),
        ("30820180", True),
        ("308180", True),
        ("a08201843080", False),
        ("a08201843082018030", False),
        ("a082018430820180", True),
        ("bf812a8180", True),
        ("bf812a80", False),
        ("", False),
        ("30", False),
        ("3f80", False),
    ],
)
def test_headers_are_told_apart_by_their_last_length(header, definite):
    assert ends_in_definite_length(bytes.fromhex(header)) is definite


def test_a_definite_header_is_plain_bytes_in_every_other_respect():
    header = DefiniteHeader(bytes.fromhex("30820180"))

    assert header == bytes.fromhex("30820180")
    assert header + b"x" == bytes.fromhex("3082018078")
    assert header[0] == 0x30
    assert header[:2] == b"\x30\x82"
    assert copy.deepcopy(header) == header


def test_installing_twice_wraps_once():
    before = core.Sequence.dump

    install()

    assert core.Sequence.dump is before
