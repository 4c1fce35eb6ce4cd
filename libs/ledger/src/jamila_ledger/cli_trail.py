"""How a trail is drawn on a terminal: by ``jamila case`` and by ``jamila demo`` alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jamila_contracts.events import DataPribadiDibaca
from jamila_ledger.recorded import Recorded
from jamila_ledger.trail import WITA, TrailLine, who, wita, word
from jamila_ledger.wording import DOORS, READS, REASONS

_READ: Final = DataPribadiDibaca.__name__


def print_trail(
    lines: Sequence[TrailLine], *, title: str = "Jejak permohonan", count_reads: bool = False
) -> None:
    """Draw a trail for a terminal of 80 columns: the day once, one wide column for the sentence.

    Args:
        lines: In the order of the ledger.
        title: Stands above.
        count_reads: Say how often personal data was read instead of telling each time.
    """
    console = Console(highlight=False)
    table = Table("No.", "Jam", "Peristiwa", box=box.SIMPLE_HEAD, pad_edge=False)
    told = [line for line in lines if not (count_reads and line.event == _READ)]
    day = ""
    for line in told:
        moment = line.occurred_at.astimezone(WITA)
        if f"{moment:%d-%m-%Y}" != day:
            day = f"{moment:%d-%m-%Y}"
            table.add_row("", "", f"[italic]{day}, WITA[/]")
        what = f"[bold]{line.event}[/]\n{escape(line.sentence)}"
        table.add_row(str(line.case_position), f"{moment:%H:%M:%S}{_late(line)}", what)
    console.print(f"\n[bold]{title}[/]")
    console.print(table)
    if count_reads:
        number = len(lines) - len(told)
        console.print(f"Data pribadi dibuka {number} kali; siapa dan apa: jamila case reads")


def print_reads(facts: Sequence[Recorded]) -> None:
    """Who was shown what: the history of access that the person may ask for."""
    console = Console(highlight=False)
    table = Table("Waktu", "Siapa", "Apa", "Melalui", "Alasan", box=box.SIMPLE_HEAD, pad_edge=False)
    for fact in facts:
        event = fact.event
        if not isinstance(event, DataPribadiDibaca):
            continue
        item = f" {event.item[:12]}" if event.item else ""
        why = word(REASONS, event.reason_code) if event.reason_code else "-"
        table.add_row(
            wita(fact.meta.occurred_at),
            escape(who(fact.meta.actor)),
            f"{word(READS, event.what)}{item}",
            word(DOORS, event.via),
            escape(why),
        )
    console.print("\n[bold]Riwayat akses data pribadi[/]")
    console.print(table if facts else "Belum pernah dibuka.")


def _late(line: TrailLine) -> str:
    """When the ledger recorded it, if that is another second than when it happened."""
    recorded = line.recorded_at.astimezone(WITA)
    if _second(recorded) == _second(line.occurred_at.astimezone(WITA)):
        return ""
    same_day = recorded.date() == line.occurred_at.astimezone(WITA).date()
    form = "%H:%M:%S" if same_day else "%d-%m %H:%M:%S"
    return f"\n[dim]dicatat {recorded.strftime(form)}[/]"


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
