"""What several tests of the ledger need: an office with a key, and its signer."""

import base64
import importlib.util
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import CommandReply
from jamila_ledger.checkpoints import FILE_NAME, CheckpointFile
from jamila_ledger.checkpoints_key import (
    KEY_FILE,
    PUBLIC_FILE,
    Office,
    PublicKeys,
    ensure_office_key,
)
from jamila_ledger.checkpoints_signer import CheckpointSigner
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import open_vault
from jamila_testing.builders import ROAD, Logs, Story, named_id, signed_document

VERIFIER = Path(__file__).parents[3] / "deploy" / "verifier" / "jamila_verify.py"


@dataclass
class SteppedClock:
    """Stands still until a test moves it."""

    time: datetime = field(default=datetime(2026, 4, 6, 2, 0, tzinfo=UTC))

    def now(self):
        return self.time

    def later(self, **span):
        self.time += timedelta(**span)


def office_at(home, tenant="6311"):
    stores = home / "stores"
    stores.mkdir(exist_ok=True)
    key = ensure_office_key(home / "secrets" / KEY_FILE, stores / PUBLIC_FILE)
    return Office(tenant, key, PublicKeys.read(stores / PUBLIC_FILE))


@pytest.fixture
def clock():
    return SteppedClock()


@pytest.fixture
def office(tmp_path):
    return office_at(tmp_path)


@pytest.fixture
def offices():
    """Makes the office of a home."""
    return office_at


@pytest.fixture
def checkpoints(tmp_path, office):
    """The file of checkpoints beside the stores of this home."""
    assert office
    return CheckpointFile(tmp_path / "stores" / FILE_NAME)


@pytest.fixture
def signer_of(checkpoints, office, clock):
    """Makes a signer of a ledger."""

    def make(store, **other):
        parts = SimpleNamespace(**({"file": checkpoints, "office": office} | other))
        return CheckpointSigner(store, parts.file, parts.office, clock)

    make.file, make.office = checkpoints, office
    return make


@pytest.fixture(scope="session")
def verifier():
    """The stand-alone verifier, loaded from its file as nobody's package."""
    spec = importlib.util.spec_from_file_location("jamila_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def verifier_path():
    return VERIFIER


PDF = b"%PDF-1.7 dokumen contoh, sudah ditandatangani"


@pytest.fixture
def office_home(tmp_path, monkeypatch, signer_of, clock):
    """A home with 61 entries of four cases, of which the second is finished and has its document.

    Checkpoints stand at 20, 45 and 58; the last three entries are not signed yet.
    """
    (tmp_path / "secrets" / "master.key").write_text(base64.b64encode(bytes(32)).decode())
    settings = LedgerSettings(home=tmp_path, master_key_file=tmp_path / "secrets" / "master.key")
    vault = open_vault(settings)
    logs, records = Logs(), []
    for number in range(4):
        story = Story(f"kasus-{number}", logs=logs)
        vault.create(story.case_id)
        sha256 = ObjectVault(settings.objects, vault).put(story.case_id, PDF)
        signed = signed_document().model_copy(update={"signed_sha256": sha256})
        story.tell(e.PermohonanDiajukan)
        for event_class in ROAD:
            also = {"documents": (signed,)} if event_class is e.Ditandatangani else {}
            story.work(event_class, **also)
        records += story.records
    store = SqlLedgerStore.open(settings.ledger)
    start = 0
    for end in (20, 45, 58):
        store.append(records[start:end], now=clock.now())
        signer_of(store).sign()
        clock.later(minutes=9)
        start = end
    store.append(records[58:61], now=clock.now())
    store.close()
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.delenv("JAMILA_MASTER_KEY_FILE", raising=False)
    asked = []

    def recorder(command, _nats_url):
        """Stands in for the running system, which records that documents are read."""
        asked.append(command)
        return CommandReply(
            command_id=command.command_id, case_id=command.case_id, service="privacy"
        )

    monkeypatch.setattr("jamila_ledger.cli_export.ask", recorder)
    return SimpleNamespace(
        asked=asked,
        path=tmp_path,
        settings=settings,
        vault=vault,
        case_id=named_id("kasus-1"),
        pdf=PDF,
    )
