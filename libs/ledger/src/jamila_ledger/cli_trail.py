"""How a trail is drawn on a terminal: by ``jamila case`` and by ``jamila demo`` alike."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Column

from jamila_contracts.events import DataPribadiDibaca
from jamila_ledger.recorded import Recorded
from jamila_ledger.terminal import plain_table
from jamila_ledger.trail import WITA, TrailLine, what_was_read, who, word
from jamila_ledger.wording import DOORS, REASONS

_READ: Final = DataPribadiDibaca.__name__
_NOTICEABLE: Final = timedelta(seconds=1)


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
    table = plain_table("No.", "Jam", "Peristiwa")
    told = [line for line in lines if not (count_reads and line.event == _READ)]
    day = ""
    for line in told:
        moment = line.occurred_at.astimezone(WITA)
        if f"{moment:%d-%m-%Y}" != day:
            day = f"{moment:%d-%m-%Y}"
            table.add_row("", "", f"[italic]{day}, WITA[/]")
        what = f"[bold]{line.event}[/]{_late(line)}\n{escape(line.sentence)}"
        table.add_row(str(line.case_position), f"{moment:%H:%M:%S}", what)
    console.print(f"\n[bold]{title}[/]")
    console.print(table)
    if count_reads:
        number = len(lines) - len(told)
        console.print(f"Data pribadi dibuka {number} kali; siapa dan apa: jamila case reads")


def print_reads(facts: Sequence[Recorded]) -> None:
    """Who was shown what: the history of access that the person may ask for."""
    console = Console(highlight=False)
    table = plain_table(Column("Waktu (WITA)", no_wrap=True), "Siapa", "Apa", "Melalui", "Alasan")
    for fact in facts:
        event = fact.event
        if not isinstance(event, DataPribadiDibaca):
            continue
        why = word(REASONS, event.reason_code) if event.reason_code else "-"
        table.add_row(
            f"{fact.meta.occurred_at.astimezone(WITA):%d-%m-%Y %H:%M:%S}",
            escape(who(fact.meta.actor)),
            what_was_read(event),
            word(DOORS, event.via),
            escape(why),
        )
    console.print("\n[bold]Riwayat akses data pribadi[/]")
    console.print(table if facts else "Belum pernah dibuka.")


def _late(line: TrailLine) -> str:
    """When the ledger recorded it, if that was noticeably later than it happened."""
    if line.recorded_at - line.occurred_at < _NOTICEABLE:
        return ""
    happened, recorded = (at.astimezone(WITA) for at in (line.occurred_at, line.recorded_at))
    form = "%H:%M:%S" if recorded.date() == happened.date() else "%d-%m %H:%M:%S"
    return f" [dim]dicatat {recorded.strftime(form)}[/]"
