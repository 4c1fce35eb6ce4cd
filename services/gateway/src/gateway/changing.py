"""What one version of the documents changed of the version before, field by field. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.answers import ChangedField
from jamila_contracts.entry_fields import label_at


def changes_of(before: Any, after: Any) -> tuple[ChangedField, ...]:
    """Lay two versions beside each other.

    Args:
        before: ``{"documents": {kind: data}}`` of the version before; None: there was none.
        after: The same of the current version.

    Returns:
        What differs, in the order of the documents; nothing where there is one version only.
    """
    if not before or not after:
        return ()
    old, new = _flat(before), _flat(after)
    places = list(dict.fromkeys((*new, *old)))
    return tuple(
        ChangedField(
            kind=kind,
            path=path,
            label=label_at(kind, path),
            before=old.get((kind, path)),
            after=new.get((kind, path)),
        )
        for kind, path in places
        if old.get((kind, path)) != new.get((kind, path))
    )


def written(data: Any) -> dict[str, str]:
    """Every field of one document that is not empty, by its path."""
    return dict(_leaves(data, ""))


def _flat(entry: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    documents = entry.get("documents", {})
    return {
        (kind, path): text for kind, data in documents.items() for path, text in _leaves(data, "")
    }


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}.{number}")
    elif value not in {None, ""}:
        yield path, str(value)
