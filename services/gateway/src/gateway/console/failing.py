"""Says what went wrong in the form the asker can read."""

import json
from typing import Final

from fastapi import Request
from starlette.responses import Response

from gateway.console.pages import bare_page
from gateway.problems import MEDIA_TYPE

_API: Final = "/api/"
_KEPT_HEADERS: Final = ("retry-after", "allow")


def readable_for_the_asker(request: Request, problem: Response) -> Response:
    """Problem details as they are for programs; as a page, or a part of one, for people."""
    is_part = request.headers.get("HX-Request") == "true"
    for_people = is_part or "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith(_API) or not for_people or problem.media_type != MEDIA_TYPE:
        return problem
    said = json.loads(bytes(problem.body))
    name = "_galat" if is_part else "galat"
    shown = bare_page(name, http=problem.status_code, problem=said, back=page_before(request))
    for header in _KEPT_HEADERS:
        if header in problem.headers:
            shown.headers[header] = problem.headers[header]
    return shown


def page_before(request: Request) -> str:
    """The page before, if it is one of ours."""
    came_from = request.headers.get("referer", "")
    ours = f"{request.url.scheme}://{request.url.netloc}/"
    return came_from if came_from.startswith(ours) else "/antrean"
