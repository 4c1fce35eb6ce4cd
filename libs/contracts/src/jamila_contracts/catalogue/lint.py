"""What is wrong with a catalogue, in words an office understands."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from jamila_contracts.catalogue.facts import Test, holds
from jamila_contracts.catalogue.paths import Way, ways
from jamila_contracts.catalogue.services import DOCUMENT_KINDS, Service, Topic
from jamila_contracts.catalogue.whole import Catalogue

ROWS: Final = 10
ROW_TITLE: Final = 24
ROW_DESCRIPTION: Final = 72
BUTTONS: Final = 3
BUTTON_TITLE: Final = 20
BODY: Final = 1024
"""Limits of WhatsApp's lists and buttons. Source: domain rules, section 7.4."""
BACK_ROWS: Final = 1
"""The chat adds a row that leads back, or to a person."""


def lint(catalogue: Catalogue) -> list[str]:
    """Everything that is wrong; empty: the catalogue can be used."""
    found = {topic.id: list(_safe_ways(catalogue, topic)) for topic in catalogue.topics}
    checks = (
        _names(catalogue),
        _aims(catalogue),
        _citations(catalogue),
        _labels(catalogue),
        _reachable(catalogue, found),
        _services(catalogue, found),
    )
    return [problem for check in checks for problem in check]


def _names(catalogue: Catalogue) -> Iterator[str]:
    questions = {each.id for each in catalogue.questions}
    known = questions | {each.id for each in catalogue.derived}
    for where, used in _facts_used(catalogue):
        if used not in known:
            yield f"{where}: fakta {used} tidak dikenal"
    for name, ids in _identifiers(catalogue):
        for each in sorted({each for each in ids if ids.count(each) > 1}):
            yield f"{name} {each} ada lebih dari satu kali"


def _aims(catalogue: Catalogue) -> Iterator[str]:
    services = {each.id for each in catalogue.services}
    topics = {each.id for each in catalogue.topics}
    for topic in catalogue.topics:
        for outcome in topic.outcomes:
            if outcome.service is not None and outcome.service not in services:
                yield f"{topic.id}: layanan {outcome.service} tidak dikenal"
            if outcome.topic is not None and outcome.topic not in topics:
                yield f"{topic.id}: topik {outcome.topic} tidak dikenal"
    for service in catalogue.services:
        for document in service.documents:
            if document.kind not in DOCUMENT_KINDS:
                yield f"{service.id}: jenis dokumen {document.kind} tidak dikenal"


def _facts_used(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for topic in catalogue.topics:
        yield from ((topic.id, ask.question) for ask in topic.asks)
        yield from ((topic.id, each) for each in topic.identity)
        yield from _tested(topic.id, [*topic.asks, *topic.outcomes])
    for service in catalogue.services:
        yield from _tested(service.id, [*service.items, *service.documents, *service.models])
        if service.deadline:
            yield service.id, service.deadline.of
    yield from ((each.id, each.of) for each in catalogue.derived)


def _tested(where: str, conditional: Iterable[object]) -> Iterator[tuple[str, str]]:
    for each in conditional:
        when: tuple[Test, ...] = getattr(each, "when", ())
        yield from ((where, test.fact) for test in when)


def _identifiers(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    yield "item", [each.id for each in catalogue.items]
    yield "layanan", [each.id for each in catalogue.services]
    yield "topik", [each.id for each in catalogue.topics]
    yield "kelompok", [each.id for each in catalogue.groups]
    yield "pertanyaan", [each.id for each in catalogue.questions]
    yield "kata kunci topik", [word for topic in catalogue.topics for word in set(topic.keywords)]


def _citations(catalogue: Catalogue) -> Iterator[str]:
    for service in catalogue.services:
        if not service.citation:
            yield f"{service.id}: tanpa dasar hukum"
        cited = [service.citation, *(line.citation for line in service.items)]
        cited += [service.deadline.citation] if service.deadline else []
        for each in sorted({each for each in cited if each} - set(catalogue.citations)):
            yield f"{service.id}: dasar hukum {each} tidak dikenal"
    for rule in catalogue.rules:
        if rule.citation not in catalogue.citations:
            yield f"aturan {rule.id}: dasar hukum {rule.citation} tidak dikenal"


def _labels(catalogue: Catalogue) -> Iterator[str]:
    if len(catalogue.groups) + BACK_ROWS > ROWS:
        yield f"menu: lebih dari {ROWS - BACK_ROWS} kelompok"
    for group in catalogue.groups:
        if len(group.topics) + BACK_ROWS > ROWS:
            yield f"{group.id}: lebih dari {ROWS - BACK_ROWS} topik"
    groups = [(each.id, each.label, each.description) for each in catalogue.groups]
    topics = [(each.id, each.label, each.description) for each in catalogue.topics]
    for where, label, description in (*groups, *topics):
        yield from _too_long(where, label, ROW_TITLE)
        yield from _too_long(where, description, ROW_DESCRIPTION)
    for item in catalogue.items:
        yield from _too_long(item.id, item.title, ROW_TITLE)
        yield from _too_long(item.id, item.help, ROW_DESCRIPTION)
    for question in catalogue.questions:
        yield from _too_long(question.id, question.text, BODY)
        limit = BUTTON_TITLE if len(question.options) <= BUTTONS else ROW_TITLE
        for choice in question.options:
            yield from _too_long(question.id, choice.label, limit)
        if question.kind == "choice" and not 1 < len(question.choices) <= ROWS - BACK_ROWS:
            yield f"{question.id}: jumlah pilihan harus 2 sampai {ROWS - BACK_ROWS}"


def _too_long(where: str, text: str, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield f"{where}: {text!r} lebih dari {limit} huruf"


def _safe_ways(catalogue: Catalogue, topic: Topic) -> Iterator[Way]:
    questions = {each.id for each in catalogue.questions}
    if all(ask.question in questions for ask in topic.asks):
        yield from ways(catalogue, topic)


def _reachable(catalogue: Catalogue, found: dict[str, list[Way]]) -> Iterator[str]:
    for topic in catalogue.topics:
        gone = found[topic.id]
        if any(way.outcome is None for way in gone):
            yield f"{topic.id}: ada jawaban yang tidak menuju ke mana pun"
        for outcome in topic.outcomes:
            if not any(way.outcome == outcome for way in gone):
                aim = outcome.service or outcome.topic or "nasihat"
                yield f"{topic.id}: {aim} tidak pernah tercapai"
        for ask in topic.asks:
            if not any(ask.question in way.answers for way in gone):
                yield f"{topic.id}: pertanyaan {ask.question} tidak pernah diajukan"


def _services(catalogue: Catalogue, found: dict[str, list[Way]]) -> Iterator[str]:
    gone = [way for each in found.values() for way in each if way.outcome]
    for service in catalogue.services:
        mine = [way for way in gone if way.outcome and way.outcome.service == service.id]
        if not mine:
            yield f"{service.id}: tidak ada topik yang menuju ke layanan ini"
            continue
        if not service.documents:
            yield f"{service.id}: tidak menghasilkan dokumen"
        if service.deadline and not any(service.deadline.of in way.facts for way in mine):
            yield f"{service.id}: tanggal {service.deadline.of} tidak pernah ditanyakan"
    yield from _dead_lines(catalogue.services, gone)


def _dead_lines(services: Sequence[Service], gone: Sequence[Way]) -> Iterator[str]:
    """Conditions that no way fulfils; variants of one checklist are judged together."""
    for service in services:
        variants = {each.id for each in services if each.items == service.items}
        mine = [way for way in gone if way.outcome and way.outcome.service in variants]
        for line in service.items:
            if mine and not any(holds(line.when, way.facts) for way in mine):
                yield f"{service.id}: syarat {line.id} tidak pernah berlaku"
