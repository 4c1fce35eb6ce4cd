"""Small files as residents send them, and as nobody should: made here, byte by byte."""

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw


def pdf(*, catalog: str = "", page: str = "", objects: Sequence[str] = (), pages: int = 1) -> bytes:
    """A whole PDF of blank pages.

    Args:
        catalog: More entries of the catalogue, e.g. ``/OpenAction 9 0 R``.
        page: More entries of each page.
        objects: More objects; the first has the number ``3 + pages``.
        pages: How many.
    """
    kids = " ".join(f"{3 + number} 0 R" for number in range(pages))
    blank = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 280]{page}>>"
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>",
        *[blank] * pages,
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return out + end.encode()


def written_paper(size: tuple[int, int] = (900, 1200), *, seed: int = 1) -> Image.Image:
    """A light sheet full of words, as sharp as a good camera takes it."""
    dice = random.Random(seed)  # noqa: S311 - the same words every time
    sheet = Image.new("RGB", size, (238, 234, 226))
    pen = ImageDraw.Draw(sheet)
    for y in range(40, size[1] - 40, 26):
        words = " ".join("".join(dice.choices("aeioubdghklmnrst", k=6)) for _ in range(14))
        pen.text((40, y), words, fill=(30, 30, 40), font_size=17)
    return sheet


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The bytes of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
