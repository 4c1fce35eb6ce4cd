"""Numbers of people, half hidden: NIK and No. KK wherever they stand in what is shown.

By their shape, not by the name of a field: facts, printed data and notes of staff hold them too.
"""

import re
from collections.abc import Mapping
from typing import Any

# Digests and ids are hexadecimal: a run of digits inside one of them is no number of a person.
_NUMBER = re.compile(r"(?<![0-9a-fA-F-])(\d{6})\d{6}(\d{4})(?![0-9a-fA-F-])")
_SPACED = re.compile(
    r"(?<![0-9a-fA-F.-])(\d{4}[ .]?\d{2})(?:[ .]?\d){6}([ .]?\d{4})(?![0-9a-fA-F-])"
)
_STARS = r"\1******\2"


def masked(value: Any) -> Any:
    """The same, with ``631199******0001`` in place of every number of sixteen digits."""
    match value:
        case str():
            return _SPACED.sub(_STARS, _NUMBER.sub(_STARS, value))
        case int():
            text = str(value)
            hidden = _NUMBER.sub(_STARS, text)
            return value if hidden == text else hidden
        case Mapping():
            return {name: masked(each) for name, each in value.items()}
        case list():
            return [masked(each) for each in value]
        case tuple():
            return tuple(masked(each) for each in value)
        case _:
            return value
