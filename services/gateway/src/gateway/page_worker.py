"""``python -I -m gateway.page_worker WIDTH MOST_PAGES CPU_SECONDS MEMORY_BYTES``: draw one PDF.

Reads the file from standard input; writes one line of JSON (how many pages there are, and the size
of each picture), then the pictures. Runs under limits it cannot lift again: a PDF from outside may
do anything to whoever reads it.
"""

import io
import json
import sys
from typing import Any, Final

from jamila_runtime.confinement import confine_by

_MOST_BYTES: Final = 32 * 1024 * 1024
_QUALITY: Final = 82
_TALLEST: Final = 4
"""A page that is longer than so many times its width is drawn narrower."""


def main() -> None:
    """Draw what comes in."""
    confine_by(sys.argv)
    width, most_pages = (int(each) for each in sys.argv[1:3])
    total, pictures = drawn(sys.stdin.buffer.read(_MOST_BYTES), width, most_pages)
    head = {"total": total, "sizes": [len(each) for each in pictures]}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(pictures))


def drawn(content: bytes, width: int, most_pages: int) -> tuple[int, list[bytes]]:
    """How many pages there are, and the pictures of the first ones."""
    # Imported under the limits: loading the library is part of what drawing costs.
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(content) as pdf:
        total = len(pdf)
        return total, [_picture(pdf[number], width) for number in range(min(total, most_pages))]


def _picture(page: Any, width: int) -> bytes:
    across, down = page.get_size()
    scale = width / max(across, down / _TALLEST, 1.0)
    out = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(out, "WEBP", quality=_QUALITY, method=2)
    return out.getvalue()


if __name__ == "__main__":
    main()
