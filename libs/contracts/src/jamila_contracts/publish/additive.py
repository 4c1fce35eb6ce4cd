"""Is a schema still able to read everything that was written under an older one?

Events are kept for ever, so a newer contract may only add: no property removed, none newly
required, no type narrowed. What cannot be proved to be wider counts as narrowed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "format")


def breaches(old: Schema, new: Schema) -> list[str]:
    """Name every way in which ``new`` refuses or loses what ``old`` allowed; empty if none."""
    return list(_Comparison(old, new).of(old, new, "$"))


@dataclass(frozen=True)
class _Comparison:
    old_root: Schema
    new_root: Schema

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """Compare two places of the schemas."""
        befores = _alternatives(self.old_root, old)
        afters = _alternatives(self.new_root, new)
        for before in befores:
            found = [list(self._one(before, after, path)) for after in afters]
            if not all(found):
                continue
            if len(befores) == len(afters) == 1:
                yield from found[0]
            else:
                yield f"{path}: no longer takes {_name(before)}"

    def _one(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        yield from _narrowed(old, new, path)
        yield from self._properties(old, new, path)
        for key in ("items", "additionalProperties"):
            if isinstance(new.get(key), Mapping):
                yield from self.of(_schema(old.get(key)), new[key], f"{path}.{key}")
            elif new.get(key) is False and old.get(key) is not False:
                yield f"{path}: {key} are refused"

    def _properties(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"{path}.{name}: removed"
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{path}.{name}: newly required"
        for name in sorted(before.keys() & after.keys()):
            yield from self.of(before[name], after[name], f"{path}.{name}")


def _narrowed(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if "type" in new and not _includes(new["type"], old.get("type")):
        yield f"{path}: type {_name(old)} became {new['type']}"
    values = _values(new)
    if values is not None and not _all_in(_values(old), values):
        yield f"{path}: fewer values"
    for key in _EXACT:
        if key in new and new[key] != old.get(key):
            yield f"{path}: {key} is stricter"
    for keys, is_wider in ((_LOWER_BOUNDS, -1), (_UPPER_BOUNDS, 1)):
        for key in keys:
            if key in new and (key not in old or (new[key] - old[key]) * is_wider < 0):
                yield f"{path}: {key} is stricter"


def _alternatives(root: Schema, schema: Schema) -> list[Schema]:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return [each for option in options for each in _alternatives(root, option)]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": each} for each in schema["type"]]
    return [schema]


def _schema(value: object) -> Schema:
    return value if isinstance(value, Mapping) else {}


def _includes(wide: str, narrow: str | None) -> bool:
    return wide == narrow or (wide, narrow) == ("number", "integer")


def _values(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _all_in(old: list[Any] | None, new: list[Any]) -> bool:
    return old is not None and all(value in new for value in old)


def _name(schema: Schema) -> str:
    return str(schema.get("title") or schema.get("type") or "anything")
