"""Staff see every sentence that applicants are sent."""

from uuid import UUID, uuid4

from jamila_contracts.commands import ListTemplates
from jamila_contracts.envelope import Actor
from notifier.templates import load_templates


def test_every_template_in_use_is_listed_with_its_words_and_every_silence_with_its_reason(world):
    question = ListTemplates(
        command_id=uuid4(),
        case_id=UUID(int=0),
        actor=Actor(account="it-1", capability="ops"),
        asked_at=world.clock.now(),
    )

    reply = world.app.execute(question)

    book = load_templates()
    assert reply.problem is None
    assert reply.result["book"] == book.id
    assert [(each["id"], each["text"]) for each in reply.result["templates"]] == [
        (each.id, each.text) for each in book.templates
    ]
    assert reply.result["silent"] == dict(book.silent)
