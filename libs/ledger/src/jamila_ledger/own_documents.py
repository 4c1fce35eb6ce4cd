"""Documents that nobody else writes, as they were last read or written: no need to ask again.

Right for as long as our writes succeed: whoever else wrote the model moved its position, and then
our next transaction fails and everything kept here is forgotten.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from jamila_runtime.mongo import Document, Put, Remove

Ask = Callable[[str, Sequence[Any]], Awaitable[list[Document]]]
_MOST: Final = 1_000
"""Of some hundred open cases and of the figures of today: about twenty megabytes."""


class OwnDocuments:
    """Remembers the documents of some collections, also which are not there."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._kept: OrderedDict[tuple[str, Any], Document | None] = OrderedDict()

    async def by_id(self, collection: str, ids: Sequence[Any]) -> list[Document]:
        """Those that are there."""
        missing = [each for each in ids if (collection, each) not in self._kept]
        asked = await self._ask(collection, missing) if missing else []
        found = {each["_id"]: each for each in asked}
        known = [self._kept.get((collection, each), found.get(each)) for each in ids]
        for each in missing:
            self._keep(collection, each, found.get(each))
        return [each for each in known if each is not None]

    def note(self, collection: str, writes: Sequence[Put | Remove]) -> None:
        """Our transaction wrote them."""
        for write in writes:
            if isinstance(write, Put):
                self._keep(collection, write.document["_id"], write.document)
            else:
                self._keep(collection, write.document_id, None)

    def forget(self) -> None:
        """Somebody else may have written."""
        self._kept.clear()

    def _keep(self, collection: str, document_id: Any, document: Document | None) -> None:
        self._kept[collection, document_id] = document
        self._kept.move_to_end((collection, document_id))
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
