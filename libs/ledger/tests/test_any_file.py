"""What the ledger reads from files that others may have touched."""

import json
from contextlib import suppress
from importlib.resources import files

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from pydantic import ValidationError

from jamila_ledger.calendar import (
    DEFAULT_CALENDAR,
    CalendarData,
    CalendarDataError,
    build_calendar,
)
from jamila_ledger.chain import Head
from jamila_ledger.checkpoints import Checkpoint, CheckpointsUnusableError
from jamila_ledger.checkpoints_key import OfficeKeyUnusableError, PublicKeys
from jamila_testing.fuzz import bitten, fuzz, outside, outside_json

pytestmark = pytest.mark.fuzz

CALENDAR = (files("jamila_ledger") / "data" / f"{DEFAULT_CALENDAR}.json").read_bytes()
KEY = Ed25519PrivateKey.generate().public_key()
PEM = KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
CHECKPOINT = json.dumps(
    {
        "tenant": "6311",
        "position": 17,
        "hash": "ab" * 32,
        "root": "cd" * 32,
        "time": "2026-04-06T01:00:00+00:00",
        "key_id": "ef" * 8,
        "signature": "01" * 64,
        "peaks": ["ab" * 32],
    }
).encode()


@fuzz(60)
@given(raw=outside_json([CALENDAR]))
def test_any_file_is_a_calendar_or_refused(raw):
    with suppress(ValidationError, CalendarDataError):
        assert build_calendar(CalendarData.model_validate_json(raw)).opens is not None


@fuzz(150)
@given(raw=outside_json([CHECKPOINT]))
def test_any_line_is_a_checkpoint_or_refused(raw):
    with suppress(CheckpointsUnusableError):
        checkpoint = Checkpoint.parse(raw)
        assert not checkpoint.is_genuine(PublicKeys.parse([PEM]))
        checkpoint.frontier()


@fuzz(100)
@given(raw=outside([PEM, PEM + PEM]))
def test_any_file_holds_public_keys_or_none(raw):
    with suppress(OfficeKeyUnusableError):
        assert all(len(each) > 8 for each in PublicKeys.parse([raw]).by_id)


@fuzz(100)
@given(raw=bitten([str(Head(17, b"\1" * 32)).encode()]))
def test_any_text_is_a_head_or_none(raw):
    with suppress(ValueError):
        assert Head.parse(raw.decode("latin-1")).position >= 0
