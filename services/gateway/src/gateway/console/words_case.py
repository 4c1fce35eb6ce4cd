"""The words of the case page: what was stated, messages and their delivery, reasons. No logic."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlencode

from gateway.answers import CaseView, Sla, StepTimes
from jamila_contracts.catalogue import FIRST_CATALOGUE, Catalogue, load_catalogue
from jamila_contracts.values import Paper, Spot
from jamila_ledger.casefile import Message
from jamila_ledger.trail import TrailLine
from jamila_ledger.wording import DELIVERY, DOCUMENTS, REASONS

PAUSES: Final = (
    "menunggu-instansi",
    "menunggu-pengadilan",
    "menunggu-perekaman",
    "gangguan-siak",
    "gangguan-tte",
    "blangko-habis",
)
"""Why an officer stops a clock; an outage of the whole office is declared for all at once."""
BY_THEMSELVES: Final = ("menunggu-pemohon", "belum-diambil")
"""Pauses that begin and end with what happens, not by an officer."""
CANCELLATIONS: Final = ("permintaan-pemohon", "salah-input", "belum-lengkap")
"""Why an application ends without a document."""
VERDICTS: Mapping[str, str] = MappingProxyType(
    {"tepat": "tepat waktu", "terlambat": "terlambat", "berjalan": "berjalan"}
)
_MESSAGES: Mapping[str, str] = MappingProxyType(
    {**DELIVERY, "manual": "disampaikan petugas", "told": "sudah disampaikan", "gagal": "gagal"}
)
_APPLICANT: Mapping[str, str] = MappingProxyType({"name": "Nama pemohon", "phone": "Nomor telepon"})
_FLAGS: Mapping[str, str] = MappingProxyType(
    {"terlambat-lapor": "Terlambat lapor", "banyak-keluarga": "Banyak keluarga dari satu nomor"}
)
_HINTS: Mapping[str, str] = MappingProxyType(
    {"gelap": "gelap", "kecil": "terlalu kecil", "buram": "buram"}
)
_ABBREVIATIONS: Final = {"siak": "SIAK", "sla": "waktu layanan"}
_LONG_NUMBER: Final = 16
_MASK: Final = "******"
_READ: Final = "DataPribadiDibaca"


class Stated(NamedTuple):
    """One thing the applicant stated."""

    label: str
    value: str
    groups: tuple[str, ...] = ()
    """Of a long number: four digits each, so that it can be compared digit by digit."""


class Shown(NamedTuple):
    """One document that can be looked at."""

    sha256: str
    label: str
    note: str


class Told(NamedTuple):
    """The trail, newest first, with reads of personal data apart."""

    facts: tuple[TrailLine, ...]
    reads: tuple[TrailLine, ...]


def catalogue_of(case: CaseView) -> Catalogue:
    """The catalogue the case runs under."""
    return load_catalogue(case.catalogue_id or FIRST_CATALOGUE)


def stated(case: CaseView) -> tuple[Stated, ...]:
    """What the applicant said of himself and answered, in words."""
    return (*_applicant(case.applicant or {}), *_answers(catalogue_of(case), case.facts or {}))


def _applicant(applicant: Mapping[str, str | None]) -> Iterator[Stated]:
    for key, label in _APPLICANT.items():
        value = applicant.get(key)
        if value:
            yield Stated(label, value)


def _answers(catalogue: Catalogue, facts: Mapping[str, str]) -> Iterator[Stated]:
    known = {each.id: each for each in catalogue.questions}
    for key, value in facts.items():
        question = known.get(key)
        if question is None:
            yield Stated(key.replace("-", " ").capitalize(), value, _groups(value))
            continue
        said = question.label_of(value) if value else "dilewati"
        yield Stated(question.label or question.text, said, _groups(said))


def _groups(value: str) -> tuple[str, ...]:
    is_number = len(value) == _LONG_NUMBER and value.isdecimal()
    return tuple(value[at : at + 4] for at in range(0, _LONG_NUMBER, 4)) if is_number else ()


def is_masked(case: CaseView) -> bool:
    """A number stands there that the account may see whole, if it asks for it."""
    return any(_MASK in each.value for each in stated(case))


def flags(case: CaseView) -> tuple[str, ...]:
    """What to notice about the case."""
    return tuple(_FLAGS.get(each, each) for each in case.flags)


def documents(case: CaseView) -> tuple[Shown, ...]:
    """Every document of the case, as it is now: signed where it is signed, else the draft."""
    signed = {each.document_sha256: each for each in case.signed}
    lines = []
    for draft in case.drafts:
        label, now = DOCUMENTS.get(draft.kind, draft.kind), signed.get(draft.document_sha256)
        is_locked = draft.signed_by_siak is not None and draft.signed_by_siak.locked
        if now is None or is_locked:
            is_verified = draft.document_sha256 in case.verified_sha256
            note = "terverifikasi" if is_verified else "draft"
            lines.append(Shown(draft.draft_sha256, label, f"{note}, versi {draft.version}"))
        else:
            is_revoked = now.code in case.revoked
            note = "dicabut" if is_revoked else "bertanda tangan elektronik"
            lines.append(Shown(now.signed_sha256, label, note))
    return tuple(lines)


def papers_named(case: CaseView, names: Mapping[str, str]) -> dict[str, str]:
    """What each paper is called; several of one kind are counted."""
    titles = [names.get(each.item_id or "", "Belum dikenali") for each in case.papers]
    called: dict[str, str] = {}
    for at, (paper, title) in enumerate(zip(case.papers, titles, strict=True)):
        number = titles[: at + 1].count(title)
        called[paper.sha256] = f"{title} ({number})" if titles.count(title) > 1 else title
    return called


def spot_path(case: CaseView, spot: Spot) -> str | None:
    """The page that shows a place; None when its version is not the current one."""
    if any(each.sha256 == spot.sha256 for each in case.papers):
        kind = "berkas"
    elif any(each.sha256 == spot.sha256 for each in documents(case)):
        kind = "dokumen"
    else:
        return None
    place = urlencode(spot.model_dump(exclude={"sha256"}))
    return f"/permohonan/{case.case_id}/lembar/{kind}/{spot.sha256}?{place}#tanda"


def hints(paper: Paper) -> str:
    """What is hard to read on a paper, as the intake saw it."""
    return ", ".join(_HINTS.get(each, each) for each in paper.hints)


def titles(case: CaseView) -> dict[str, str]:
    """What each item is called where there is little room."""
    return {each.id: each.title for each in catalogue_of(case).items}


def message(about: Message) -> str:
    """What a message was about: ``BerkasTidakLengkap`` is *berkas tidak lengkap*."""
    return event(about.about_event or about.template_id or "pesan")


def event(name: str) -> str:
    """``BerkasTidakLengkap`` is *Berkas tidak lengkap*."""
    parts = re.findall(r"[A-Z][a-z]*|[a-z]+", name)
    spoken = " ".join(_ABBREVIATIONS.get(each.lower(), each.lower()) for each in parts)
    return spoken.capitalize() if spoken[:1].islower() else spoken


def delivery(status: str) -> str:
    """What became of a message."""
    return _MESSAGES.get(status, status)


def reasons(codes: tuple[str, ...]) -> str:
    """Reason codes in words."""
    return ", ".join(REASONS.get(code, code) for code in codes)


def current(case: CaseView, sla: Sla) -> StepTimes | None:
    """The times of the attempt that runs now."""
    running = [each for each in sla.steps if each.step == case.step and each.done_at is None]
    return running[-1] if running else None


def told(lines: tuple[TrailLine, ...]) -> Told:
    """The trail as the page tells it."""
    newest = tuple(reversed(lines))
    return Told(
        tuple(each for each in newest if each.event != _READ),
        tuple(each for each in newest if each.event == _READ),
    )


def shape(case: CaseView) -> str:
    """Names what the page shows of the case: another shape, and the page has to be read anew."""
    parts = (
        *(case.status, case.step, case.attempt, len(case.returns), len(case.signed)),
        *(each.sha256 for each in case.papers),
        *(each.draft_sha256 for each in case.drafts),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def glance(case: CaseView, sla: Sla, now: datetime) -> str:
    """Names what the task and its clock look like this minute."""
    minute = now.replace(second=0, microsecond=0)
    parts = (shape(case), case.taken_by, case.paused_for, sla.measured_at, minute)
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def asked_applicant(case: CaseView) -> bool:
    """Papers were asked of the applicant again, so that there is a letter about it."""
    return any(each.to_step == 0 and each.problems for each in case.returns)
