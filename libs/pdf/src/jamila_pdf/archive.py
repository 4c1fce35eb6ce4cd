"""What PDF/A-2b asks for and reportlab does not write: XMP, output intent, one language, tags.

Source: ISO 19005-2:2011, 6.2.3 (output intent), 6.6 (metadata); ISO 32000-1, 14.7 and 14.8 (tags).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFStream,
    PDFString,
    PDFZCompress,
)

from jamila_pdf.structure import StructureTree

LANGUAGE: Final = "id-ID"
CREATOR: Final = "Dik Jamila"
_PROFILE: Final = Path(__file__).parent / "srgb.icc"
_PROFILE_NAME: Final = "sRGB IEC61966-2.1"
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself; none of it may be about a person."""

    title: str
    subject: str
    author: str
    dated: date
    """Stands in the metadata instead of the clock of the machine."""


def make_archivable(canvas: Any, about: About, *, tree: StructureTree, pages: int) -> None:
    """Add to a document whose pages are drawn what makes it a tagged PDF/A-2b."""
    document = canvas._doc  # noqa: SLF001  # reportlab has no public way to the catalog
    numbers = []
    for index in range(pages):
        name = f"Page{index + 1}"
        page = document.idToObject[name]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs, page.Trans = index, PDFName("S"), None
        numbers.append(document.idToObjectNumberAndVersion[name][0])
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = PDFArray([_output_intent(document)])
    catalog.Metadata = _metadata(about, producer=document.info.producer)
    catalog.MarkInfo = PDFDictionary({"Marked": "true"})
    catalog.StructTreeRoot = tree.write_into(document, numbers)
    catalog.PageMode = None
    canvas.setViewerPreference("DisplayDocTitle", "true")


def _metadata(about: About, *, producer: str) -> PDFStream:
    packet = _XMP.format(
        title=escape(about.title),
        author=escape(about.author),
        subject=escape(about.subject),
        language=LANGUAGE,
        producer=escape(producer),
        creator=CREATOR,
        made=f"{about.dated.isoformat()}T00:00:00+08:00",
    )
    kind = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
    # Uncompressed, as the standard asks: whoever archives must be able to read it as text.
    return PDFStream(dictionary=kind, content=packet.encode(), filters=[])


def _output_intent(document: Any) -> PDFDictionary:
    profile = PDFStream(
        dictionary=PDFDictionary({"N": 3}), content=_profile(), filters=[PDFZCompress]
    )
    return PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString(_PROFILE_NAME),
            "Info": PDFString(_PROFILE_NAME),
            "DestOutputProfile": document.Reference(profile),
        }
    )


@cache
def _profile() -> bytes:
    return _PROFILE.read_bytes()
