"""Limits by a clock that a test moves: per address, for everybody, and honest requests for free."""

from datetime import timedelta

import pytest

from jamila_runtime.rates import Rate
from public_page.limits import RateLimits, Rule

MINUTE = timedelta(minutes=1)


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def limits(seconds, *, each=3, everybody=100):
    rule = Rule(each=Rate(each, MINUTE), all=Rate(everybody, MINUTE))
    return RateLimits({"kode": rule, "pin": rule}, now=seconds)


def test_the_count_is_used_up_and_comes_back_one_by_one(seconds):
    guard = limits(seconds)
    assert [guard.take("kode", "192.0.2.1") for _ in range(4)] == [None, None, None, 20]
    seconds.now += 19
    assert guard.take("kode", "192.0.2.1") == 1
    seconds.now += 1
    assert guard.take("kode", "192.0.2.1") is None
    assert guard.take("kode", "192.0.2.1") == 20


def test_what_is_refused_does_not_make_the_wait_longer(seconds):
    guard = limits(seconds, each=1)
    guard.take("kode", "192.0.2.1")
    assert {guard.take("kode", "192.0.2.1") for _ in range(50)} == {60}


def test_more_than_the_count_is_never_saved_up(seconds):
    guard = limits(seconds)
    guard.take("kode", "192.0.2.1")
    seconds.now += 86_400
    assert [guard.take("kode", "192.0.2.1") for _ in range(4)][-1] == 20


def test_an_honest_request_is_given_back(seconds):
    guard = limits(seconds, each=1)
    for _ in range(10):
        assert guard.take("kode", "192.0.2.1") is None
        guard.give_back("kode", "192.0.2.1")
    assert guard.take("kode", "192.0.2.1") is None


def test_nothing_is_given_back_beyond_the_count(seconds):
    guard = limits(seconds, each=1)
    guard.give_back("kode", "192.0.2.1")
    assert [guard.take("kode", "192.0.2.1") for _ in range(2)] == [None, 60]


def test_addresses_and_kinds_are_counted_apart(seconds):
    guard = limits(seconds, each=1)
    assert guard.take("kode", "192.0.2.1") is None
    assert guard.take("kode", "192.0.2.2") is None
    assert guard.take("pin", "192.0.2.1") is None


def test_many_addresses_together_meet_the_limit_for_everybody(seconds):
    guard = limits(seconds, each=3, everybody=10)
    waits = [guard.take("kode", f"192.0.2.{number}") for number in range(11)]
    assert waits == [None] * 10 + [6]
    seconds.now += 6
    assert guard.take("kode", "192.0.2.99") is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("bukan-alamat", "bukan-alamat", True),
        ("bukan-alamat", "192.0.2.1", False),
    ],
)
def test_a_household_is_counted_once(seconds, first, second, same):
    guard = limits(seconds, each=1)
    guard.take("kode", first)
    assert (guard.take("kode", second) is not None) is same


def test_old_addresses_are_forgotten_but_the_limit_for_everybody_stays(seconds, monkeypatch):
    monkeypatch.setattr("public_page.limits._KEPT_ADDRESSES", 8)
    guard = limits(seconds, each=1, everybody=50)
    for number in range(50):
        assert guard.take("kode", f"198.51.100.{number}") is None
    assert len(guard._buckets) <= 8
    assert guard.take("kode", "203.0.113.1") is not None


def test_no_address_is_kept_in_the_clear(seconds):
    guard = limits(seconds)
    guard.take("kode", "192.0.2.1")
    assert "192.0.2.1" not in str(guard._buckets._buckets)
