"""Reads the catalogues that are shipped: national rules, and what an office makes of them."""

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jamila_contracts.catalogue.whole import Catalogue
from jamila_contracts.model import Code, Fact

DEFAULT_CATALOGUE: Final = "katalog-balangan-2026-1"
FIRST_CATALOGUE: Final = "katalog-awal-2026-1"
"""Of cases whose first event names none."""
_FILES: Final = {FIRST_CATALOGUE: "katalog-awal"}
"""Where the name of the file is not the id."""
_SHIPPED: Final = (FIRST_CATALOGUE, "katalog-nasional-2021-1", DEFAULT_CATALOGUE)


class CatalogueReference(Fact):
    """Which catalogue a case runs under: the id, and the digest of the very files."""

    id: Code
    digest: str


class CatalogueDataError(ValueError):
    """An office changes something that the national rules do not have."""


def catalogue_ids() -> tuple[str, ...]:
    """Every catalogue that is shipped, oldest first."""
    return _SHIPPED


@cache
def load_catalogue(catalogue_id: str = DEFAULT_CATALOGUE) -> Catalogue:
    """Read a catalogue that is shipped with the contracts; an office's comes merged.

    Raises:
        FileNotFoundError: no catalogue of that id is shipped.
        pydantic.ValidationError: the file is not a valid catalogue; no service starts with it.
        CatalogueDataError: the office changes what the national rules do not have.
    """
    return merged([json.loads(each) for each in _layers(catalogue_id)])


def catalogue_of(reference: CatalogueReference | None) -> Catalogue:
    """The catalogue of a case, by what stands in its first event."""
    return load_catalogue(reference.id if reference else FIRST_CATALOGUE)


@cache
def catalogue_reference(catalogue_id: str = DEFAULT_CATALOGUE) -> CatalogueReference:
    """Name a catalogue by id and SHA-256 of its files, those it rests on first."""
    digest = hashlib.sha256(b"".join(_layers(catalogue_id))).hexdigest()
    return CatalogueReference(id=catalogue_id, digest=digest)


def merged(layers: list[dict[str, Any]]) -> Catalogue:
    """National rules first, then what each office adds, waives and renames.

    Raises:
        CatalogueDataError: a layer changes what those below it do not have.
    """
    try:
        whole = dict(layers[0])
        whole["services"] = [_inherited(each, whole["services"]) for each in whole["services"]]
        for layer in layers[1:]:
            whole = _overridden(whole, layer)
    except (LookupError, TypeError, AttributeError, StopIteration) as error:
        raise CatalogueDataError(f"a layer is not of its form: {error!r}") from error
    return Catalogue.model_validate(whole)


def _layers(catalogue_id: str) -> list[bytes]:
    """The files a catalogue rests on, lowest first."""
    name = _FILES.get(catalogue_id, catalogue_id)
    content = (files("jamila_contracts") / "data" / f"{name}.json").read_bytes()
    base = json.loads(content).get("base")
    return [*(_layers(base) if base else ()), content]


def _inherited(service: dict[str, Any], services: list[dict[str, Any]]) -> dict[str, Any]:
    """Variants of one service share its checklist: what a case needs follows from its facts."""
    like = service.get("like")
    if like is None:
        return service
    parent = next(each for each in services if each["id"] == like)
    return {**parent, "keywords": (), **service}


def _overridden(whole: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    services = {each["id"]: each for each in whole["services"]}
    for change in layer.get("add", ()):
        for service_id in change["services"]:
            service = _known(services, service_id)
            line = {**change["line"], "citation": change["citation"], "local": True}
            others = [each for each in service["items"] if each["id"] != line["id"]]
            services[service_id] = {**service, "items": [*others, line]}
    for change in layer.get("waive", ()):
        for service_id in change["services"]:
            service = _known(services, service_id)
            left = [each for each in service["items"] if each["id"] != change["item"]]
            if len(left) == len(service["items"]):
                raise CatalogueDataError(f"{service_id} does not ask for {change['item']}")
            services[service_id] = {**service, "items": left}
    return {
        **whole,
        "id": layer["id"],
        "title": layer["title"],
        "effective_from": layer["effective_from"],
        "items": [*whole["items"], *layer.get("items", ())],
        "questions": [*whole["questions"], *layer.get("questions", ())],
        "citations": {**whole["citations"], **layer["citations"]},
        "services": list(services.values()),
    }


def _known(services: dict[str, dict[str, Any]], service_id: str) -> dict[str, Any]:
    if service_id not in services:
        raise CatalogueDataError(f"there is no service {service_id} to change")
    return services[service_id]
