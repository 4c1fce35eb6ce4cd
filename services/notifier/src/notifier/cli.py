"""``jamila templates``: read and check what residents are told."""

from typing import Annotated

import typer

from jamila_contracts.events import EVENTS
from jamila_contracts.sop import load_sop
from notifier.lint import faults
from notifier.templates import CURRENT, TemplateGapError, read_templates

templates = typer.Typer(help="Pesan kepada pemohon: periksa dan baca.", no_args_is_help=True)
Version = Annotated[str, typer.Option("--version", help="Versi berkas templat")]


@templates.command("lint")
def lint(version: Version = CURRENT) -> None:
    """Periksa kelengkapan dan batas WhatsApp; keluar 1 bila ada yang salah."""
    book = read_templates(version)
    found = faults(book)
    try:
        book.check_complete(EVENTS, load_sop())
    except TemplateGapError as gap:
        found.append(str(gap))
    for fault in found:
        typer.echo(fault, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo(f"{book.id}: {len(book.templates)} templat, {len(book.silent)} peristiwa diam.")


@templates.command("show")
def show(
    template_id: Annotated[str | None, typer.Argument(help="Satu templat saja")] = None,
    *,
    version: Version = CURRENT,
) -> None:
    """Tampilkan isi templat, juga yang harus disetujui WhatsApp."""
    book = read_templates(version)
    chosen = [each for each in book.templates if template_id in (None, each.id)]
    if not chosen:
        typer.echo(f"Tidak ada templat {template_id}.", err=True)
        raise typer.Exit(2)
    for each in chosen:
        about = f"{each.about_event}{f' ({each.variant})' if each.variant else ''}"
        typer.echo(f"== {each.id} v{each.version}, tentang {about}, pemilik {each.owner}")
        typer.echo(each.text)
        if each.utility:
            typer.echo(f"-- di luar 24 jam, templat {each.utility.name}: {each.utility.body}")
        typer.echo("")
