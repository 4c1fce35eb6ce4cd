"""QR codes as vector paths: sharp at every zoom, a quarter of a millisecond each."""

import re
from typing import Any, Final

import zxingcpp

_DARK: Final = re.compile(rb"\0+")


def qr_rows(content: str) -> list[bytes]:
    """Encode a text as QR modules, error correction M, top row first, without quiet zone.

    Returns:
        One byte per module, 0 is dark.
    """
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(image)
    side, pixels = modules.shape[0], modules.tobytes()  # type: ignore[index]  # two dimensions
    return [pixels[row * side : (row + 1) * side] for row in range(side)]


def qr_path(content: str, *, x: float, y: float, side: float) -> str:
    """The operators that fill a QR code of ``side`` points, lower left corner at (x, y)."""
    rows = qr_rows(content)
    module = side / len(rows)
    # In units of one module, from the upper left: whole numbers are short and quick to write.
    parts = [f"q {module:.5f} 0 0 {-module:.5f} {x:.3f} {y + side:.3f} cm"]
    parts += [
        f"{run.start()} {index} {run.end() - run.start()} 1 re"
        for index, row in enumerate(rows)
        for run in _DARK.finditer(row)
    ]
    return "\n".join((*parts, "f Q"))
