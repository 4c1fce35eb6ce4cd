"""Every service of the catalogue, played from the first word to the submission."""

import pytest

from intake.domain import CaseIntake
from intake.submission import office_date
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.catalogue.paths import ways

CATALOGUE = load_catalogue()
ADVICE = [
    (topic.id, outcome.advice)
    for topic in CATALOGUE.topics
    for outcome in topic.outcomes
    if outcome.advice
]


def longest_way(service_id, today):
    """The way to a service on which most papers are asked for."""
    found = [
        (topic, way)
        for topic in CATALOGUE.topics
        for way in ways(CATALOGUE, topic, today=today)
        if way.outcome and way.outcome.service == service_id
    ]
    service = CATALOGUE.service(service_id)
    return max(found, key=lambda each: len(service.missing((), each[1].facts)))


@pytest.mark.parametrize("service_id", [each.id for each in CATALOGUE.services])
def test_service_is_played_from_the_first_word_to_the_submission(world, service_id):
    topic, way = longest_way(service_id, office_date(world.clock.now()))
    world.say(f"t:{topic.id}")
    for question_id, value in way.answers.items():
        asked = CATALOGUE.question(question_id)
        assert asked.text in world.answers()[-1]
        world.say(asked.label_of(value))
    service = CATALOGUE.service(service_id)
    papers = [
        each for each in service.missing((), way.facts) if CATALOGUE.item(each).kind != "presence"
    ]
    for number, item_id in enumerate(papers):
        world.send_photo(CATALOGUE.item(item_id).keywords[0], shade=25 * number)
    assert f"Periksa dulu: {service.label}" in world.answers()[-1]
    assert "Belum ada" not in world.answers()[-1]
    assert "sudah dikirim" in world.tap("Kirim")
    event = world.recorded(CaseIntake.Diajukan)[0]
    assert event.service_id == service_id
    assert event.documents == service.documents_for(way.facts)
    assert event.model_akta == service.model_for(way.facts)
    assert service.missing({each.item_id for each in event.papers}, way.facts) == tuple(
        each for each in service.missing((), way.facts) if each not in papers
    )


@pytest.mark.parametrize(("topic_id", "advice"), ADVICE)
def test_advice_is_reached_and_ends_the_draft(world, topic_id, advice):
    topic = CATALOGUE.topic(topic_id)
    way = next(
        each
        for each in ways(CATALOGUE, topic, today=office_date(world.clock.now()))
        if each.outcome and each.outcome.advice == advice
    )
    world.say(f"t:{topic_id}")
    for question_id, value in way.answers.items():
        world.say(CATALOGUE.question(question_id).label_of(value))
    assert advice in world.answers()[-1]
    assert "belum punya permohonan" in world.say("status")
