"""From facts to what MongoDB stores: text ids, whole seconds, text keys. Pure.

By the exact type of each value instead of pydantic's serialiser: documents of whole cases are made
of it, for every case of a ledger.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from jamila_contracts.model import Fact

_AS_IT_IS: Final = frozenset({str, int, float, bool, datetime, type(None)})


def plain_fields(fact: Fact) -> dict[str, Any]:
    """The fields of a fact, in their order; computed ones are left out."""
    # Most values stay as they are; asking here saves a call for each of them.
    return {
        name: each if type(each) in _AS_IT_IS else _plain(each)
        for name, each in fact.__dict__.items()
    }


def _plain(value: Any) -> Any:
    kind = type(value)
    make = _MAKERS.get(kind)
    if make is None:
        # Asked once per class: every fact is made alike.
        make = _MAKERS[kind] = plain_fields if issubclass(kind, Fact) else _refuse
    return make(value)


def _many(values: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [each if type(each) in _AS_IT_IS else _plain(each) for each in values]


def _by_key(values: dict[Any, Any]) -> dict[str, Any]:
    return {
        str(key): each if type(each) in _AS_IT_IS else _plain(each) for key, each in values.items()
    }


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _refuse(value: Any) -> Any:
    msg = f"{type(value).__name__} has no form in MongoDB"
    raise TypeError(msg)


_MAKERS: Final[dict[type, Callable[[Any], Any]]] = {
    tuple: _many,
    list: _many,
    dict: _by_key,
    timedelta: _seconds,
    UUID: str,
}
