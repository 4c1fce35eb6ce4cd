"""Residents and officers who do not give up: one case each, walked to its end through any fault.

Every command has one idempotency key until it is answered, and is noted before it is asked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from gateway.client import RefusedError
from jamila_deploy.office import Office, RoadBlockedError, patiently, wait_for
from jamila_deploy.road import COLLECTION, Road, Stride
from jamila_deploy.sample import Birth
from jamila_faults.history import History

_PATIENCE_SECONDS: Final = 12.0
"""How long a code is waited for: a message may be lost on purpose, and then people do without."""
_DECIDES: Final = {4: "approve-draft", 5: "verify-draft", 6: "sign-document"}
_SOMEBODY_WAS_FASTER: Final = frozenset({"conflict", "document-not-seen", "read-not-recorded"})

WRONG_CLOCK: Final = frozenset({"code-refused", "second-factor-needed", "login-locked"})
"""What an officer may be told while the clock of the office is wrong."""
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Ask:
    """A command that nobody answered yet."""

    key: UUID
    body: dict[str, Any] | None


class Walker(Road):
    """The road without detours, safe to be interrupted anywhere and gone on with."""

    def __init__(
        self,
        office: Office,
        wish: Birth,
        history: History,
        *,
        bears: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(office, wish)
        self._bears = _SOMEBODY_WAS_FASTER | bears
        self.name = str(wish.number)
        self._history = history
        self._unanswered: dict[str, Ask] = {}
        self._answered: dict[str, dict[str, Any]] = {}
        self._is_sent = False

    def walk_on(self, goes_on: Callable[[], bool]) -> bool:
        """Walk to the end; whether it was reached before ``goes_on`` said no."""
        for stride in self.strides(detours=False):
            while not self._went(stride):
                if not goes_on():
                    return False
        self._history.finished(self.name)
        return True

    def _went(self, stride: Stride) -> bool:
        try:
            stride.go()
        except RoadBlockedError as error:
            self._history.blocked(self.name, f"{stride.what}: {error}")
            return False
        except RefusedError as error:
            self._history.blocked(self.name, f"{stride.what}: {error.slug}")
            if error.slug not in self._bears:
                raise
            time.sleep(_PAUSE_SECONDS)
            return False
        return True

    def _submit(self) -> None:
        if not self._is_sent:
            papers = sum(each["type"] != "text" for each in self._messages)
            self._history.begun(self.name, papers=papers)
            self._send_once()
            self._is_sent = True
        if not self.case_id:
            wait_for(self._is_in_the_queue, "the case did not reach the queue of the front desk")
            self._history.became(self.name, self.case_id)

    def _send_once(self) -> None:
        """The phone keeps what it sent: it looks there before it sends again."""
        simulators, phone = self.office.address.simulators_url, self.wish.phone

        def send() -> None:
            asked = {"wa_id": phone}
            chat = httpx.get(f"{simulators}/_sim/whatsapp/chat", params=asked, timeout=30)
            if any(each["direction"] == "in" for each in chat.raise_for_status().json()):
                return
            body = {"from": phone, "name": self.wish.sender_name, "messages": self._messages}
            httpx.post(
                f"{simulators}/_sim/whatsapp/inbound", json={**body, "together": True}, timeout=30
            ).raise_for_status()

        patiently(send)

    def _is_in_the_queue(self) -> bool:
        """The front desk finds the case by the number of the phone that wrote."""
        client = self.office.client("loket-1")
        found = patiently(lambda: client.search_number(phone=self.wish.phone))["cases"]
        self.case_id = found[0]["case_id"] if found else ""
        return bool(found)

    def _seen(self, account: str, *, step: int) -> dict[str, Any]:
        asked = self._unanswered.get(_DECIDES[step])
        if asked is not None and asked.body is not None:
            return asked.body
        return super()._seen(account, step=step)

    def _do(
        self, account: str, command: str, body: dict[str, Any] | None = None, *, step: int
    ) -> dict[str, Any]:
        if command in self._answered:
            return self._answered[command]
        if command not in self._unanswered:
            self._wait_for_step(step)
            self._unanswered[command] = Ask(uuid4(), body)
            self._history.asked(self._unanswered[command].key, command, self.case_id)
        ask = self._unanswered[command]
        try:
            done = self._ask(account, command, ask.body, key=ask.key)
        except RefusedError as error:
            del self._unanswered[command]
            self._history.refused(ask.key, error.slug)
            raise
        self._history.done(ask.key, done)
        del self._unanswered[command]
        self._answered[command] = done
        return done

    def _hand_over(self) -> None:
        if "hand-over" not in self._unanswered | self._answered:
            self._wait_for_step(8)
        body: dict[str, Any] = {"method": "diambil"}
        try:
            code = self._wait_for_code(COLLECTION, "no code", patience_seconds=_PATIENCE_SECONDS)
            body["receipt_code"] = code
        except RoadBlockedError:
            # The message was lost: whoever comes shows who he is.
            body["collector"] = {"name": self.wish.sender_name, "relation": "pemohon"}
        self._do("loket-1", "hand-over", body, step=8)
        self.wait_until(lambda case: bool(case["finished_at"]))
