"""What every process reads: sealed values, files of the office, and what is put into a log."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jamila_contracts.commands import ApproveDraft, CommandReply
from jamila_contracts.envelope import Actor
from jamila_runtime.commanding import CommandClient, ServiceUnavailableError
from jamila_runtime.inbox import decode_command
from jamila_runtime.key_ring import (
    FILE_NAME,
    KeyDestroyedError,
    KeyRing,
    KeyRingMissingError,
)
from jamila_runtime.logs import hide_personal
from jamila_runtime.officials import Officials
from jamila_runtime.vault import SealBrokenError
from jamila_testing.fuzz import ANYTHING, bitten, fuzz, outside_json
from jamila_testing.vaults import MASTER_KEY, new_vault

pytestmark = pytest.mark.fuzz

CASE = UUID(int=17)
NIK = "6311990101000001"
NOON = datetime(2026, 4, 6, 4, 0, tzinfo=UTC)
KASI = Actor(account="kasi-1", capability="kasi")
OFFICIALS = json.dumps(
    [{"account": "kadis-1", "name": "H. CONTOH", "title": "Kepala", "valid_from": "2026-01-01"}]
).encode()


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    made = new_vault(tmp_path_factory.mktemp("vault"))
    made.create(CASE)
    return made


@fuzz(150)
@given(data=st.data())
def test_any_sealed_text_opens_to_itself_or_not_at_all(vault, data):
    sealed = vault.seal(CASE, {"nik": NIK})
    given_text = data.draw(bitten([sealed.encode()])).decode("latin-1")
    with suppress(SealBrokenError):
        assert vault.open(CASE, given_text) == {"nik": NIK}


@fuzz(80)
@given(raw=outside_json([OFFICIALS]))
def test_any_file_is_a_list_of_officials_or_refused(tmp_path, raw):
    file = tmp_path / "officials.json"
    file.write_bytes(raw)
    with suppress(ValidationError):
        Officials.read(file)


@fuzz(60)
@given(data=st.data())
def test_any_ring_derives_the_same_keys_or_is_refused(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("ring") / FILE_NAME
    ring = KeyRing(file, MASTER_KEY)
    ring.make()
    right = ring.key(4)
    file.write_bytes(data.draw(outside_json([file.read_bytes()])))
    with suppress(KeyRingMissingError, KeyDestroyedError):
        assert len(KeyRing(file, MASTER_KEY).key(4)) == len(right)


@fuzz(200)
@given(value=ANYTHING, text=st.text(max_size=20), control=st.sampled_from("\r\n\u2028\x1b\0"))
def test_any_log_entry_is_one_line_without_numbers_of_people(value, text, control):
    told = {
        "event": f"{text}{control}{NIK}",
        "deep": {"nik": NIK, text: [value, {"phone": "+6281234567890"}]},
        "number": int(NIK),
    }
    written = structlog.processors.JSONRenderer()(None, "error", hide_personal(None, "", told))

    assert "\n" not in written
    assert "\r" not in written
    assert NIK not in written
    assert "81234567890" not in written


REPLY = b'{"command_id":"%s","case_id":"%s","service":"review","version":1}' % (
    (str(CASE).encode(),) * 2
)


@fuzz(100)
@given(raw=outside_json([REPLY]), name=st.sampled_from(("ApproveDraft", "TakeTask", "Terbang")))
def test_any_command_is_read_or_answered_with_its_fault(raw, name):
    subject = SimpleNamespace(subject=f"perintah.6311.review.{name}")
    read = asyncio.run(decode_command(SimpleNamespace(raw_message=subject, body=raw)))

    assert not isinstance(read, CommandReply) or read.problem.slug == "malformed-command"


class Answering:
    """A NATS client that gets the same answer to everything."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def request(self, *_: object, **__: object) -> SimpleNamespace:
        return SimpleNamespace(data=self._data)


@fuzz(100)
@given(raw=outside_json([REPLY]))
def test_any_reply_of_a_stage_is_read_or_nobody_answered(raw):
    seen = {"asked_at": NOON, "document_sha256": ("ab" * 32,)}
    command = ApproveDraft(command_id=CASE, case_id=CASE, actor=KASI, **seen)
    with suppress(ServiceUnavailableError):
        asyncio.run(CommandClient(Answering(raw)).ask(command))
