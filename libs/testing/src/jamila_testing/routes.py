"""Every route of an application, and addresses for them: for tests of all at once."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from starlette.routing import BaseRoute

NOBODY: Final = "00000000-0000-4000-8000-000000000009"
"""An id that nothing has."""


def walk(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path, however deep the routers of FastAPI are nested."""
    for route in routes:
        inner: Any = getattr(route, "original_router", None)
        if inner is not None:
            context: Any = getattr(route, "include_context")  # noqa: B009 - not in the type
            yield from walk(inner.routes, prefix + context.prefix)
        else:
            path = prefix + str(getattr(route, "path"))  # noqa: B009 - not in the type
            yield from ((method, path) for method in getattr(route, "methods", None) or ["*"])


class Places(dict[str, str]):
    """What stands in an address; whatever is not given exists nowhere."""

    def __missing__(self, key: str) -> str:
        """An id that nobody has."""
        return NOBODY
