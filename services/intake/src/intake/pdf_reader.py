"""Reads a foreign PDF; run as a process of its own, because a foreign PDF may do anything to it.

``python -m intake.pdf_reader MAX_PAGES`` takes the PDF from standard input and answers one line,
``ok`` or the code of a refusal, followed by the PDF as it may be kept. It reads no file, opens no
connection, and bounds its own memory and time before it looks.

A PDF without a signature is written anew: without scripts and automatic actions, without what was
hung before its head or behind its end, without earlier versions. A signed one is kept to the byte,
or not at all.
"""

import io
import resource
import sys
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

MARK: Final = b"%PDF-"
END: Final = b"%%EOF"
_LIMITS: Final = (
    (resource.RLIMIT_AS, 512 * 1024 * 1024),
    (resource.RLIMIT_CPU, 10),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
_FORBIDDEN_ACTIONS: Final = ("/Launch", "/ImportData", "/GoToE", "/RichMediaExecute")
_STRIPPED_ACTIONS: Final = ("/JavaScript", "/SubmitForm", "/ResetForm", "/Rendition", "/GoToR")
_STRIPPED_KEYS: Final = ("/AA", "/OpenAction", "/JS", "/XFA")
_FORBIDDEN_ANNOTATIONS: Final = ("/RichMedia", "/FileAttachment", "/3D", "/Movie", "/Screen")


class RefusedError(Exception):
    """The PDF cannot be kept; the argument is the reason code."""


def read(content: bytes, max_pages: int) -> bytes:
    """The PDF as it may be kept; raises ``RefusedError``."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            _judge(pdf, max_pages)
            if _is_signed(pdf):
                if not _is_clean(content, pdf):
                    raise RefusedError("pdf-berisi-program")
                return content
            return _rewritten(pdf)
    except pikepdf.PasswordError:
        raise RefusedError("pdf-terkunci") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError):
        raise RefusedError("pdf-rusak") from None


def _judge(pdf: Pdf, max_pages: int) -> None:
    count = len(pdf.pages)
    if count == 0:
        raise RefusedError("pdf-rusak")
    if count > max_pages:
        raise RefusedError("pdf-terlalu-banyak-halaman")
    if any(_is_forbidden(each) for each in _dictionaries(pdf)):
        raise RefusedError("pdf-berisi-program")


def _is_forbidden(thing: Dictionary) -> bool:
    """It starts a program, plays something, or carries another file."""
    action, subtype = thing.get("/S"), thing.get("/Subtype")
    return (
        (isinstance(action, Name) and str(action) in _FORBIDDEN_ACTIONS)
        or (isinstance(subtype, Name) and str(subtype) in _FORBIDDEN_ANNOTATIONS)
        or "/EmbeddedFiles" in thing
        or thing.get("/Type") == Name.EmbeddedFile
        or (thing.get("/Type") == Name.Filespec and "/EF" in thing)
    )


def _is_signed(pdf: Pdf) -> bool:
    return any("/ByteRange" in thing and "/Contents" in thing for thing in _dictionaries(pdf))


def _is_clean(content: bytes, pdf: Pdf) -> bool:
    """Nothing active in it, nothing before its head, nothing behind its end."""
    is_whole = content.startswith(MARK) and content.rstrip(b"\r\n\0 ").endswith(END)
    return is_whole and not any(_active_keys(thing) for thing in _dictionaries(pdf))


def _active_keys(thing: Dictionary) -> list[str]:
    keys = [key for key in _STRIPPED_KEYS if key in thing and not _is_harmless(key, thing)]
    if "/JavaScript" in thing and thing.get("/S") is None:
        keys.append("/JavaScript")
    action = thing.get("/A")
    if isinstance(action, Dictionary) and str(action.get("/S")) in _STRIPPED_ACTIONS:
        keys.append("/A")
    return keys


def _is_harmless(key: str, thing: Dictionary) -> bool:
    """Opening at a page is what most scanners ask for."""
    if key != "/OpenAction":
        return False
    opened = thing[key]
    return not isinstance(opened, Dictionary) or str(opened.get("/S")) == "/GoTo"


def _rewritten(pdf: Pdf) -> bytes:
    for thing in _dictionaries(pdf):
        for key in _active_keys(thing):
            del thing[key]
    pdf.remove_unreferenced_resources()
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        encryption=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    content = out.getvalue()
    # A page tree may be so broken that only its repair is seen here: who opens it later sees none.
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as again:
        if not again.pages:
            raise RefusedError("pdf-rusak")
    return content


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary]:
    """Every dictionary of the file, those inside others too."""
    left: list[Any] = [*pdf.objects, pdf.trailer]
    while left:
        thing = left.pop()
        if isinstance(thing, Stream):
            thing = thing.stream_dict
        if isinstance(thing, Dictionary):
            yield thing
            children = [child for _, child in thing.items()]
        elif isinstance(thing, pikepdf.Array):
            children = list(thing)
        else:
            continue
        # What has a number of its own is in the list of objects already; plain values have none.
        left += [each for each in children if not getattr(each, "is_indirect", True)]


def main() -> None:
    """Read one PDF from standard input."""
    for what, most in _LIMITS:
        resource.setrlimit(what, (most, most))
    try:
        answer = b"ok\n" + read(sys.stdin.buffer.read(), int(sys.argv[1]))
    except RefusedError as refused:
        answer = f"{refused}\n".encode()
    except MemoryError:
        answer = b"pdf-rusak\n"
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
