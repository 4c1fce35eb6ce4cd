"""Charts as SVG made here: no script, no inline style; every chart stands beside its table. Pure.

Shapes carry classes, so that colours follow the day, the night and the paper. Rows of a table get
bars that stretch (``bar``); a run of periods gets columns (``columns``) with their own labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from markupsafe import escape

_WIDE: Final = 100
_HIGH: Final = 12


@dataclass(frozen=True)
class Part:
    """A piece of a bar."""

    kind: str
    """A class: ``tunggu``, ``kerja``, ``baik`` or ``sisa``."""
    value: float


@dataclass(frozen=True)
class Column:
    """One period of a run."""

    label: str
    """Short: stands below it."""
    height: float | None
    """Between 0 and 1; None: nothing was counted."""
    note: str
    """What a pointer shows."""


def bar(parts: Sequence[Part], *, whole: float, limit: float | None = None) -> str:
    """A bar that fills its cell; decoration beside the numbers, so nothing reads it aloud.

    Args:
        parts: One after the other.
        whole: What the whole width stands for.
        limit: Where a line marks what is allowed.
    """
    scale = _WIDE / whole if whole > 0 else 0.0
    drawn, at = [], 0.0
    for part in parts:
        width = min(part.value * scale, _WIDE - at)
        if width > 0:
            drawn.append(_rect(part.kind, at, 1, width, _HIGH - 2))
            at += width
    if limit is not None:
        drawn.append(_rect("batas", min(limit * scale, _WIDE - 1), 0, 0.8, _HIGH))
    return (
        f'<svg class="bar" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(drawn)}</svg>'
    )


_FIELD: Final = (360.0, 150.0)
_TOP: Final = 14.0
_FLOOR: Final = 126.0
_LEFT: Final = 34.0
_RIGHT: Final = 348.0
"""Half of the last label lies beyond its column."""
_MOST_LABELS: Final = 7
"""More would run into each other."""


def columns(run: Sequence[Column], *, label: str, goal: float | None = None) -> str:
    """Columns of rates between 0 and 100 %, the newest at the right.

    Args:
        run: The periods, the oldest first.
        label: What the chart shows, in one sentence; the numbers stand in a table.
        goal: A rate that is marked by a line.
    """
    width, height = _FIELD
    step = (_RIGHT - _LEFT) / max(len(run), 1)
    drawn = [_grid(rate, width) for rate in (0.0, 0.5, 1.0)]
    every = ceil(len(run) / _MOST_LABELS)
    for at, each in enumerate(run):
        drawn.append(_column(each, _LEFT + step * at, step))
        # Counted from the newest, which always has its label.
        if (len(run) - 1 - at) % every == 0:
            drawn.append(_below(each.label, _LEFT + step * (at + 0.5)))
    if goal is not None:
        drawn.append(_rect("batas", _LEFT, _level(goal) - 0.6, width - _LEFT, 1.2))
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    )


def _grid(rate: float, width: float) -> str:
    level = _level(rate)
    return (
        f'<line class="garis" x1="{_LEFT:g}" x2="{width:g}" y1="{level:g}" y2="{level:g}"/>'
        f'<text class="ukur" x="{_LEFT - 4:g}" y="{level + 4:g}" text-anchor="end">'
        f"{rate:.0%}</text>"
    )


def _column(each: Column, left: float, step: float) -> str:
    if each.height is None:
        return ""
    top = _level(each.height)
    shape = _rect("baik", left + step * 0.15, top, step * 0.7, max(_FLOOR - top, 1.0))
    return f"<g><title>{escape(each.note)}</title>{shape}</g>"


def _below(label: str, middle: float) -> str:
    return (
        f'<text class="ukur" x="{middle:.1f}" y="{_FLOOR + 15:g}" text-anchor="middle">'
        f"{escape(label)}</text>"
    )


def _level(rate: float) -> float:
    return _FLOOR - (_FLOOR - _TOP) * rate


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"/>'
    )
