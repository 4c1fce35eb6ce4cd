"""A home with real stores, as a running office leaves it; and what our processes count."""

import base64
import importlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from jamila_contracts import events as e
from jamila_deploy.backup.places import Places
from jamila_deploy.plan import ProcessSpec, Programs, plan
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings
from jamila_ledger.checkpoints import FILE_NAME, CheckpointFile
from jamila_ledger.checkpoints_key import KEY_FILE, PUBLIC_FILE, Office, ensure_office_key
from jamila_ledger.checkpoints_signer import CheckpointSigner
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.runs import Runs
from jamila_replay.settings import ReplaySettings
from jamila_runtime.clock import SystemClock
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import open_vault
from jamila_runtime.vocabulary import claim, contract_words
from jamila_testing.builders import ROAD, Story

COUNTING = (
    "jamila_runtime.metrics",
    "jamila_ledger.projector",
    "jamila_ledger.recording",
    "jamila_ledger.checkpoints_signer",
    "jamila_ledger.backup_watch",
    "jamila_ledger.heartbeats",
    "intake.metrics",
    "notifier.metrics",
    "siak_adapter.metrics",
    "signing.certificate_watch",
    "gateway.webhooks.telling",
    "public_page.web.desk",
)


class Home:
    """An office that nobody runs just now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = Places(home=folder)
        key_file = folder / "secrets" / "master.key"
        key_file.parent.mkdir(parents=True)
        key_file.write_text(base64.b64encode(bytes(range(32))).decode())
        self.settings = LedgerSettings(home=folder, master_key_file=key_file)
        self.vault = open_vault(self.settings)
        self.objects = ObjectVault(self.settings.objects, self.vault)
        self.story = Story("kelahiran-aisyah")
        self.vault.create(self.story.case_id)
        claim(folder, "ledger", contract_words())

    def live(self, *road: type[e.IntegrationEvent]) -> None:
        """Let the case go on: facts in the ledger, a run in a stage's store, a paper."""
        for event_class in road:
            self.story.tell(event_class)
        store = SqlLedgerStore.open(self.settings.ledger)
        store.append(self.story.records, now=SystemClock().now())
        self._sign(store)
        store.close()
        runs = Runs(ReplaySettings(home=self.folder))
        with runs.recorded("drill", "latihan berkala"):
            pass
        runs.close()

    def paper(self, content: bytes) -> str:
        """Store one paper of the case."""
        return self.objects.put(self.story.case_id, content)

    def position(self) -> int:
        """Where the ledger stands."""
        store = SqlLedgerStore.open_existing(self.settings.ledger)
        try:
            return store.head().position
        finally:
            store.close()

    def _sign(self, store: SqlLedgerStore) -> None:
        stores = self.settings.stores
        key_file = self.folder / "secrets" / KEY_FILE
        ensure_office_key(key_file, stores / PUBLIC_FILE)
        office = Office.read("6311", key_file=key_file, public_file=stores / PUBLIC_FILE)
        CheckpointSigner(store, CheckpointFile(stores / FILE_NAME), office, SystemClock()).sign()


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "cadangan"


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    return tmp_path / "brankas"


@pytest.fixture
def new_home(tmp_path: Path) -> Callable[[str], Home]:
    """Makes an office in a folder of that name."""
    return lambda name: Home(tmp_path / name)


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    """An office with one case in mid-road and two papers."""
    made = new_home("home")
    made.live(e.PermohonanDiajukan, *ROAD[:3])
    made.paper(b"kartu keluarga")
    made.paper(b"surat kelahiran")
    return made


@pytest.fixture(scope="session")
def counted() -> set[str]:
    """Every time series that our processes can show."""
    for module in COUNTING:
        importlib.import_module(module)
    names = set()
    for metric in REGISTRY.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        names |= {metric.name + ending for ending in endings.get(metric.type, [""])}
    return names


@pytest.fixture
def planned() -> dict[str, ProcessSpec]:
    """What the launcher would start for an office in its usual place."""
    made = {Path: Path("/etc/jamila/some-file"), str: "some-secret"}
    kinds = {each.name: each.type for each in fields(Secrets)}
    some = {name: made.get(kind, defaultdict(str)) for name, kind in kinds.items()}
    programs = Programs(nats_server=Path("/bin/nats-server"), mongod=Path("/bin/mongod"))
    settings = LauncherSettings(home=Path("/var/lib/jamila"))
    specs = plan(settings, Secrets(**some), programs=programs)
    return {spec.name: spec for spec in specs}


@pytest.fixture
def modules(planned: dict[str, ProcessSpec]) -> dict[str, str]:
    """The Python processes and the module of each."""
    return {name: spec.module for name, spec in planned.items() if spec.module}
