"""From a form to a command, and from its answer to the next page.

Every form carries a key made when the page was made: a double click, or a second try after the line
dropped, is done once. It carries the version that was seen: whoever decides on an old page is told.
"""

from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway.asking import Asked, ask
from gateway.bodies import CommandBody, route_name
from gateway.console.failing import page_before, readable_for_the_asker
from gateway.console.pages import Visit, bare_page
from gateway.paging import MalformedRequestError
from gateway.problems import problem_response
from jamila_contracts.command import Problem
from jamila_contracts.values import Spot

_KEY: Final = "kunci"
_VERSION: Final = "versi"
B = TypeVar("B", bound=BaseModel)


class Placed(Protocol):
    """What a route answers that recorded something."""

    @property
    def after(self) -> str:
        """What a read can wait for."""
        ...


def wish(kind: type[B], **said: Any) -> B:
    """What a form asks for.

    Raises:
        MalformedRequestError: a field is missing or not of its form.
    """
    try:
        return kind.model_validate(said)
    except ValidationError:
        # Its text repeats what was typed, which may be personal: it goes no further.
        raise MalformedRequestError("a field of the form is not right") from None


async def do(
    visit: Visit, case_id: UUID, form: FormData, body: CommandBody, *, then: str | None = None
) -> Response:
    """Have it done and go to a page that says so.

    Args:
        visit: Who asks.
        case_id: Of the case, or what stands in its place.
        form: With key and version.
        body: What is asked for.
        then: Path of the page to go to; None: the case.
    """
    asked = Asked(case_id, key_in(form), _version_in(form))
    reply = await ask(visit.door, visit.identity, body, asked)
    if reply.problem is not None:
        return refused(visit, reply.problem)
    after = f"{reply.service}:{reply.log_position}"
    return go_on(visit, then or f"/permohonan/{case_id}", route_name(body.COMMAND), after=after)


def go_on(visit: Visit, path: str, done: str, *, after: str = "") -> Response:
    """Go to a page, which waits until it can show what was done, and says what it was."""
    query = {"kabar": done} | ({"after": after} if after else {})
    address = f"{path}{'&' if '?' in path else '?'}{urlencode(query)}"
    if visit.is_partial:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def go_on_after(visit: Visit, path: str, done: str, answer: Placed | Response) -> Response:
    """Go to a page that waits for what a route of the API did; or say why it did not."""
    if isinstance(answer, Response):
        return readable_for_the_asker(visit.request, answer)
    return go_on(visit, path, done, after=answer.after)


def refused(visit: Visit, problem: Problem) -> Response:
    """Say why not; the page with what was typed stays open."""
    answer = problem_response(problem.slug, problem.detail, data=problem.data)
    return readable_for_the_asker(visit.request, answer)


def said_no(visit: Visit, sentence: str | None, *, problem: Problem | None = None) -> Response:
    """Say in a sentence of its own why not; without one as the problem says.

    Args:
        visit: Who asks.
        sentence: For people, Indonesian.
        problem: What a service answered; None: the form itself is not ready.
    """
    if sentence is None and problem is not None:
        return refused(visit, problem)
    slug = "form-unready" if problem is None else problem.slug
    said = {"title": sentence, "status": HTTPStatus.UNPROCESSABLE_ENTITY, "slug": slug}
    name = "_galat" if visit.is_partial else "galat"
    return bare_page(
        name, http=HTTPStatus.UNPROCESSABLE_ENTITY, problem=said, back=page_before(visit.request)
    )


def key_in(form: FormData) -> UUID:
    """The key of the form.

    Raises:
        MalformedRequestError: the form is not one of ours.
    """
    try:
        return UUID(text_in(form, _KEY))
    except ValueError as error:
        raise MalformedRequestError("the form has no key") from error


def text_in(form: FormData, name: str) -> str:
    """A field, trimmed; empty if it is not there."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def texts_in(form: FormData, name: str) -> tuple[str, ...]:
    """Every value of a field that may come several times, without empty ones."""
    values = (each.strip() for each in form.getlist(name) if isinstance(each, str))
    return tuple(each for each in values if each)


def number_in(form: FormData, name: str) -> int:
    """A whole number.

    Raises:
        MalformedRequestError: it is none.
    """
    text = text_in(form, name)
    if not text.isascii() or not text.isdigit():
        raise MalformedRequestError(f"{name} is no number")
    return int(text)


def spot_in(form: FormData, name: str) -> Spot | None:
    """A place on a page, as the viewer writes it: digest, page, across, down.

    Raises:
        MalformedRequestError: it says something else.
    """
    said = text_in(form, name)
    if not said:
        return None
    parts = said.split(" ")
    return wish(Spot, **dict(zip(Spot.model_fields, parts, strict=False)))


def _version_in(form: FormData) -> int | None:
    return number_in(form, _VERSION) if text_in(form, _VERSION) else None
