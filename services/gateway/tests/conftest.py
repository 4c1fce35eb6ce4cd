"""What the tests of the gateway stand on: real accounts, vaults and API, fakes behind the door."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from gateway.access_log import Look
from gateway.account_changes import Change
from gateway.accounts import Account, Grant, LoginLimits, StoredAccount
from gateway.accounts_store import SqlAccountsStore
from gateway.administration import Administration
from gateway.administration_store import AdministrationStore
from gateway.api import GatewayApi, create_api
from gateway.change_log import ChangeLog
from gateway.demo import ROLES
from gateway.door import Door
from gateway.foreign_login import ForeignLogin
from gateway.identity_store import ForeignIdentity, IdentityStore
from gateway.login import LoginDesk
from gateway.numbers import BlindNumbers
from gateway.oidc import OidcClient
from gateway.oidc_settings import OidcSettings
from gateway.own_account import OwnAccount
from gateway.passwords import Passwords, hash_password
from gateway.reception import Reception
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import DEPARTURE, SecretBox
from gateway.views import Views
from gateway.webhooks.desk import WebhookDesk
from gateway.webhooks.sending import AddressRules, Sender
from gateway.webhooks.store import SqlWebhookStore
from gateway.webhooks.telling import PURPOSE
from jamila_contracts import events as e
from jamila_contracts.command import Problem
from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.values import Paper
from jamila_contracts.wire import Record
from jamila_ledger.aggregates import FIGURES, Tally, samples_of
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import POSITIONS, SLA, TRAIL, case_writes, trail_document
from jamila_runtime.mongo import Put
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import MONDAY, Story, as_recorded, happy_story
from jamila_testing.clocks import MovableClock
from jamila_testing.documents import MemoryDocuments
from jamila_testing.identity_provider import CLIENT_ID, CLIENT_SECRET
from jamila_testing.vaults import new_vault

PASSWORD = "kata-sandi-untuk-uji"
HASH = hash_password(PASSWORD)
PAPER = b"\xff\xd8\xff\xe0 sebuah foto KK"
DRAFT = b"%PDF-1.7 draft"
APPLICANT = {"name": "Rahmah binti Saberi", "phone": "+6281200000001"}
DATA = {"documents": {"akta-kelahiran": {"nama": "Muhammad Rizqi"}}}
BACK = "https://kantor.test/masuk/oidc/kembali"
MODELS_AT = MONDAY + timedelta(hours=1)


class FakeCommands:
    """Remembers what was asked and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.answer: Callable[[Command], CommandReply] = self.done

    async def ask(self, command: Command) -> CommandReply:
        self.asked.append(command)
        return self.answer(command)

    @staticmethod
    def unknown(command: Command) -> CommandReply:
        """No stage has the case: what a permitted asker hears."""
        problem = Problem(slug="case-not-at-this-stage", detail="unknown")
        about = {"command_id": command.command_id, "case_id": command.case_id}
        return CommandReply(**about, service="intake", problem=problem)

    @staticmethod
    def done(command: Command) -> CommandReply:
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            version=7,
            log_position=17,
            service="review",
            events=("TugasDiambil", "DraftDisetujui"),
        )


@dataclass
class FakeAccessLog:
    """Remembers who read what."""

    lines: list[tuple[str, UUID, str]] = field(default_factory=list)
    refusal: Exception | None = None
    actors: list[Actor] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    async def record(self, actor: Actor, case_id: UUID, look: Look) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.actors.append(actor)
        self.looks.append(look)
        self.lines.append((actor.account, case_id, look.what))


@dataclass
class House:
    """The gateway under test and everything behind it."""

    api: GatewayApi
    door: Door
    store: SqlAccountsStore
    models: MemoryDocuments
    commands: FakeCommands
    access_log: FakeAccessLog
    clock: MovableClock
    vault: CaseVault
    objects: ObjectVault

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.api)
        return httpx.AsyncClient(
            transport=transport, base_url="https://kantor.test", headers=headers
        )

    async def logged_in(self, account: str, *, proven: bool = True) -> httpx.AsyncClient:
        """A program's client, as if the second factor had been proven just now."""
        stored = self.store.find(account)
        assert stored is not None
        verified_at = self.clock.instant if proven else None
        opened = self.door.login.sessions.open(
            stored, kind="program", name="uji", verified_at=verified_at
        )
        return self.client(Authorization=f"Bearer {opened.token}")

    @asynccontextmanager
    async def console(self, account: str = "kasi-1") -> AsyncIterator[httpx.AsyncClient]:
        """The browser of somebody who logged in; without scripts."""
        async with self.client(Accept="text/html") as client:
            said = {"akun": account, "sandi": PASSWORD, "ke": "/antrean"}
            answer = await client.post("/masuk", data=said)
            assert answer.status_code == 303
            yield client

    def show(self, records: list[Record]) -> None:
        """Let the read models know the records, through the ledger's own folds."""
        entries = as_recorded(records)
        file = fold(entries)
        assert file is not None
        for collection, write in case_writes(file, load_calendar()).items():
            if isinstance(write, Put):
                self.models.put(collection, write.document)
        for entry in entries:
            self.models.put(TRAIL, trail_document(entry))
        sources = {record.meta.source: record.meta.log_position for record in records}
        self.models.put(
            POSITIONS,
            {"_id": "views", "position": len(records), "sources": sources, "as_of": MODELS_AT},
        )


@pytest.fixture
def limits() -> LoginLimits:
    idle, window = timedelta(minutes=30), timedelta(minutes=15)
    return LoginLimits(idle, timedelta(hours=12), timedelta(days=30), 3, window)


@pytest.fixture
def clock() -> MovableClock:
    clock = MovableClock()
    clock.move(hours=1)
    return clock


@pytest.fixture
def store(tmp_path: Path) -> SqlAccountsStore:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'accounts.db'}")
    for account, (role, capability) in ROLES.items():
        known = Account(account, role, "6311", grants=(Grant(capability),))
        store.add(StoredAccount(known, HASH))
    return store


@pytest.fixture
def factors(store: SqlAccountsStore) -> SecondFactors:
    box = SecretBox(bytes(range(32)))
    return SecondFactors(SqlFactorStore(store.database), box, issuer="Kantor Uji")


@pytest.fixture
def desk(
    store: SqlAccountsStore, factors: SecondFactors, clock: MovableClock, limits: LoginLimits
) -> LoginDesk:
    return LoginDesk(
        store=store,
        passwords=Passwords(),
        factors=factors,
        clock=clock,
        limits=limits,
        tenant="6311",
        demo=False,
    )


@pytest.fixture
def own(
    desk: LoginDesk, store: SqlAccountsStore, factors: SecondFactors, clock: MovableClock
) -> OwnAccount:
    changes = ChangeLog(store.database)
    return OwnAccount(login=desk, store=store, factors=factors, changes=changes, clock=clock)


@pytest.fixture
def reception(
    store: SqlAccountsStore, desk: LoginDesk, own: OwnAccount, clock: MovableClock
) -> Reception:
    kept = AdministrationStore(store.database)
    changes, identities = ChangeLog(store.database), IdentityStore(store.database)
    administration = Administration(
        accounts=store, store=kept, changes=changes, identities=identities, clock=clock
    )
    return Reception(store, desk, own, administration)


@pytest.fixture
def webhook_store(tmp_path: Path) -> Iterator[SqlWebhookStore]:
    store = SqlWebhookStore(f"sqlite:///{tmp_path / 'webhooks.db'}")
    yield store
    store.dispose()


@pytest.fixture
def webhook_desk(webhook_store: SqlWebhookStore, clock: MovableClock) -> WebhookDesk:
    box = SecretBox(bytes(32), purpose=PURPOSE)
    return WebhookDesk(webhook_store, Sender(AddressRules()), box, clock=clock)


@pytest.fixture(scope="session")
def api() -> GatewayApi:
    """The routes; they keep nothing, and to put them together takes longer than most tests."""
    return create_api(max_body_bytes=4096, secure=True)


@pytest.fixture
async def house(
    tmp_path: Path,
    api: GatewayApi,
    clock: MovableClock,
    reception: Reception,
    webhook_desk: WebhookDesk,
) -> AsyncIterator[House]:
    store = reception.store
    models, commands, access_log = MemoryDocuments(), FakeCommands(), FakeAccessLog()
    vault = new_vault(tmp_path)
    objects = ObjectVault(f"file://{tmp_path / 'objects'}", vault)
    door = Door(
        login=reception.login,
        own=reception.own,
        administration=reception.administration,
        commands=commands,
        views=Views(models, tenant="6311"),
        vault=vault,
        objects=objects,
        access_log=access_log,
        clock=clock,
        secure_cookies=True,
        read_wait=timedelta(milliseconds=100),
        numbers=BlindNumbers(bytes(32)),
        webhooks=webhook_desk,
    )
    api.state.door = door
    yield House(api, door, store, models, commands, access_log, clock, vault, objects)
    store.dispose()


@pytest.fixture
def counted(house: House) -> House:
    """Two cases that were finished on the Monday on which the clock stands, and their figures."""
    tally = Tally()
    for number in (1, 2):
        story = happy_story(f"kasus-{number}")
        house.show(story.records)
        tally.add(samples_of(house.models.collections[SLA][str(story.case_id)], OFFICE_ZONE))
    for document in tally.documents():
        house.models.put(FIGURES, document)
    return house


@dataclass
class Kasus:
    """A case at step 4, with one paper and one draft, known to the read models."""

    case_id: UUID
    paper: str
    draft: str
    document: str


@pytest.fixture
def case(house: House) -> Kasus:
    story = Story()
    house.vault.create(story.case_id)
    paper, draft = (house.objects.put(story.case_id, each) for each in (PAPER, DRAFT))
    papers = (Paper(sha256=paper, media_type="image/jpeg", size_bytes=len(PAPER)),)
    applicant = house.vault.seal(story.case_id, APPLICANT)
    story.tell(e.PermohonanDiajukan, papers=papers, applicant=applicant)
    story.work(e.BerkasDiterima, papers=papers)
    story.work(e.DataSiakCocok)
    drafted = story.work(e.DraftDibuat, data=house.vault.seal(story.case_id, DATA)).event()
    assert isinstance(drafted, e.DraftDibuat)
    version = drafted.documents[0].model_copy(update={"draft_sha256": draft})
    records = story.records[:-1]
    again = drafted.model_copy(update={"documents": (version,)})
    house.show([*records, Record.of(story.records[-1].meta, again)])
    return Kasus(story.case_id, paper, draft, version.document_sha256)


@dataclass
class Abroad:
    """The house under test with an identity provider."""

    house: House

    def settings(self, issuer: str, **more: Any) -> OidcSettings:
        client = {"client_id": CLIENT_ID, "client_secret": SecretStr(CLIENT_SECRET)}
        return OidcSettings(issuer=issuer, redirect_uri=BACK, **client, **more)

    def use(self, known: OidcSettings, http: httpx.AsyncClient) -> None:
        house = self.house
        client = OidcClient(known, clock=house.clock, proof=timedelta(hours=1), http=http)
        identities, box = (
            IdentityStore(house.store.database),
            SecretBox(bytes(32), purpose=DEPARTURE),
        )
        login = house.door.login
        foreign = ForeignLogin(client=client, identities=identities, login=login, box=box)
        house.api.state.door = house.door = replace(house.door, foreign=foreign)

    def pair(self, account: str, issuer: str, subject: str) -> None:
        change = Change(
            self.house.clock.instant, "admin-1", account, "6311", "identitas-oidc-dipasang"
        )
        identities = IdentityStore(self.house.store.database)
        identities.link(ForeignIdentity(issuer, subject), change)


@pytest.fixture
def abroad(house: House) -> Abroad:
    return Abroad(house)
