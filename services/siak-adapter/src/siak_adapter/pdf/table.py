"""A ruled table with numbered columns and optional column groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from siak_adapter.pdf.fitting import Fitted, Room, fit
from siak_adapter.pdf.sheet import INK, Align, Sheet, Style
from siak_adapter.pdf.typefaces import Face

_HEAD_HEIGHT: Final = 24
_NUMBER_HEIGHT: Final = 8
_ROW_HEIGHT: Final = 13.4
_PADDING: Final = 2.5
_HEAD_SHADE: Final = 0.93
_CELL: Final = Style(Face.SANS, 7)
_SMALLEST_CELL: Final = 3.25


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``width`` in points, ``group`` is the heading it shares with its neighbours."""

    heading: str
    width: float
    align: Align = Align.LEFT
    group: str = ""


def draw_table(
    sheet: Sheet,
    columns: Sequence[Column],
    *,
    rows: Sequence[Sequence[str]],
    origin: tuple[float, float],
    first_label: int,
) -> float:
    """Draw a table downwards from its upper left corner.

    Args:
        sheet: The document.
        columns: The first one holds the line number and gets no column label.
        rows: One text per column.
        origin: Upper left corner.
        first_label: Number under the heading of the second column; the next ones count on.

    Returns:
        y of the lower edge.
    """
    left, top = origin
    edges = _edges(columns, left)
    body = top - _HEAD_HEIGHT - _NUMBER_HEIGHT
    bottom = body - len(rows) * _ROW_HEIGHT
    _shade_head(sheet, edges, top=top)
    _draw_grid(sheet, columns, edges=edges, levels=(top, body, bottom))
    for index, column in enumerate(columns):
        _draw_heading(sheet, column, x=edges[index], top=top)
        label = f"({first_label + index - 1})" if index else ""
        middle = edges[index] + column.width / 2
        style = Style(Face.SANS, 5.5, align=Align.CENTRE)
        sheet.text(label, middle, y=body + 2.2, style=style)
    for number, row in enumerate(rows):
        for column, x, text in zip(columns, edges, row, strict=False):
            _draw_cell(sheet, column, text=text, x=x, top=body - number * _ROW_HEIGHT)
    return bottom


def _edges(columns: Sequence[Column], left: float) -> list[float]:
    edges = [left]
    for column in columns:
        edges.append(edges[-1] + column.width)
    return edges


def _shade_head(sheet: Sheet, edges: Sequence[float], *, top: float) -> None:
    sheet.canvas.setFillGray(_HEAD_SHADE)
    height = _HEAD_HEIGHT + _NUMBER_HEIGHT
    sheet.canvas.rect(edges[0], top - height, edges[-1] - edges[0], height, stroke=0, fill=1)


def _draw_grid(
    sheet: Sheet,
    columns: Sequence[Column],
    *,
    edges: Sequence[float],
    levels: tuple[float, float, float],
) -> None:
    top, body, bottom = levels
    path = sheet.canvas.beginPath()
    count = round((body - bottom) / _ROW_HEIGHT)
    horizontals = [top, body + _NUMBER_HEIGHT, *(body - n * _ROW_HEIGHT for n in range(count + 1))]
    for y in horizontals:
        path.moveTo(edges[0], y)
        path.lineTo(edges[-1], y)
    for index, x in enumerate(edges):
        inside_group = (
            0 < index < len(columns)
            and columns[index].group
            and columns[index].group == columns[index - 1].group
        )
        path.moveTo(x, top - _HEAD_HEIGHT / 2 if inside_group else top)
        path.lineTo(x, bottom)
    sheet.canvas.setLineWidth(0.45)
    sheet.canvas.setStrokeColorRGB(*INK)
    sheet.canvas.drawPath(path, stroke=1, fill=0)
    _draw_groups(sheet, columns, edges=edges, top=top)


def _draw_groups(
    sheet: Sheet, columns: Sequence[Column], *, edges: Sequence[float], top: float
) -> None:
    middle = top - _HEAD_HEIGHT / 2
    for name, run in groupby(range(len(columns)), key=lambda index: columns[index].group):
        indices = list(run)
        if not name:
            continue
        left, right = edges[indices[0]], edges[indices[-1] + 1]
        sheet.rule(left, right, y=middle, width=0.45)
        style = Style(Face.SANS_BOLD, 6.5, align=Align.CENTRE)
        sheet.text(name, (left + right) / 2, y=middle + 3.6, style=style)


def _draw_heading(sheet: Sheet, column: Column, *, x: float, top: float) -> None:
    height = _HEAD_HEIGHT / 2 if column.group else _HEAD_HEIGHT
    room = Room(column.width - 2 * _PADDING, 1 if column.group else 3, size=6.5, min_size=5)
    fitted = fit(column.heading, Face.SANS_BOLD, room=room)
    style = Style(Face.SANS_BOLD, fitted.size, align=Align.CENTRE)
    upper = top - (_HEAD_HEIGHT - height)
    y = _first_baseline(fitted, middle=upper - height / 2)
    sheet.lines(fitted, x + column.width / 2, y=y, style=style)


def _draw_cell(sheet: Sheet, column: Column, *, text: str, x: float, top: float) -> None:
    room = Room(column.width - 2 * _PADDING, 2, size=_CELL.size, min_size=_SMALLEST_CELL)
    fitted = fit(text, _CELL.face, room=room)
    centred = column.align is Align.CENTRE or text == "-"
    style = Style(_CELL.face, fitted.size, align=Align.CENTRE if centred else Align.LEFT)
    start = x + column.width / 2 if centred else x + _PADDING
    sheet.lines(fitted, start, y=_first_baseline(fitted, middle=top - _ROW_HEIGHT / 2), style=style)


def _first_baseline(fitted: Fitted, *, middle: float) -> float:
    """Place lines so that their block is centred on ``middle``; 0.72 is the height of capitals."""
    block = fitted.size * (0.72 + 1.18 * (len(fitted.lines) - 1))
    return middle + block / 2 - fitted.size * 0.72
