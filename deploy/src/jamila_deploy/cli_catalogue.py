"""``jamila catalogue``: what the office asks of residents, checked, shown and compared.

Exit codes: 0 done, 1 the catalogue has faults (lint) or the two differ (diff), 2 not understood.
"""

import json
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from jamila_contracts.catalogue import (
    DEFAULT_CATALOGUE,
    Catalogue,
    Service,
    Topic,
    catalogue_ids,
    catalogue_reference,
    load_catalogue,
)
from jamila_contracts.catalogue.differences import conditions, differences
from jamila_contracts.catalogue.lint import lint as faults_of
from jamila_runtime.clock import SystemClock

_FAULTY: Final = 1
_UNUSABLE: Final = 2
_ORIGINALS: Final = {"show": "ditunjukkan", "take": "diserahkan", "none": "-"}
_DELIVERY: Final = {
    "full": "selesai lewat WhatsApp",
    "intake": "dokumen diambil di kantor",
    "visit": "pemohon harus datang",
}

catalogue = typer.Typer(help="Katalog layanan dan persyaratannya.", no_args_is_help=True)
CatalogueId = Annotated[str, typer.Option("--catalogue", help="Versi katalog")]
AsJson = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk program.")]
Facts = Annotated[
    list[str] | None, typer.Option("--fact", help="Fakta, misalnya: buku-nikah=tidak")
]


@catalogue.command("lint")
def lint(
    *, catalogue_id: Annotated[str, typer.Argument()] = DEFAULT_CATALOGUE, as_json: AsJson = False
) -> None:
    """Periksa katalog; kode keluar 1 bila ada yang salah."""
    found = faults_of(_load(catalogue_id))
    reference = catalogue_reference(catalogue_id)
    if as_json:
        _print_json({"id": reference.id, "digest": reference.digest, "faults": found})
    else:
        for line in found or [f"{reference.id}: tidak ada kesalahan (sha256 {reference.digest})"]:
            print(line)
    if found:
        raise typer.Exit(_FAULTY)


@catalogue.command("show")
def show(
    *,
    what: Annotated[str | None, typer.Argument(help="Topik atau layanan; kosong: semua")] = None,
    fact: Facts = None,
    catalogue_id: CatalogueId = DEFAULT_CATALOGUE,
    as_json: AsJson = False,
) -> None:
    """Tampilkan persyaratan satu permohonan, menurut faktanya."""
    shown = _load(catalogue_id)
    if what is None:
        _show_menu(shown, as_json=as_json)
        return
    facts = shown.with_derived(_facts(fact or []), SystemClock().now().date())
    topic = shown.topic(what)
    service = _service(shown, topic, what, facts)
    data = _case_data(shown, service, topic, facts)
    if as_json:
        _print_json(data)
    else:
        _print_case(data)


@catalogue.command("diff")
def diff(
    *,
    old: Annotated[str, typer.Argument(help="Versi lama")],
    new: Annotated[str, typer.Argument(help="Versi baru")] = DEFAULT_CATALOGUE,
    as_json: AsJson = False,
) -> None:
    """Bandingkan dua versi katalog; kode keluar 1 bila berbeda."""
    found = differences(_load(old), _load(new))
    if as_json:
        _print_json({"old": old, "new": new, "changes": found})
    else:
        for line in found or ["Tidak ada perbedaan."]:
            print(line)
    if found:
        raise typer.Exit(_FAULTY)


def _load(catalogue_id: str) -> Catalogue:
    if catalogue_id not in catalogue_ids():
        known = ", ".join(catalogue_ids())
        raise _unusable(f"katalog {catalogue_id} tidak ada; yang ada: {known}")
    return load_catalogue(catalogue_id)


def _facts(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if not all(name and equals for name, equals, _ in pairs):
        raise _unusable("fakta ditulis NAMA=NILAI")
    return {name: value for name, _, value in pairs}


def _service(shown: Catalogue, topic: Topic | None, what: str, facts: dict[str, str]) -> Service:
    outcome = topic.outcome(facts) if topic else None
    if outcome is not None and outcome.service is None:
        raise _unusable(outcome.advice or f"lihat topik {outcome.topic}")
    service_id = outcome.service if outcome and outcome.service else what
    if shown.service_label(service_id) is None:
        raise _unusable(f"tidak ada topik atau layanan {what}")
    return shown.service(service_id)


def _case_data(
    shown: Catalogue, service: Service, topic: Topic | None, facts: dict[str, str]
) -> dict[str, Any]:
    lines = [
        {
            "item": line.id,
            "label": " atau ".join(map(shown.label_of, (line.id, *line.instead))),
            "required": line.required,
            "when": conditions(line.when),
            "original": item.original if (item := shown.item(line.id)) else "show",
            "citation": shown.citations.get(line.citation or service.citation, ""),
            "local": line.local,
        }
        for line in service.checklist(facts)
    ]
    asks = topic.asks if topic else ()
    return {
        "service": service.id,
        "label": service.label,
        "delivery": service.delivery,
        "certainty": service.certainty,
        "documents": list(service.documents_for(facts)),
        "model_akta": service.model_for(facts),
        "late": service.is_late(facts, SystemClock().now().date()),
        "items": lines,
        "questions": [shown.question(ask.question).text for ask in asks],
    }


def _print_case(data: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table("Syarat", "Wajib", "Asli", "Dasar", title=f"{data['label']} ({data['service']})")
    for line in data["items"]:
        local = " (daerah)" if line["local"] else ""
        required = "ya" if line["required"] else "bila ada"
        citation = f"{line['citation'].partition(' tentang ')[0]}{local}"
        table.add_row(line["label"], required, _ORIGINALS[line["original"]], citation)
    console.print(table)
    console.print(f"Dokumen: {', '.join(data['documents'])}; {_DELIVERY[data['delivery']]}.")
    if data["model_akta"]:
        console.print(f"Model akta: {data['model_akta']}")
    for number, text in enumerate(data["questions"], start=1):
        console.print(f"{number}. {text}", soft_wrap=True)


def _show_menu(shown: Catalogue, *, as_json: bool) -> None:
    rows = [
        {"group": group.label, "topic": topic.id, "label": topic.label}
        for group in shown.groups
        for topic in group.topics
    ]
    if as_json:
        _print_json({"id": shown.id, "title": shown.title, "topics": rows})
        return
    table = Table("Kelompok", "Topik", "Sebutan", title=f"{shown.title} ({shown.id})")
    for row in rows:
        table.add_row(row["group"], row["topic"], row["label"])
    Console(highlight=False).print(table)


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))


def _unusable(reason: str) -> typer.Exit:
    typer.echo(f"GALAT: {reason}", err=True)
    return typer.Exit(_UNUSABLE)
