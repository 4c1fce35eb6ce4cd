"""One case walks the whole road through a running system: by WhatsApp, and by the staff's API.

The demo shows it, the tests disturb it, the benchmarks repeat it. Every decision is asked with an
idempotency key, and asked again when nobody answered: what a careful client does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from gateway.client import GatewayClient, RefusedError
from jamila_deploy.errors import DemoBlockedError
from jamila_deploy.office import (
    PATIENCE_SECONDS,
    Office,
    RoadBlockedError,
    patiently,
    wait_for,
)
from jamila_deploy.sample import Wish

_SIGN_TRIES = 10
COLLECTION = re.compile(r"kode pengambilan ([A-Z0-9]{8})\b")
"""How the code for collecting stands in a message to the resident."""
_RECEIPT = re.compile(r"Kode tanda terima: ([A-Z0-9]{8,16})")


@dataclass(frozen=True)
class Stride:
    """One step of the walk: who does what."""

    account: str
    what: str
    """In Indonesian, for whoever watches."""
    go: Callable[[], None]

    def go_in_words(self, *, logs: Path) -> None:
        """Go, and tell whoever watches why it stopped.

        Raises:
            DemoBlockedError: something was refused, or nobody answered.
        """
        try:
            self.go()
        except RefusedError as error:
            reason = f"{error.title} [{error.slug}]"
        except RoadBlockedError as error:
            reason = f"tidak ada kemajuan [{error}]."
        else:
            return
        raise DemoBlockedError(account=self.account, what=self.what, reason=reason, logs=logs)


class Road:
    """The walk of one case; ``strides`` in order, or ``walk`` all of them."""

    def __init__(
        self,
        office: Office,
        wish: Wish,
        *,
        sent_at: datetime | None = None,
        medium: str = "hvs-a4",
    ) -> None:
        self.office = office
        self.wish = wish
        self._sent_at, self._medium = sent_at, medium
        self.case_id = ""
        self.receipt_code = ""
        # Photographed beforehand: a benchmark must not measure the camera.
        self._messages = wish.messages()
        self._after: dict[str, int] = {}

    def walk(self, *, detours: bool = True) -> None:
        """Go all the way, silently."""
        for stride in self.strides(detours=detours):
            stride.go()

    def strides(self, *, detours: bool = True) -> Iterator[Stride]:
        """The decisions of the eight steps; with detours also a return at steps 2, 4 and 5."""
        yield Stride("warga", "mengirim berkas lewat WhatsApp", self._submit)
        yield Stride("loket-1", "langkah 1: berkas lengkap", self._accept)
        if detours:
            yield Stride("siak-1", "langkah 2: tidak cocok, kembali ke loket", self._reject)
            yield Stride("loket-1", "langkah 1: berkas diperiksa ulang", self._accept)
        yield Stride("siak-1", "langkah 2: data cocok dengan SIAK", self._match)
        if detours:
            yield Stride("siak-1", "langkah 3: entri, ada salah ketik", self._enter_wrongly)
            yield Stride("kasi-1", "langkah 4: draft dikembalikan", self._return_draft)
        yield Stride("siak-1", "langkah 3: entri SIAK, draft dibuat", self._enter)
        yield Stride("kasi-1", "langkah 4: draft disetujui", self._approve)
        if detours:
            yield Stride("kabid-1", "langkah 5: dikembalikan ke Kasi", self._return_verification)
            yield Stride("kasi-1", "langkah 4: draft diperiksa lagi", self._approve)
        yield Stride("kabid-1", "langkah 5: diverifikasi", self._verify)
        yield Stride("kadis-1", "langkah 6: ditandatangani", self._sign)
        yield Stride("cetak-1", "langkah 7: dicetak", self._print)
        yield Stride("loket-1", "langkah 8: diserahkan", self._hand_over)

    def view(self, account: str = "loket-1") -> dict[str, Any]:
        """How the case stands, with everything this walk has done; the applicant stays closed."""
        return patiently(lambda: self._client(account).case(self.case_id, personal_data=False))

    def look(self, account: str) -> dict[str, Any]:
        """The case as an officer opens it to work on it: a read that is recorded."""
        return patiently(lambda: self._client(account).case(self.case_id))

    def wait_until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first view of the case for which something holds.

        Raises:
            RoadBlockedError: it did not come about.
        """
        seen: dict[str, Any] = {}

        def looked() -> bool:
            seen.update(self.view())
            return holds(seen)

        wait_for(looked, "the case did not get there")
        return seen

    def _submit(self) -> None:
        wish = self.wish
        self.office.send(wish.phone, wish.sender_name, self._messages, sent_at=self._sent_at)
        self.receipt_code = self._wait_for_code(_RECEIPT, "no receipt code reached the resident")
        self.case_id = self._wait_for_case()

    def _wait_for_code(
        self, pattern: re.Pattern[str], fault: str, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> str:
        """A code that stands in a message to the resident."""
        found: list[str] = []

        def looked() -> bool:
            texts = " ".join(self.office.received(self.wish.phone))
            found[:] = pattern.findall(texts)
            return bool(found)

        wait_for(looked, fault, patience_seconds=patience_seconds)
        return found[0]

    def _wait_for_case(self) -> str:
        found: list[str] = []

        def looked() -> bool:
            tasks = patiently(lambda: self._tasks("loket-1", "operator-layanan"))
            mine = [each for each in tasks if each["receipt_code"] == self.receipt_code]
            found[:] = [each["case_id"] for each in mine]
            return bool(found)

        wait_for(looked, "the case did not reach the queue of the front desk")
        return found[0]

    def _tasks(self, account: str, capability: str) -> list[dict[str, Any]]:
        client, cursor = self.office.client(account), None
        tasks: list[dict[str, Any]] = []
        while True:
            page = client.queue(capability, limit=200, cursor=cursor)
            tasks += page["tasks"]
            cursor = page["next_cursor"]
            if cursor is None:
                return tasks

    def _accept(self) -> None:
        self._do("loket-1", "accept-papers", step=1)

    def _reject(self) -> None:
        reason = {"code": "data-tidak-cocok", "field": "nama-ibu", "note": "Ejaan nama berbeda."}
        self._do("siak-1", "reject-match", {"reasons": [reason]}, step=2)

    def _match(self) -> None:
        answer = self._do("siak-1", "check-claims", {"claims": self.wish.claims()}, step=2)
        result = answer["result"]
        body = {
            "method": "webservice",
            "verdicts": result["verdicts"],
            "evidence_sha256": result["evidence_sha256"],
        }
        self._do("siak-1", "confirm-match", body, step=2)

    def _enter_wrongly(self) -> None:
        self._record_entry(self.wish.wrong_entry())

    def _enter(self) -> None:
        self._record_entry(self.wish.entry())

    def _record_entry(self, data: dict[str, Any]) -> None:
        registration = f"SIAK-{self.wish.today:%Y%m%d}-{self.wish.number + 1:05d}"
        body = {"siak_registration": registration, "data": data}
        self._do("siak-1", "record-entry", body, step=3)

    def _approve(self) -> None:
        self._do("kasi-1", "approve-draft", self._seen("kasi-1", step=4), step=4)

    def _return_draft(self) -> None:
        reason = {"code": "salah-ketik", "field": "nama-anak", "note": "Nama anak salah ketik."}
        self._do("kasi-1", "return-draft", {"reasons": [reason]}, step=4)

    def _verify(self) -> None:
        self._do("kabid-1", "verify-draft", self._seen("kabid-1", step=5), step=5)

    def _return_verification(self) -> None:
        reason = {"code": "periksa-ulang", "field": "tanggal-lahir"}
        self._do("kabid-1", "return-verification", {"reasons": [reason]}, step=5)

    def _sign(self) -> None:
        for _ in range(_SIGN_TRIES):
            seen = self._seen("kadis-1", step=6)
            try:
                self._do("kadis-1", "sign-document", seen, step=6)
            except RefusedError as error:
                # Signing was away when the document was opened: open it once more.
                if error.slug != "document-not-seen":
                    raise
            else:
                return
        raise RoadBlockedError("the document never counted as seen")

    def _print(self) -> None:
        self._do("cetak-1", "print-document", {"medium": self._medium}, step=7)

    def _hand_over(self) -> None:
        code = self._wait_for_code(COLLECTION, "no collection code reached the resident")
        body = {"method": "diambil", "receipt_code": code}
        self._do("loket-1", "hand-over", body, step=8)
        self.wait_until(lambda case: bool(case["finished_at"]))

    def _seen(self, account: str, *, step: int) -> dict[str, Any]:
        """Open the newest draft, as an officer does, and name what was looked at."""
        self._wait_for_step(step)
        case = self.look(account)
        newest = max(each["version"] for each in case["drafts"])
        drafts = [each for each in case["drafts"] if each["version"] == newest]
        for draft in drafts:
            self._open(account, draft["draft_sha256"])
        return {"document_sha256": [each["document_sha256"] for each in drafts]}

    def _open(self, account: str, sha256: str) -> bytes:
        client = self._client(account)
        return patiently(lambda: client.document(self.case_id, sha256))

    def _do(
        self, account: str, command: str, body: dict[str, Any] | None = None, *, step: int
    ) -> dict[str, Any]:
        """Wait for the step's turn, then ask until there is an answer."""
        self._wait_for_step(step)
        return self._ask(account, command, body, key=uuid4())

    def _ask(
        self, account: str, command: str, body: dict[str, Any] | None, *, key: UUID
    ) -> dict[str, Any]:
        client = self._client(account)
        done = patiently(
            lambda: client.command(command, self.case_id, body, idempotency_key=key),
            also=frozenset({"step-not-open", "case-not-at-this-stage"}),
        )
        source, _, position = done["after"].partition(":")
        self._after[source] = max(int(position), self._after.get(source, 0))
        return done

    def _wait_for_step(self, step: int) -> None:
        self.wait_until(lambda case: case["step"] == step)

    def _client(self, account: str) -> GatewayClient:
        client = self.office.client(account)
        for source, position in self._after.items():
            client.wait_for(f"{source}:{position}")
        return client
