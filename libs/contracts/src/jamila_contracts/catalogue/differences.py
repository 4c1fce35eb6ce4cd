"""What changed between two catalogues, in words."""

from collections.abc import Iterator, Mapping

from jamila_contracts.catalogue.facts import Test
from jamila_contracts.catalogue.services import ChecklistItem, Item, Service
from jamila_contracts.catalogue.whole import Catalogue

_DELIVERY = {"full": "tanpa datang", "intake": "diambil di kantor", "visit": "harus datang"}


def differences(old: Catalogue, new: Catalogue) -> list[str]:
    """One sentence for every change; empty: they ask for the same."""
    return [*_items(old, new), *_services(old, new)]


def _items(old: Catalogue, new: Catalogue) -> Iterator[str]:
    before, after = _by_id(old.items), _by_id(new.items)
    for item_id in sorted(before.keys() & after.keys()):
        if before[item_id].label != after[item_id].label:
            yield (
                f"Item {item_id}: disebut {after[item_id].label!r}, dulu {before[item_id].label!r}."
            )


def _services(old: Catalogue, new: Catalogue) -> Iterator[str]:
    before = {each.id: each for each in old.services}
    after = {each.id: each for each in new.services}
    for service_id in sorted(after.keys() - before.keys()):
        yield f"Layanan baru: {after[service_id].label} ({service_id})."
    for service_id in sorted(before.keys() - after.keys()):
        yield f"Layanan dihapus: {before[service_id].label} ({service_id})."
    same: dict[str, list[str]] = {}
    for service_id in sorted(before.keys() & after.keys()):
        for change in _service(before[service_id], after[service_id], new):
            same.setdefault(change, []).append(f"{after[service_id].label} ({service_id})")
    yield from (f"{', '.join(named)}: {change}" for change, named in same.items())


def _service(old: Service, new: Service, catalogue: Catalogue) -> Iterator[str]:
    before = {line.id: line for line in old.items}
    after = {line.id: line for line in new.items}
    if old.label != new.label:
        yield f"dulu bernama {old.label!r}."
    for item_id in sorted(after.keys() - before.keys()):
        line = after[item_id]
        why = catalogue.citations.get(line.citation or new.citation, "")
        yield f"sekarang meminta {_named(line, catalogue)}{f' (dasar: {why})' if why else ''}."
    for item_id in sorted(before.keys() - after.keys()):
        yield f"tidak lagi meminta {item_id}."
    for item_id in sorted(before.keys() & after.keys()):
        yield from _line(before[item_id], after[item_id], catalogue)
    if old.delivery != new.delivery:
        yield f"{_DELIVERY[new.delivery]}, dulu {_DELIVERY[old.delivery]}."
    kinds = tuple(each.kind for each in new.documents)
    if kinds != tuple(each.kind for each in old.documents):
        yield f"menghasilkan {', '.join(kinds) or 'tidak ada dokumen'}."
    days, was = (each.deadline.days if each.deadline else None for each in (new, old))
    if days != was:
        yield f"batas lapor {days or '-'} hari, dulu {was or '-'} hari."


def _line(old: ChecklistItem, new: ChecklistItem, catalogue: Catalogue) -> Iterator[str]:
    label = catalogue.label_of(new.id)
    if old.required != new.required:
        yield f"{label} sekarang {'wajib' if new.required else 'tidak wajib'}."
    if old.when != new.when:
        yield f"{label} sekarang diminta {conditions(new.when)}."
    if set(old.instead) != set(new.instead):
        others = ", ".join(map(catalogue.label_of, new.instead)) or "tidak ada"
        yield f"pengganti {label}: {others}."


def _named(line: ChecklistItem, catalogue: Catalogue) -> str:
    others = "".join(f" atau {catalogue.label_of(each)}" for each in line.instead)
    when = f" {conditions(line.when)}" if line.when else ""
    return f"{catalogue.label_of(line.id)}{others}{when}"


def conditions(when: tuple[Test, ...]) -> str:
    """Conditions as a person reads them."""
    parts = [f"{test.fact} = {' atau '.join(test.values)}" for test in when]
    return f"bila {' dan '.join(parts)}" if parts else "selalu"


def _by_id(items: tuple[Item, ...]) -> Mapping[str, Item]:
    return {each.id: each for each in items}
