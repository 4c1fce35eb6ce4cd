"""Photos for cards and certificates: cropped to the place they get, small, without hidden data."""

import io
from typing import ClassVar, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from jamila_runtime.errors import DomainError

_DOTS_PER_POINT: Final = 300 / 72
"""What a card printer can show."""
_QUALITY: Final = 88
_MOST_PIXELS: Final = 60_000_000


class PhotoUnusableError(DomainError):
    """What should be a photo is none, or is far too large."""

    slug: ClassVar[str] = "photo-unusable"

    def __init__(self) -> None:
        super().__init__("the photo cannot be read as an image")


def photo(content: bytes, *, width: float, height: float) -> bytes:
    """Crop a photo to a place of ``width`` by ``height`` points and re-encode it as JPEG.

    The crop keeps the middle, a little more of the upper part, where the face is.

    Raises:
        PhotoUnusableError: it is no image, or would need too much memory.
    """
    size = (round(width * _DOTS_PER_POINT), round(height * _DOTS_PER_POINT))
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise PhotoUnusableError
            # A phone photo is many times larger: JPEG can be decoded small, which is much faster.
            image.draft("RGB", (size[0] * 2, size[1] * 2))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            fitted = ImageOps.fit(upright, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PhotoUnusableError from error
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()


def jpeg_object(jpeg: bytes) -> bytes:
    """An image object of a PDF around the very bytes of an RGB photo."""
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    return (
        b"<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 /Filter /DCTDecode /Length %d>>\nstream\n%s\nendstream"
    ) % (width, height, len(jpeg), jpeg)
