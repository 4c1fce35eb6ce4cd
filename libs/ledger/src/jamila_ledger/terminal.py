"""How tables look on a terminal of 80 columns: no frame, so that the words have the room."""

from typing import Final

from rich import box
from rich.table import Column, Table

WIDTH: Final = 80
"""What is printed into a pipe or a file is as wide as on the smallest terminal."""


def plain_table(*columns: Column | str, title: str | None = None) -> Table:
    """A table without a frame, its title above its left edge."""
    return Table(
        *columns,
        title=f"\n{title}" if title else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def number(head: str) -> Column:
    """A column of figures: to the right, and never broken."""
    return Column(head, justify="right", no_wrap=True)
