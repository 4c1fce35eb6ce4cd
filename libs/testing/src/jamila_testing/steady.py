"""What an event says, without what differs from run to run."""

import re
from typing import Any

_VOLATILE = re.compile(
    r"v1\.[\w-]+|wamid-\w+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT.*"
)
"""Sealed values, references of messages, ids and instants."""
_RANDOM = {"receipt_code"}


def steady(value: Any) -> Any:
    """The body of an event in a form that is the same in every run of the same story."""
    match value:
        case dict():
            return {k: "*" if k in _RANDOM else steady(v) for k, v in value.items()}
        case list():
            return [steady(each) for each in value]
        case str() if _VOLATILE.fullmatch(value):
            return "*"
    return value
