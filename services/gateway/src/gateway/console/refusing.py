"""Refusals of the intake, which says in sentences what is not right."""

from starlette.responses import Response

from gateway.console.doing import refused
from gateway.console.pages import Visit, bare_page
from gateway.problems import meaning_of
from jamila_contracts.command import Problem


def sentences(problem: Problem) -> tuple[str, ...]:
    """A refusal as staff read it: what the intake says of each mistake, or what it means."""
    errors = tuple(str(each) for each in problem.data.get("errors") or ())
    message = problem.data.get("message") or meaning_of(problem.slug).title
    return errors or (str(message),)


def with_sentences(visit: Visit, problem: Problem) -> Response:
    """The refusal beside the form, each mistake a sentence."""
    if not visit.is_partial:
        return refused(visit, problem)
    http = meaning_of(problem.slug).status
    return bare_page("_kekeliruan", http=http, errors=sentences(problem))
