"""Writes what the system is made of as a CycloneDX file: ``python deploy/bin/sbom.py FILE``.

The versions are those of ``requirements.lock``, the dependencies and licences those of what is
installed beside it. The same lock gives the same file: no time, no machine, no address in it.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = "jamila-"
TRYING: Final = {"jamila-testing", "jamila-faults"}
"""What tries the others out."""
_LINE: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)\s*(?:;\s*(.+?))?\s*(?=--hash)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST_LICENCE: Final = 60
_NAMES: Final = LicenseFactory()


def locked(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and digests of every package of a lock that belongs on this platform."""
    for entry in text.replace("\\\n", " ").splitlines():
        found = _LINE.match(entry)
        if found and (found[3] is None or Marker(found[3]).evaluate()):
            yield canonicalize_name(found[1]), found[2], _HASH.findall(entry)


def needed_by(name: str, extras: frozenset[str] = frozenset()) -> set[tuple[str, frozenset[str]]]:
    """What a package that is installed needs here."""
    found = set()
    for line in distribution(name).requires or ():
        wish = Requirement(line)
        worlds = [{"extra": extra} for extra in ("", *extras)]
        if wish.marker is None or any(wish.marker.evaluate(world) for world in worlds):
            found.add((canonicalize_name(wish.name), frozenset(wish.extras)))
    return found


def members() -> set[str]:
    """Our own packages."""
    names = (canonicalize_name(each.metadata["Name"]) for each in distributions())
    return {name for name in names if name.startswith(OWN)}


def what_runs() -> set[str]:
    """Everything that an office needs: ours but for the tests, and what these need in turn."""
    left = {(name, frozenset[str]()) for name in members() - TRYING}
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        wish = left.pop()
        seen.add(wish)
        try:
            left |= needed_by(*wish) - seen
        except PackageNotFoundError:
            # Meant for another platform than this one.
            continue
    return {name for name, _ in seen}


def licence_of(name: str) -> License | None:
    """What a package says of its licence, where it says it in a word or two."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return None
    said = told.get("License-Expression") or told.get("License") or ""
    if not said or len(said) > _LONGEST_LICENCE or "\n" in said:
        kinds = [each for each in told.get_all("Classifier") or () if each.startswith("License")]
        said = kinds[0].rpartition(" :: ")[2] if kinds else ""
    return _NAMES.make_from_string(said) if said else None


def component(name: str, version: str, digests: list[str], running: set[str]) -> Component:
    """One package of the lock."""
    url = PackageURL("pypi", name=name, version=version)
    licence = licence_of(name)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=str(url),
        scope=ComponentScope.REQUIRED if name in running else ComponentScope.EXCLUDED,
        licenses=[licence] if licence else [],
        properties=[Property(name="jamila:locked-sha256", value=each) for each in digests],
    )


def bill(lock: str) -> Bom:
    """The whole bill of a lock."""
    running = what_runs()
    packages = {name: (version, digests) for name, version, digests in locked(lock)}
    parts = {name: component(name, *found, running) for name, found in packages.items()}
    whole = Component(
        name="dik-jamila-me-wa", type=ComponentType.APPLICATION, bom_ref="dik-jamila-me-wa"
    )
    own = {
        name: Component(name=name, type=ComponentType.LIBRARY, bom_ref=name, version="0.1.0")
        for name in sorted(members())
    }
    digest = hashlib.sha256(lock.encode()).hexdigest()
    bom = Bom(
        components=[*own.values(), *parts.values()],
        serial_number=uuid5(NAMESPACE_OID, digest),
        properties=[Property(name="jamila:lock-sha256", value=digest)],
    )
    bom.metadata.component = whole
    bom.register_dependency(whole, list(own.values()))
    for name, part in {**own, **parts}.items():
        known = {**own, **parts}
        try:
            needs = {each for each, _ in needed_by(name)}
        except PackageNotFoundError:
            needs = set()
        bom.register_dependency(part, [known[each] for each in sorted(needs & known.keys())])
    return bom


def written(bom: Bom) -> str:
    """The file, without the time and the tool: they are of a run, not of what is listed."""
    told = json.loads(JsonV1Dot6(bom).output_as_string())
    told["metadata"].pop("timestamp", None)
    told["metadata"].pop("tools", None)
    told.pop("$schema", None)
    return json.dumps(told, indent=2, sort_keys=True) + "\n"


def main(arguments: list[str]) -> None:
    """Write the bill of this project's lock."""
    [target] = arguments
    bom = bill((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(written(bom), encoding="utf-8")
    print(f"{target}: {len(bom.components)} komponen")


if __name__ == "__main__":
    main(sys.argv[1:])
