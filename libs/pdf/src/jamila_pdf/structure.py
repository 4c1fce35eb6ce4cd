"""The structure tree of a tagged PDF; reportlab has none, so its objects are written here.

A screen reader reads the leaves in the order in which they were drawn.
"""

from typing import Any, Final, Literal

from reportlab.pdfbase.pdfdoc import PDFObjectReference

from jamila_pdf.file import register

Role = Literal["Document", "Sect", "H1", "H2", "P", "Figure", "Table", "TR", "TH", "TD", "Note"]

_COLUMN_HEAD: Final = b"/A <</O /Table /Scope /Column>> "


class Element:
    """One node: a container of elements, or a leaf with one piece of marked content."""

    __slots__ = ("alternative", "kids", "mark", "number", "page", "parent", "role")

    def __init__(self, role: Role, parent: "Element | None", alternative: str = "") -> None:
        self.role: Role = role
        self.parent = parent
        self.alternative = alternative
        self.kids: list[Element] = []
        self.page = -1
        self.mark = -1
        self.number = 0
        if parent is not None:
            parent.kids.append(self)


class StructureTree:
    """Collects elements while a document is drawn, and writes them into it at the end."""

    def __init__(self) -> None:
        self.root = Element("Document", None)
        self.here = self.root
        self._leaves: list[list[Element]] = [[]]

    def open(self, role: Role, alternative: str = "") -> Element:
        """Begin a container; what follows belongs to it until ``close``."""
        self.here = Element(role, self.here, alternative)
        return self.here

    def close(self) -> None:
        """End the innermost container."""
        if self.here.parent is not None:
            self.here = self.here.parent

    def leaf(self, role: Role, alternative: str = "") -> int:
        """Add a leaf on the current page; returns the number of its marked content there."""
        element = Element(role, self.here, alternative)
        leaves = self._leaves[-1]
        element.page, element.mark = len(self._leaves) - 1, len(leaves)
        leaves.append(element)
        return element.mark

    def next_page(self) -> None:
        """Leaves from now on stand on the next page."""
        self._leaves.append([])

    def write_into(self, document: Any, page_numbers: list[int]) -> PDFObjectReference:
        """Write all elements as objects of the document; returns the reference of the tree root."""
        elements = _depth_first(self.root)
        first = document.objectcounter + 1
        for number, element in enumerate(elements, start=first):
            element.number = number
        root_number = first + len(elements)
        for element in elements:
            parent = element.parent.number if element.parent else root_number
            register(document, _formatted(element, parent, page_numbers))
        parents = b" ".join(
            b"%d [%s]" % (page, b" ".join(b"%d 0 R" % leaf.number for leaf in leaves))
            for page, leaves in enumerate(self._leaves[: len(page_numbers)])
        )
        root = register(
            document,
            b"<</Type /StructTreeRoot /K %d 0 R /ParentTree <</Nums [%s]>> "
            b"/ParentTreeNextKey %d>>" % (first, parents, len(page_numbers)),
        )
        return PDFObjectReference(root)


def _depth_first(root: Element) -> list[Element]:
    found: list[Element] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting.extend(reversed(element.kids))
    return found


def _formatted(element: Element, parent: int, page_numbers: list[int]) -> bytes:
    extra = _COLUMN_HEAD if element.role == "TH" else b""
    if element.alternative:
        extra += b"/Alt <FEFF%s> " % element.alternative.encode("utf-16-be").hex().upper().encode()
    head = b"<</S /%s /P %d 0 R %s" % (element.role.encode(), parent, extra)
    if element.mark < 0:
        kids = b" ".join(b"%d 0 R" % kid.number for kid in element.kids)
        return b"%s/K [%s]>>" % (head, kids)
    return b"%s/Pg %d 0 R /K %d>>" % (head, page_numbers[element.page], element.mark)
