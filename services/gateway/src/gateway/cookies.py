"""The cookie of a browser's session."""

from starlette.responses import Response

from gateway.door import Door
from gateway.session_book import Opened


def give_cookie(response: Response, door: Door, opened: Opened) -> None:
    """Let the browser hold the token: no script reads it, no other site sends it."""
    response.set_cookie(
        door.cookie,
        opened.token,
        httponly=True,
        samesite="strict",
        secure=door.secure_cookies,
        path="/",
    )


def take_cookie(response: Response, door: Door) -> None:
    """Let the browser forget it, and whatever else it kept of us."""
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    response.delete_cookie(
        door.cookie, httponly=True, samesite="strict", secure=door.secure_cookies, path="/"
    )
