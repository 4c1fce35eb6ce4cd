"""A web page on which a person plays the resident: the phone, and papers to send."""

import html
import json
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from jamila_simulators.papers import photo_of_paper, scanned_pdf
from jamila_simulators.residents import Resident, couples
from jamila_simulators.settings import SimulatorSettings

_TEMPLATE: Final = Template(
    (Path(__file__).parent / "static" / "phone.html").read_text(encoding="utf-8")
)
_PLAYERS: Final = 12
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip

PAPERS: Final[dict[str, str]] = {
    "surat-lahir": "Surat keterangan lahir",
    "kartu-keluarga": "Kartu Keluarga",
    "buku-nikah": "Buku nikah",
    "ktp-ayah": "KTP-el ayah",
    "ktp-ibu": "KTP-el ibu",
    "formulir": "Formulir F-2.01",
}
"""Papers of a birth, as the page offers them."""


def phone_router(settings: SimulatorSettings) -> APIRouter:
    """The page itself and the sample papers it offers for sending."""
    router = APIRouter(tags=["page"])

    @router.get("/", response_class=HTMLResponse)
    def page() -> HTMLResponse:
        players = couples()[:_PLAYERS]
        text = _TEMPLATE.substitute(
            number=html.escape(settings.display_phone_number),
            options="\n".join(_option(index, wife) for index, (_, wife) in enumerate(players)),
            papers="\n".join(_paper_button(slug, label) for slug, label in PAPERS.items()),
            players=html.escape(json.dumps([_player(i, h, w) for i, (h, w) in enumerate(players)])),
        )
        return HTMLResponse(text, headers=_HEADERS)

    @router.get("/_sim/papers/{couple}/{paper}.{kind}", response_model=None)
    def sample_paper(couple: int, paper: str, kind: str) -> Response:
        pairs = couples()
        if paper not in PAPERS or kind not in {"jpg", "pdf"} or not 0 <= couple < len(pairs):
            raise HTTPException(404)
        title, lines = sample_text(paper, *pairs[couple])
        if kind == "pdf":
            return Response(scanned_pdf(title, lines), media_type="application/pdf")
        return Response(photo_of_paper(title, lines), media_type="image/jpeg")

    return router


def sample_text(paper: str, father: Resident, mother: Resident) -> tuple[str, list[str]]:
    """Title and lines of one paper of a birth in this family; ``paper`` is a key of ``PAPERS``."""
    child = f"NUR {father.name.split()[-1]}"
    parents = [f"Nama ayah: {father.name}", f"Nama ibu: {mother.name}"]
    match paper:
        case "surat-lahir":
            helper = f"Penolong: Bidan, Puskesmas {mother.place.district.title()}"
            lines = [f"Nama anak: {child}", "Tempat lahir: BALANGAN", *parents, helper]
            return "SURAT KETERANGAN KELAHIRAN", lines
        case "kartu-keluarga":
            head = [f"No. KK: {father.no_kk}", f"Kepala keluarga: {father.name}"]
            return "KARTU KELUARGA", [
                *head,
                f"NIK: {father.nik}",
                f"Istri: {mother.name}",
                f"NIK istri: {mother.nik}",
                f"Alamat: {father.place.address}",
            ]
        case "buku-nikah":
            wedding = father.marriage_date
            when = [] if wedding is None else [f"Tanggal nikah: {_spelled(wedding)}"]
            return "KUTIPAN AKTA NIKAH", [f"Suami: {father.name}", f"Istri: {mother.name}", *when]
        case "ktp-ayah" | "ktp-ibu":
            person = father if paper == "ktp-ayah" else mother
            born = f"{person.birth_place}, {_spelled(person.birth_date)}"
            lines = [f"NIK: {person.nik}", f"Nama: {person.name}", f"Tempat/Tgl lahir: {born}"]
            return "KARTU TANDA PENDUDUK", [*lines, f"Alamat: {person.place.address}"]
        case _:
            lines = [f"Nama bayi: {child}", f"No. KK: {father.no_kk}", *parents]
            return "FORMULIR F-2.01 PELAPORAN KELAHIRAN", [*lines, f"Pelapor: {mother.name}"]


def _spelled(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _player(index: int, husband: Resident, wife: Resident) -> dict[str, str]:
    # 62800 is no mobile prefix: no invented number can reach a living person.
    return {
        "phone": f"6280063110{index + 1:02d}",
        "name": wife.name.title(),
        "nik": wife.nik,
        "no_kk": wife.no_kk,
        "husband": husband.name.title(),
        "husband_nik": husband.nik,
        "village": wife.place.village.title(),
    }


def _option(index: int, wife: Resident) -> str:
    place = html.escape(wife.place.village.title())
    return f'<option value="{index}">{html.escape(wife.name.title())} ({place})</option>'


def _paper_button(slug: str, label: str) -> str:
    return (
        f"<li><span>{html.escape(label)}</span>"
        f'<button type="button" data-paper="{slug}" data-kind="jpg">Foto</button>'
        f'<button type="button" data-paper="{slug}" data-kind="pdf">PDF</button></li>'
    )
