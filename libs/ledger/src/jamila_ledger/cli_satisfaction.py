"""``jamila skm``: what applicants said about the service, by month, from the ledger alone."""

from typing import Final

import typer
from rich.console import Console

from jamila_contracts.events import Diserahkan, SurveiDijawab
from jamila_ledger.cli_open import AsJson, Url, opened_ledger, print_json
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.satisfaction import LABELS, SCORES, SatisfactionMonth, months_of
from jamila_ledger.store import LedgerStore
from jamila_ledger.terminal import plain_table

_SOURCES: Final = (("intake", SurveiDijawab.__name__), ("printing", Diserahkan.__name__))
_HEADS: Final = ("bulan", "unsur", "jawaban", "diserahkan", "1", "2", "3", "4", "IKM", "mutu")

skm = typer.Typer(help="Survei kepuasan masyarakat, dari buku besar saja.", no_args_is_help=True)


@skm.callback()
def _group() -> None:
    """Keep the name of the one command."""


@skm.command("report")
def report(*, url: Url = None, as_json: AsJson = False) -> None:
    """Nilai kepuasan tiap bulan menurut PermenPANRB 14/2017."""
    with opened_ledger(url) as (store, _):
        months = months_of(_facts(store))
    if as_json:
        print_json([month.model_dump() for month in months])
        return
    if not months:
        typer.echo("Belum ada jawaban survei.")
        return
    table = plain_table(*_HEADS)
    for month in months:
        table.add_row(*_row(month))
    Console().print(table)


def _facts(store: LedgerStore) -> list[Recorded]:
    until = store.head().position
    return [
        fact
        for source, kind in _SOURCES
        for fact in recorded(store.read_source(source, [kind], until=until))
    ]


def _row(month: SatisfactionMonth) -> list[str]:
    return [
        month.month,
        month.item,
        str(month.answers),
        str(month.handed_over),
        *(str(month.by_score[score]) for score in SCORES),
        f"{month.index:.2f}",
        f"{month.letter} ({LABELS[month.letter]})",
    ]
