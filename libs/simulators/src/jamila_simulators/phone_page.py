"""A web page on which a person plays the resident: the phone, and papers to send."""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from jamila_simulators.papers import photo_of_paper, scanned_pdf, spoiled
from jamila_simulators.residents import Resident, couples
from jamila_simulators.sample_papers import GROUPS, PAPERS, sample_text
from jamila_simulators.settings import SimulatorSettings

_TEMPLATE: Final = Template(
    (Path(__file__).parent / "static" / "phone.html").read_text(encoding="utf-8")
)
_PLAYERS: Final = 12
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
Flaw = Literal["gelap", "buram", "kecil"]
"""What may be wrong with a photo: too dark, blurred, too small."""


def phone_router(settings: SimulatorSettings) -> APIRouter:
    """The page itself and the sample papers it offers for sending."""
    router = APIRouter(tags=["page"])

    @router.get("/", response_class=HTMLResponse)
    def page() -> HTMLResponse:
        players = couples()[:_PLAYERS]
        text = _TEMPLATE.substitute(
            number=html.escape(settings.display_phone_number),
            papers="\n".join(_paper_group(*group) for group in GROUPS.items()).replace(
                "<details>", "<details open>", 1
            ),
            players=html.escape(json.dumps([_player(i, h, w) for i, (h, w) in enumerate(players)])),
        )
        return HTMLResponse(text, headers=_HEADERS)

    @router.get("/_sim/papers/{couple}/{paper}.{kind}", response_model=None)
    def sample_paper(couple: int, paper: str, kind: str, flaw: Flaw | None = None) -> Response:
        pairs = couples()
        if paper not in PAPERS or kind not in {"jpg", "pdf"} or not 0 <= couple < len(pairs):
            raise HTTPException(404)
        title, lines = sample_text(paper, *pairs[couple])
        if kind == "pdf":
            return Response(scanned_pdf(title, lines), media_type="application/pdf")
        photo = photo_of_paper(title, lines)
        return Response(spoiled(photo, flaw) if flaw else photo, media_type="image/jpeg")

    return router


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


def _paper_group(title: str, papers: Mapping[str, str]) -> str:
    buttons = "\n".join(_paper_button(slug, label) for slug, label in papers.items())
    return (
        f"<details><summary>{html.escape(title)}</summary>"
        f'<ul class="papers">{buttons}</ul></details>'
    )


def _paper_button(slug: str, label: str) -> str:
    return (
        f"<li><span>{html.escape(label)}</span>"
        f'<button type="button" data-paper="{slug}" data-kind="jpg" '
        f'aria-label="Foto: {html.escape(label)}">Foto</button>'
        f'<button type="button" data-paper="{slug}" data-kind="pdf" '
        f'aria-label="PDF: {html.escape(label)}">PDF</button></li>'
    )
