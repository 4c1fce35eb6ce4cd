"""A printer that speaks IPP: a queue of CUPS, or the printer itself.

A queue of CUPS on the office's machine is the better neighbour: it keeps jobs while a printer is
off, and has the drivers of card printers. pyipp encodes and decodes; what it raises stays here.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import aiohttp
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation
from pyipp.exceptions import IPPConnectionError, IPPError, IPPResponseError

from printing.ipp_answer import read_answer
from printing.jobs import (
    JobReport,
    JobState,
    PrinterRefusedError,
    PrinterSilentError,
    PrinterUnreachableError,
)

_NOT_FOUND: Final = 0x0406
"""``client-error-not-found``. Source: RFC 8011 section 4.1.8."""
_NOT_POSSIBLE: Final = 0x0404
"""``client-error-not-possible``: the job has ended already."""
_TAKEN: Final = range(0x200)
"""``successful-ok`` and its kin. Source: RFC 8011 appendix B."""
_BUSY: Final = frozenset({0x0505, 0x0506, 0x0507})
"""Temporary error, not accepting jobs, busy: nothing was taken."""
_STATES: Final[dict[int, JobState]] = {
    IppJobState.CANCELED: "dibatalkan",
    IppJobState.ABORTED: "gagal",
    IppJobState.COMPLETED: "selesai",
}
_REASONS: Final = (
    ("media-empty", "kertas-habis"),
    ("media-needed", "kertas-habis"),
    ("media-jam", "kertas-macet"),
    ("toner-empty", "tinta-habis"),
    ("marker-supply-empty", "tinta-habis"),
    ("cover-open", "penutup-terbuka"),
    ("door-open", "penutup-terbuka"),
    ("interlock-open", "penutup-terbuka"),
    ("offline", "pencetak-luring"),
    ("shutdown", "pencetak-luring"),
    ("connecting-to-device", "pencetak-luring"),
    ("paused", "pencetak-dijeda"),
    ("job-hold-until-specified", "pencetak-dijeda"),
)
"""``printer-state-reasons`` (RFC 8011 section 5.4.12) by how they begin, and our codes."""
_SERVER_FAULT: Final = 500
_ANSWER_BYTES: Final = 8_388_608
"""A queue that remembers some ten thousand jobs."""
_STOPPED: Final = 5
"""``printer-state`` stopped."""


@dataclass(frozen=True)
class IppPrinter:
    """One queue."""

    url: str
    """``ipp://host:port/path``."""
    media: str
    """PWG name of the medium, e.g. ``iso_a4_210x297mm``."""
    timeout_seconds: int = 20
    """From the question to the last byte of the answer."""

    def send(self, name: str, document: bytes) -> str:
        """Hand over one document (see ``Printer``)."""
        message = {
            **_asking(**{"job-name": name, "document-format": "application/pdf"}),
            "job-attributes-tag": {"media": self.media, "copies": 1},
            "data": document,
        }
        with _understood():
            return str(self._ask(IppOperation.PRINT_JOB, message)["jobs"][0]["job-id"])

    def find(self, name: str) -> str | None:
        """Look for a job by the name we gave it, among those waiting and those done."""
        for which in ("not-completed", "completed"):
            wanted = _asking(
                **{"which-jobs": which, "requested-attributes": ["job-id", "job-name"]}
            )
            with _understood():
                for job in self._ask(IppOperation.GET_JOBS, wanted)["jobs"]:
                    if job.get("job-name") == name:
                        return str(job["job-id"])
        return None

    def report(self, reference: str) -> JobReport | None:
        """What became of a job, and what holds the printer up while it runs."""
        wanted = ["job-state", "job-state-reasons", "job-printer-state-reasons"]
        message = _asking(**{"job-id": int(reference), "requested-attributes": wanted})
        answer = self._ask(IppOperation.GET_JOB_ATTRIBUTES, message, quiet=_NOT_FOUND)
        if answer is None:
            return None
        with _understood():
            job = answer["jobs"][0]
            ended = _STATES.get(job["job-state"])
            if ended is not None:
                return JobReport(ended)
            said = (*_listed(job.get("job-state-reasons")), *self._printer_reasons())
            return JobReport("berjalan", _ours(said))

    def cancel(self, reference: str) -> None:
        """Ask for a job to be dropped."""
        message = _asking(**{"job-id": int(reference)})
        self._ask(IppOperation.CANCEL_JOB, message, quiet=_NOT_POSSIBLE)

    def discard(self, job_id: UUID) -> None:
        """Paper lies in the tray, where no program reaches it; the queue keeps no documents."""

    def _printer_reasons(self) -> tuple[str, ...]:
        wanted = _asking(**{"requested-attributes": ["printer-state", "printer-state-reasons"]})
        printer = self._ask(IppOperation.GET_PRINTER_ATTRIBUTES, wanted)["printers"][0]
        reasons = _listed(printer.get("printer-state-reasons"))
        stopped = printer.get("printer-state") == _STOPPED
        return (*reasons, "paused") if stopped and not _ours(reasons) else reasons

    def _ask(
        self, operation: IppOperation, message: dict[str, Any], *, quiet: int | None = None
    ) -> Any:
        with _understood():
            answer = read_answer(self._said(operation, message))
        status = answer["status-code"]
        if status in _TAKEN:
            return answer
        if quiet is not None and status in {quiet, _NOT_FOUND}:
            return None
        if status in _BUSY:
            raise PrinterUnreachableError("the printer takes no jobs just now")
        raise PrinterRefusedError("the printer refuses", ipp_status=status)

    def _said(self, operation: IppOperation, message: dict[str, Any]) -> bytes:
        return asyncio.run(self._exchange(operation, message))

    async def _exchange(self, operation: IppOperation, message: dict[str, Any]) -> bytes:
        try:
            async with (
                asyncio.timeout(self.timeout_seconds),
                _session() as session,
                IPP(self.url, request_timeout=self.timeout_seconds, session=session) as ipp,
            ):
                return await ipp.raw(operation, message)
        except IPPConnectionError as error:
            if isinstance(error.__cause__, aiohttp.ClientConnectorError):
                raise PrinterUnreachableError("the printer cannot be reached") from error
            raise PrinterSilentError("the printer did not answer") from error
        except IPPResponseError as error:
            status = error.args[1]["status-code"]
            if status < _SERVER_FAULT:
                raise PrinterRefusedError("the printer refuses", http_status=status) from error
            raise PrinterSilentError("the printer has a fault") from error
        except (IPPError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            # ValueError: what a refusal says beside its status is no text.
            raise PrinterSilentError("the printer's answer cannot be read") from error


class _Answer(aiohttp.ClientResponse):
    """Read up to a bound, as ``jamila_runtime.bounded`` does for all who are asked with httpx."""

    async def read(self) -> bytes:
        content = bytearray()
        async for chunk in self.content.iter_any():
            content += chunk
            if len(content) > _ANSWER_BYTES:
                self.close()
                raise aiohttp.ClientPayloadError("more bytes than anybody asked for")
        return bytes(content)


def _session() -> aiohttp.ClientSession:
    plain = {"Accept-Encoding": "identity"}
    return aiohttp.ClientSession(response_class=_Answer, auto_decompress=False, headers=plain)


def _asking(**attributes: Any) -> dict[str, Any]:
    return {"operation-attributes-tag": {"requesting-user-name": "jamila", **attributes}}


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return () if value is None else (str(value),)


def _ours(said: Iterable[str]) -> tuple[str, ...]:
    found = (code for reason in said for start, code in _REASONS if reason.startswith(start))
    return tuple(dict.fromkeys(found))


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever is not as RFC 8011 says leaves us without an answer."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise PrinterSilentError("the printer's answer cannot be read") from error
