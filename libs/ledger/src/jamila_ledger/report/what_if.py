"""What would have been with another SOP or calendar: two reports over one history. Pure."""

from jamila_contracts.model import Fact
from jamila_ledger.report.build import Row, SlaReport


class Difference(Fact):
    """One row by today's rules and by the others."""

    scope: str
    label: str
    n: int
    on_time_before: float | None
    on_time_after: float | None
    p95_before: float | None
    p95_after: float | None
    budget_before: int
    budget_after: int

    @property
    def on_time_change(self) -> float | None:
        """In percentage points; positive is better."""
        if self.on_time_before is None or self.on_time_after is None:
            return None
        return round((self.on_time_after - self.on_time_before) * 100, 2)


class WhatIf(Fact):
    """The difference another SOP or calendar would have made."""

    before: SlaReport
    after: SlaReport
    differences: tuple[Difference, ...]


def compare(before: SlaReport, after: SlaReport) -> WhatIf:
    """Put two reports over the same history side by side, row by row."""
    others = {_place(row): row for row in after.rows}
    differences = tuple(
        _difference(row, others[_place(row)]) for row in before.rows if _place(row) in others
    )
    return WhatIf(before=before, after=after, differences=differences)


def _place(row: Row) -> tuple[str, str, int]:
    return row.scope, row.key, row.step


def _difference(row: Row, other: Row) -> Difference:
    return Difference(
        scope=row.scope,
        label=row.label,
        n=row.n,
        on_time_before=row.on_time_rate,
        on_time_after=other.on_time_rate,
        p95_before=row.p95,
        p95_after=other.p95,
        budget_before=row.budget,
        budget_after=other.budget,
    )
