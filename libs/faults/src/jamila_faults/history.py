"""What the crowd and the faults did, line by line, on disk before anything else happens.

The checker reads it when the system is gone; so the words of a line stand here and there, and
nowhere else.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID


class History:
    """Writes JSON lines; safe to be used by many threads."""

    def __init__(self, file: Path) -> None:
        # Line by line: what was noted survives the end of this process.
        self._stream = file.open("a", encoding="utf-8", buffering=1)
        self._turn = Lock()

    def close(self) -> None:
        """Nothing more is noted."""
        self._stream.close()

    def begun(self, walk: str, *, papers: int) -> None:
        """A resident handed in so many papers."""
        self._note("begun", walk=walk, papers=papers)

    def became(self, walk: str, case_id: str) -> None:
        """It is known which case that is."""
        self._note("case", walk=walk, case=case_id)

    def finished(self, walk: str) -> None:
        """The resident has the document."""
        self._note("finished", walk=walk)

    def asked(self, key: UUID, command: str, case_id: str) -> None:
        """An officer is about to ask; from here on it may be done."""
        self._note("asked", key=str(key), command=command, case=case_id)

    def done(self, key: UUID, answer: Mapping[str, Any]) -> None:
        """The officer was told that it is done."""
        service, _, place = answer["after"].partition(":")
        told = {"service": service, "place": int(place), "events": list(answer["events"])}
        self._note("done", key=str(key), **told)

    def refused(self, key: UUID, slug: str) -> None:
        """The officer was told that nothing was done."""
        self._note("refused", key=str(key), slug=slug)

    def blocked(self, walk: str, what: str) -> None:
        """Nobody answered for a long time; asked again."""
        self._note("blocked", walk=walk, what=what)

    def page(self, name: str) -> None:
        """A sheet lies in the tray."""
        self._note("page", page=name)

    def poisoned(self, case_id: UUID) -> None:
        """Something that nobody can read was published about a case that nobody has."""
        self._note("poisoned", case=str(case_id))

    def clock(self, ahead: timedelta) -> None:
        """From here on the clock of the office is so much ahead, or behind."""
        self._note("clock", ahead_seconds=ahead.total_seconds())

    def strike(self, fault: str) -> None:
        """A fault begins."""
        self._note("strike", fault=fault)

    def struck(self, fault: str, *, kills: Mapping[str, int], recovered: float | None) -> None:
        """A fault is over, and the office recovered from it if that was waited for."""
        self._note("struck", fault=fault, kills=dict(kills), recovered=recovered)

    def _note(self, kind: str, **what: Any) -> None:
        line = {"kind": kind, "at": datetime.now(tz=UTC).isoformat(), **what}
        with self._turn:
            self._stream.write(json.dumps(line) + "\n")
