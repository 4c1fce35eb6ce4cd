"""The report for the head of the office: one PDF with figures and charts.

The same report gives the same bytes: nothing in the file depends on when it was rendered.
"""

import io
from collections.abc import Callable, Sequence
from math import floor, log10
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from jamila_ledger.report.build import Row, SlaReport
from jamila_ledger.report.text import NOTE, TITLES, anchor_lines, cells, percent
from jamila_ledger.trail import wita

_GREEN: Final = colors.HexColor("#2e7d32")
_RED: Final = colors.HexColor("#c62828")
_BLUE: Final = colors.HexColor("#1565c0")
_AMBER: Final = colors.HexColor("#f9a825")
_GREY: Final = colors.HexColor("#9e9e9e")
_HEADS: Final = (
    *("", "Jumlah", "Tepat", "Benar I", "p50", "p90", "p95", "p99"),
    *("Menunggu", "Dikerjakan", "Jeda", "Batas"),
)
_WIDTHS: Final = (70, *([17] * 11))
_CHART: Final = (255 * mm, 62 * mm)
_Series = tuple[str, Any, Sequence[float]]
"""Name, colour, one value per bar."""
_WIDEST_BAR: Final = 12 * mm
_MARKS: Final = 6
"""Numbers on an axis, about."""
_MOST_DAYS: Final = 62
"""More bars cannot be read; the newest days are shown."""


def render_pdf(report: SlaReport) -> bytes:
    """Render a report on A4, landscape."""
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=landscape(A4),
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=15 * mm,
        bottomMargin=15 * mm,
        title=f"Laporan SLA {report.first} sampai {report.last}",
        author="Dik Jamila Me-WA",
        invariant=1,
    )
    document.build(_story(report))
    return target.getvalue()


def _story(report: SlaReport) -> list[Flowable]:
    styles = getSampleStyleSheet()
    head = f"Laporan SLA {report.first:%d-%m-%Y} sampai {report.last:%d-%m-%Y}"
    made = f"Dibuat {wita(report.made_at)}; {report.sop_id}; {report.calendar}."
    story: list[Flowable] = [
        Paragraph(head, styles["Title"]),
        Paragraph(f"{made} {NOTE}", styles["Normal"]),
        Spacer(1, 4 * mm),
    ]
    if not report.rows:
        nothing = Paragraph("Tidak ada yang selesai pada rentang ini.", styles["Normal"])
        return [*story, nothing, *_anchor(report, styles)]
    story.append(Paragraph(_summary(report), styles["Normal"]))
    for title, chart in _charts(report):
        story += [Paragraph(title, styles["Heading3"]), chart]
    for scope, title in TITLES.items():
        rows = report.of(scope)
        if rows:
            story += [Paragraph(title, styles["Heading2"]), _table(rows)]
    return [*story, *_anchor(report, styles)]


def _anchor(report: SlaReport, styles: Any) -> list[Flowable]:
    """The signed checkpoint, in small print under everything."""
    small = ParagraphStyle("anchor", parent=styles["Normal"], fontSize=7, leading=9)
    lines = "<br/>".join(escape(line) for line in anchor_lines(report))
    return [Spacer(1, 6 * mm), Paragraph(lines, small)]


def _summary(report: SlaReport) -> str:
    whole = report.of("kantor")
    if not whole:
        return "Belum ada permohonan yang selesai seluruhnya pada rentang ini."
    row = whole[0]
    return (
        f"<b>{row.n}</b> permohonan selesai; <b>{percent(row.on_time_rate)}</b> dalam batas "
        f"{row.budget // 60} menit kerja; <b>{percent(row.first_time_right_rate)}</b> "
        "tanpa satu pun pengembalian."
    )


def _charts(report: SlaReport) -> list[tuple[str, Drawing]]:
    steps = report.of("langkah")
    charts: list[tuple[str, Drawing]] = []
    series: tuple[_Series, ...]
    if report.days:
        days = report.days[-_MOST_DAYS:]
        done = [round(day.n * (day.on_time_rate or 0)) for day in days]
        late = [day.n - good for day, good in zip(days, done, strict=True)]
        series = (("tepat waktu", _GREEN, done), ("terlambat", _RED, late))
        names = [f"{day.day:%d-%m}" for day in days]
        charts.append(("Permohonan selesai per hari", _bars(VerticalBarChart, names, series)))
    if steps:
        names = [f"{row.step}" for row in steps]
        waits = [row.waiting_mean / 60 for row in steps]
        hands = [row.handling_mean / 60 for row in steps]
        series = (("menunggu", _AMBER, waits), ("dikerjakan", _BLUE, hands))
        chart = _bars(VerticalBarChart, names, series)
        charts.append(("Menit kerja rata-rata per langkah", chart))
        rates = [(row.on_time_rate or 0) * 100 for row in steps]
        rest = [100 - rate for rate in rates]
        series = (("tepat waktu", _GREEN, rates), ("terlambat", _GREY, rest))
        labels = [row.label for row in steps]
        charts.append(
            ("Tepat waktu per langkah, persen", _bars(HorizontalBarChart, labels, series))
        )
    return charts


def _bars(kind: Callable[[], Any], names: Sequence[str], series: Sequence[_Series]) -> Drawing:
    width, height = _CHART
    drawing = Drawing(width, height)
    chart = kind()
    wide = kind is HorizontalBarChart
    chart.x, chart.y = (75 * mm if wide else 10 * mm), 8 * mm
    chart.width, chart.height = width - chart.x - 40 * mm, height - 14 * mm
    chart.data = [tuple(values) for _, _, values in series]
    chart.categoryAxis.categoryNames = list(names)
    chart.categoryAxis.style = "stacked"
    chart.categoryAxis.labels.fontSize = 7
    chart.valueAxis.labels.fontSize = 7
    _mark(chart.valueAxis, max(map(sum, zip(*chart.data, strict=True)), default=0))
    if not wide:
        # A single day must not become one bar as wide as the page.
        room = chart.width / max(len(names), 1)
        chart.groupSpacing = max(chart.groupSpacing, chart.barWidth * (room / _WIDEST_BAR - 1))
    if wide:
        chart.valueAxis.valueMax = 100
        chart.categoryAxis.reverseDirection = 1
    for number, (_, color, _) in enumerate(series):
        chart.bars[number].fillColor = color
        chart.bars[number].strokeColor = None
    drawing.add(chart)
    drawing.add(_legend(series, width - 35 * mm, height - 6 * mm))
    if not any(any(values) for _, _, values in series):
        drawing.add(String(chart.x, height / 2, "tidak ada data", fontSize=8))
    return drawing


def _mark(axis: Any, highest: float) -> None:
    """Begin at nothing and go on in steps of 1, 2, 5, 10, 20, ..."""
    axis.valueMin = 0
    axis.labelTextFormat = _figure
    if highest > 1:
        least = max(highest / _MARKS, 1)
        power = 10 ** floor(log10(least))
        axis.valueStep = next(each * power for each in (1, 2, 5, 10) if each * power >= least)


def _figure(value: float) -> str:
    """A number of an axis as people write it here."""
    return f"{value:.3g}".replace(".", ",")


def _legend(series: Sequence[_Series], x: float, y: float) -> Legend:
    legend = Legend()
    legend.x, legend.y = x, y
    legend.fontSize = 7
    legend.alignment = "right"
    legend.colorNamePairs = [(color, name) for name, color, _ in series]
    return legend


def _table(rows: Sequence[Row]) -> Table:
    table = Table(
        [_HEADS, *(cells(row) for row in rows)],
        colWidths=[width * mm for width in _WIDTHS],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                ("FONTSIZE", (0, 0), (-1, -1), 7),
                ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), (colors.white, colors.whitesmoke)),
            ]
        )
    )
    return table
