"""``jamila demo-day``: a busy day in the running office of a demonstration.

Families write by WhatsApp, staff ask their commands at the API: nothing is written into a store.
Time cannot be played: all of it happens now, only the messages may have been written earlier.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from rich.console import Console

from jamila_contracts.blangko import stock_id
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.commands_desk import case_of_row
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_deploy import busy_plan
from jamila_deploy.busy_plan import BIRTH, FINISHED, Errand
from jamila_deploy.errors import BusyDayKnownError, NoDemoOfficeError
from jamila_deploy.office import Office, OfficeAddress, RoadBlockedError, patiently
from jamila_deploy.road import Road, Stride
from jamila_deploy.sample import Birth, Wish
from jamila_deploy.secrets import demo_accounts_file
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.status import read_status
from jamila_deploy.system import is_running
from jamila_deploy.wishes import FamilyWish
from jamila_ledger.calendar import load_calendar, working_time

_FIRST_NUMBER: Final = 3000
"""Families of the tests and of ``jamila demo`` have smaller numbers."""
_PEOPLE: Final = 6
"""How many families are served at the same time."""
_PDF: Final = "application/pdf"
Say = Callable[[str], None]


def demo_day() -> None:
    """Isi kantor demo yang sedang berjalan dengan satu hari yang ramai."""
    settings = LauncherSettings()
    started = time.monotonic()
    address = address_of(settings)
    _mark(settings.home)
    _say(f"Mengisi hari ramai di {settings.home} (kurang lebih satu menit) ...")
    with closing(Office(address)) as office:
        BusyDay(office, tenant=settings.tenant, logs=settings.home / "logs").fill(_say)
    _say(f"Hari ramai siap dalam {time.monotonic() - started:.0f} detik.")
    _say("Angka minggu lalu masih kosong: waktu sungguhan tidak dapat dibuat-buat.")
    if not _is_open(settings.calendar, datetime.now(tz=UTC)):
        _say(
            "Menurut kalender kantor sekarang tutup, jadi jam layanan berhenti. Agar jam berjalan, "
            "pakai folder baru dengan JAMILA_CALENDAR=kalender-demo-24jam."
        )


def address_of(settings: LauncherSettings) -> OfficeAddress:
    """Where the demo office of this home runs, and who may log in.

    Raises:
        NoDemoOfficeError: none runs there.
    """
    seen, accounts = read_status(settings), demo_accounts_file(settings)
    if not is_running(settings) or seen is None or not accounts.exists():
        raise NoDemoOfficeError(settings.home)
    urls = {each.name: each.url for each in seen.processes}
    return OfficeAddress.read(
        gateway_url=urls["gateway"], simulators_url=urls["simulators"], accounts=accounts
    )


def _mark(home: Path) -> None:
    """Remember that it was begun; whoever comes second, even at the same moment, is refused."""
    try:
        mark = os.open(home / "demo-day.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BusyDayKnownError(home) from error
    with os.fdopen(mark, "w", encoding="utf-8") as file:
        json.dump({"begun_at": datetime.now(tz=UTC).isoformat(timespec="seconds")}, file)


def _is_open(calendar: str, now: datetime) -> bool:
    minute = timedelta(minutes=1)
    return working_time(now, now + minute, load_calendar(calendar)) == minute


def _say(text: str) -> None:
    Console().print(text, markup=False, highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Job:
    """Something that happens on the day, independent of everything else."""

    what: str
    """In Indonesian, for whoever watches."""
    do: Callable[[], None]


@dataclass
class BusyDay:
    """Everything that happens, in a few threads."""

    office: Office
    tenant: str
    logs: Path
    errands: Sequence[Errand] = busy_plan.ERRANDS
    _numbers: Iterator[int] = field(default_factory=lambda: count(_FIRST_NUMBER))

    @property
    def today(self) -> date:
        """At the office."""
        return datetime.now(tz=OFFICE_ZONE).date()

    def fill(self, say: Say) -> None:
        """Let the day happen; tells each thing when it is done.

        Raises:
            DemoBlockedError: something was refused, or nobody answered.
        """
        morning, jobs = [self._outage(), self._stock()], self.jobs()
        for job in morning:
            self._do(job)
            say(f"  {job.what}")
        for number, each in enumerate(self._at_once(jobs), start=1):
            say(f"  [{number:>2}/{len(jobs)}] {each.what}")

    def jobs(self) -> list[Job]:
        """All that may happen at the same time; who goes farthest begins first."""
        errands = sorted(self.errands, key=lambda each: -each.step)
        return [
            *(self._errand(each) for each in errands),
            *(self._walk_in(each) for each in busy_plan.WALK_INS),
            self._village(),
            self._questions(),
        ]

    def _at_once(self, jobs: Sequence[Job]) -> Iterator[Job]:
        """Done jobs as they end. The threads do not keep a process alive that is told to stop."""
        waiting: SimpleQueue[Job] = SimpleQueue()
        ended: SimpleQueue[Job | Exception] = SimpleQueue()
        for job in jobs:
            waiting.put(job)

        def work() -> None:
            while True:
                try:
                    job = waiting.get_nowait()
                except Empty:
                    return
                try:
                    self._do(job)
                except Exception as error:  # noqa: BLE001 - told by whoever waits for the threads
                    ended.put(error)
                    return
                ended.put(job)

        for _ in range(_PEOPLE):
            Thread(target=work, daemon=True).start()
        for _ in jobs:
            result = ended.get()
            if isinstance(result, Exception):
                raise result
            yield result

    def _do(self, job: Job) -> None:
        Stride("kantor", job.what, job.do).go_in_words(logs=self.logs)

    def _errand(self, errand: Errand) -> Job:
        wish = self._wish(errand.wish)
        at = "selesai" if errand.step == FINISHED else f"langkah {errand.step}"
        label = "Akta Kelahiran" if isinstance(wish, Birth) else _label(wish.topic.service_id)
        return Job(f"{label}: {at}{_told(errand)}", lambda: self._walk(errand, wish))

    def _walk(self, errand: Errand, wish: Wish) -> None:
        ago = timedelta(minutes=errand.written_minutes_ago)
        sent_at = datetime.now(tz=UTC) - ago if ago else None
        road = Road(self.office, wish, sent_at=sent_at, medium=errand.medium)
        for stride in islice(road.strides(detours=False), errand.step):
            stride.go()
        if errand.step != FINISHED:
            road.wait_until(lambda case: case["step"] == errand.step)
        for deed in errand.deeds:
            self._ask(deed.account, deed.command, road.case_id, deed.body)
        if errand.is_claimed_wrongly:
            claims = {**wish.claims(), "NAMA_LGKP": f"{wish.claims()['NAMA_LGKP']}I"}
            self._ask("siak-1", "check-claims", road.case_id, {"claims": claims})

    def _walk_in(self, topic: str) -> Job:
        wish = FamilyWish.of_couple(topic, next(self._numbers), today=self.today)

        def do() -> None:
            case_id = _named(f"walk-in/{wish.number}")
            self._ask("loket-1", "begin-entry", case_id, {"channel": "loket"})
            self._add_papers(case_id, wish)
            self._ask("loket-1", "submit-entry", case_id, _described(wish))

        return Job(f"{_label(wish.topic.service_id)}: warga datang ke loket", do)

    def _village(self) -> Job:
        wishes = [
            FamilyWish.of_couple(topic, next(self._numbers), today=self.today)
            for topic in busy_plan.VILLAGE_LIST
        ]

        def do() -> None:
            batch_id = _named("village")
            self._ask("loket-1", "begin-entry", batch_id, {"channel": "kolektif"})
            rows = [{"row": str(at), **_described(each)} for at, each in enumerate(wishes, 1)]
            sender = {"name": "Kepala Desa Contoh", "phone": wishes[0].phone}
            manifest = {"sender": sender, "rows": rows}
            self._ask("loket-1", "open-batch", batch_id, {"manifest": manifest})
            for at, wish in enumerate(wishes[:-1], start=1):
                self._add_papers(case_of_row(batch_id, str(at)), wish)
            self._ask("loket-1", "submit-batch", batch_id, {})

        return Job(f"Kolektif dari desa: {len(wishes)} keluarga, satu belum ada berkasnya", do)

    def _questions(self) -> Job:
        def do() -> None:
            for question, answer in busy_plan.QUESTIONS:
                wish = FamilyWish.of_couple("kk-hilang", next(self._numbers), today=self.today)
                said = [{"type": "text", "text": each} for each in ("Petugas", question)]
                self.office.send(wish.phone, wish.sender_name, said)
                if answer is not None:
                    request = self._latest_request()
                    self._ask("loket-1", "answer-help-request", request, {"text": answer})

        return Job("Dua warga minta dijawab petugas, satu sudah dijawab", do)

    def _latest_request(self) -> str:
        """The request that was made last, once all questions have arrived."""
        client = self.office.client("loket-1")
        wanted = len(busy_plan.QUESTIONS)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = patiently(client.help_requests)
            if len(found) == wanted and all(each["messages"] for each in found):
                return str(max(found, key=lambda each: each["asked_at"])["request_id"])
            time.sleep(0.1)
        raise RoadBlockedError("the questions did not arrive")

    def _stock(self) -> Job:
        def do() -> None:
            for item, quantity, least in busy_plan.STOCK:
                about = stock_id(self.tenant, item)
                delivery = {"quantity": quantity, "reference": "BAST-CONTOH-01"}
                self._ask("cetak-1", "receive-stock", about, delivery)
                self._ask("kasi-1", "set-reorder-point", about, {"reorder_point": least})

        return Job("Persediaan: kiriman blangko dicatat, blangko KIA hampir habis", do)

    def _outage(self) -> Job:
        def do() -> None:
            outage = _named("outage")
            self._ask("kasi-1", "start-outage", outage, {"system": "siak"})
            self._ask("kasi-1", "end-outage", outage, {})

        return Job("Gangguan SIAK dicatat dan sudah selesai", do)

    def _wish(self, name: str) -> Birth | FamilyWish:
        number = next(self._numbers)
        if name == BIRTH:
            return Birth.of_couple(number, today=self.today)
        return FamilyWish.of_couple(name, number, today=self.today)

    def _add_papers(self, case_id: UUID, wish: FamilyWish) -> None:
        client = self.office.client("loket-1")
        for item, content in wish.scans():
            key = uuid5(case_id, item)

            def add(item: str = item, content: bytes = content, key: UUID = key) -> Any:
                return client.add_paper(case_id, content, _PDF, item_id=item, idempotency_key=key)

            patiently(add)

    def _ask(self, account: str, command: str, about: UUID | str, body: dict[str, Any]) -> None:
        client, key = self.office.client(account), uuid5(UUID(str(about)), command)
        patiently(lambda: client.command(command, about, body, idempotency_key=key))


def _described(wish: FamilyWish) -> dict[str, Any]:
    return {
        "service_id": wish.topic.service_id,
        "applicant": {"name": wish.sender_name, "phone": wish.phone},
        "facts": wish.facts,
    }


def _label(service_id: str) -> str:
    return load_catalogue().service(service_id).label


def _told(errand: Errand) -> str:
    if not errand.deeds:
        return ""
    return {
        "take-task": ", sedang dikerjakan",
        "pause-task": ", waktu dihentikan",
        "return-papers": ", kekurangan disampaikan kepada pemohon",
    }.get(errand.deeds[-1].command, ", dikembalikan")


def _named(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"jamila:demo-day/{name}")
