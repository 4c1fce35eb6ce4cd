"""A ruled table with numbered columns and optional column groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from jamila_pdf.fitting import Fitted, Room, fit
from jamila_pdf.sheet import LEADING, Align, Sheet, Style
from jamila_pdf.typefaces import Face

_NUMBER_HEIGHT: Final = 8
_PADDING: Final = 2.5
_LINE: Final = 0.45
_NOTHING: Final = "-"
_HALF_CAPITAL: Final = 0.36
_HEAD_SHADE: Final = (0.93, 0.93, 0.93)


@dataclass(frozen=True, slots=True)
class Look:
    """Heights of head and rows, and the sizes a cell may take, in points."""

    head: float = 24
    row: float = 13.4
    size: float = 7
    smallest: float = 3.25
    lines: int = 2
    first_label: int | None = None
    """Number under the heading of the second column; the next ones count on. None: no numbers."""
    struck_from: int | None = None
    """Index of the first row that is only struck out; a screen reader skips them."""


USUAL: Final = Look()


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
    look: Look = USUAL,
) -> float:
    """Draw a table downwards from its upper left corner.

    Args:
        sheet: The document.
        columns: The first one holds the line number and gets no column label.
        rows: One text per column.
        origin: Upper left corner.
        look: Heights, sizes, numbers of columns, and rows that are only struck out.

    Returns:
        y of the lower edge.
    """
    left, top = origin
    edges = _edges(columns, left)
    labels = _NUMBER_HEIGHT if look.first_label is not None else 0
    body = top - look.head - labels
    bottom = body - len(rows) * look.row
    sheet.fill((edges[0], body, edges[-1], top), _HEAD_SHADE)
    horizontals = [top, body + labels, *(body - n * look.row for n in range(len(rows) + 1))]
    sheet.grid(_grid(columns, edges, horizontals=horizontals, head=look.head), width=_LINE)
    with sheet.group("Table"):
        _draw_head(sheet, columns, edges=edges, top=top, look=look)
        if look.first_label is not None:
            _draw_labels(sheet, columns, edges=edges, y=body + 2.2, first=look.first_label)
        cells = _Cells(sheet, columns, edges, look)
        for number, row in enumerate(rows):
            struck = look.struck_from is not None and number >= look.struck_from
            draw = cells.strike if struck else cells.draw
            draw(row, middle=body - (number + 0.5) * look.row)
    return bottom


def _edges(columns: Sequence[Column], left: float) -> list[float]:
    edges = [left]
    for column in columns:
        edges.append(edges[-1] + column.width)
    return edges


def _grid(
    columns: Sequence[Column], edges: Sequence[float], *, horizontals: Sequence[float], head: float
) -> list[tuple[float, float, float, float]]:
    top, bottom = horizontals[0], horizontals[-1]
    lines = [(edges[0], y, edges[-1], y) for y in horizontals]
    for index, x in enumerate(edges):
        inside_group = (
            0 < index < len(columns)
            and columns[index].group
            and columns[index].group == columns[index - 1].group
        )
        lines.append((x, top - head / 2 if inside_group else top, x, bottom))
    return lines


def _draw_head(
    sheet: Sheet, columns: Sequence[Column], *, edges: Sequence[float], top: float, look: Look
) -> None:
    with sheet.group("TR"):
        for column, x in zip(columns, edges, strict=False):
            with sheet.tag("TH"):
                _draw_heading(sheet, column, x=x, top=top, look=look)
    _draw_groups(sheet, columns, edges=edges, top=top, head=look.head)


def _draw_labels(
    sheet: Sheet, columns: Sequence[Column], *, edges: Sequence[float], y: float, first: int
) -> None:
    """Number the columns, as the form does; decoration for whoever cannot see it."""
    style = Style(Face.SANS, 5.5, align=Align.CENTRE)
    for index in range(1, len(columns)):
        middle = (edges[index] + edges[index + 1]) / 2
        sheet.text(f"({first + index - 1})", middle, y=y, style=style)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Draws the cells of one row after another."""

    sheet: Sheet
    columns: Sequence[Column]
    edges: Sequence[float]
    look: Look

    def draw(self, row: Sequence[str], *, middle: float) -> None:
        """A row that a screen reader reads cell by cell."""
        with self.sheet.group("TR"):
            for column, x, text in zip(self.columns, self.edges, row, strict=False):
                with self.sheet.tag("TD"):
                    self._cell(column, text=text, x=x, middle=middle)

    def strike(self, row: Sequence[str], *, middle: float) -> None:
        """A row without content, only there so that nothing can be added by hand."""
        for column, x, text in zip(self.columns, self.edges, row, strict=False):
            self._cell(column, text=text, x=x, middle=middle)

    def _cell(self, column: Column, *, text: str, x: float, middle: float) -> None:
        if not text:
            return
        look = self.look
        if text == _NOTHING:
            # Most cells of a small family: they need no fitting.
            dash = Style(Face.SANS, look.size, align=Align.CENTRE)
            y = middle - look.size * _HALF_CAPITAL
            self.sheet.text(text, x + column.width / 2, y=y, style=dash)
            return
        width = column.width - 2 * _PADDING
        room = Room(width, look.lines, size=look.size, min_size=look.smallest)
        fitted = fit(text, Face.SANS, room=room)
        centred = column.align is Align.CENTRE
        style = Style(Face.SANS, fitted.size, align=Align.CENTRE if centred else Align.LEFT)
        start = x + column.width / 2 if centred else x + _PADDING
        self.sheet.lines(fitted, start, y=first_baseline(fitted, middle=middle), style=style)


def _draw_groups(
    sheet: Sheet, columns: Sequence[Column], *, edges: Sequence[float], top: float, head: float
) -> None:
    middle = top - head / 2
    for name, run in groupby(range(len(columns)), key=lambda index: columns[index].group):
        indices = list(run)
        if not name:
            continue
        left, right = edges[indices[0]], edges[indices[-1] + 1]
        sheet.rule(left, right, y=middle, width=0.45)
        style = Style(Face.SANS_BOLD, 6.5, align=Align.CENTRE)
        sheet.text(name, (left + right) / 2, y=middle + 3.6, style=style)


def _draw_heading(sheet: Sheet, column: Column, *, x: float, top: float, look: Look) -> None:
    height = look.head / 2 if column.group else look.head
    lines = 1 if column.group else 3
    room = Room(column.width - 2 * _PADDING, lines, size=look.size - 0.5, min_size=4.5)
    fitted = fit(column.heading, Face.SANS_BOLD, room=room)
    style = Style(Face.SANS_BOLD, fitted.size, align=Align.CENTRE)
    middle = top - look.head + height / 2
    sheet.lines(fitted, x + column.width / 2, y=first_baseline(fitted, middle=middle), style=style)


def first_baseline(fitted: Fitted, *, middle: float) -> float:
    """Place lines so that their block is centred on ``middle``; 0.72 is the height of capitals."""
    block = fitted.size * (0.72 + LEADING * (len(fitted.lines) - 1))
    return middle + block / 2 - fitted.size * 0.72
