"""Renders the templates: autoescaped, nothing undefined, scripts and styles from here only."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from gateway.accounts import Identity
from gateway.conditional import Conditional
from gateway.console import words, words_accounts, words_finding, words_office
from gateway.console.navigation import Place, places_for
from gateway.console.words_tour import Shown, shown
from gateway.door import Door

router = APIRouter(include_in_schema=False)

_FOLDER: Final = files("gateway") / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES: Final = ("htmx-2.0.11.min.js", "ikon.svg")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@dataclass(frozen=True)
class StaticFile:
    """A file that is served under a name made of its content, so that it may be kept for long."""

    path: str
    content: bytes
    media_type: str


def _named(name: str, content: bytes) -> StaticFile:
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    digest = sha256(content).hexdigest()[:12]
    return StaticFile(f"/statis/{stem}-{digest}{ending}", content, _TYPES[ending])


def _joined(folder: str) -> bytes:
    """The files of a folder in the order of their names: each part of the console has its own."""
    parts = sorted((_FOLDER / folder).iterdir(), key=lambda each: each.name)
    return b"\n".join(each.read_bytes() for each in parts)


def _all() -> dict[str, StaticFile]:
    contents = {name: (_FOLDER / name).read_bytes() for name in _FILES}
    contents |= {"konsol.css": _joined("gaya"), "konsol.js": _joined("skrip")}
    return {name: _named(name, content) for name, content in contents.items()}


STATIC: Final[Mapping[str, StaticFile]] = MappingProxyType(_all())
"""By the name that templates know."""
_BY_PATH: Final = {each.path: each for each in STATIC.values()}

_pages = Environment(
    loader=PackageLoader("gateway"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(
    words=words,
    words_finding=words_finding,
    words_accounts=words_accounts,
    words_office=words_office,
    static={name: each.path for name, each in STATIC.items()},
    new_key=uuid4,
)
_pages.filters.update(
    waktu=words.moment, jam=words.clock, tanggal=words.day, lama=words.duration, kode=words.code
)


@dataclass(frozen=True)
class Visit:
    """Somebody who is logged in and looks at a page."""

    request: Request
    identity: Identity
    door: Door

    @property
    def account(self) -> str:
        """Who it is."""
        return self.identity.account.account

    @property
    def capabilities(self) -> frozenset[str]:
        """What he may do now."""
        return self.identity.account.capabilities(self.door.clock.now())

    @property
    def is_partial(self) -> bool:
        """A script on the page asks for a part of it."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def unconditional(self) -> Conditional:
        """For the API's own functions: a page is made anew whatever its visitor has seen."""
        return Conditional(self.identity, self.door, self.request, Response())

    @property
    def path(self) -> str:
        """Of the page that is looked at, also while a form on it is answered."""
        if self.request.method == "GET":
            return self.request.url.path
        return urlsplit(self.request.headers.get("referer", "")).path

    @property
    def tour(self) -> Shown | None:
        """What the tour shows here."""
        places = [each.path for each in self.places]
        is_home = self.path in places[:1]
        return shown(self.identity.tour_stop, self.capabilities, is_home=is_home)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where he may go."""
        return places_for(self.capabilities)


def page(visit: Visit, name: str, *, http: int = 200, **values: Any) -> Response:
    """One page for somebody who is logged in; ``name`` is its template without folder and ending.

    The query's ``kabar`` names what was just done, and the page says so.
    """
    done = visit.request.query_params.get("kabar", "")
    text = _pages.get_template(f"konsol/{name}.html").render(
        visit=visit,
        csrf=visit.identity.csrf_token,
        now=visit.door.clock.now(),
        done=words.DONE.get(done),
        **values,
    )
    return html(text, http=http)


def bare_page(name: str, *, http: int = 200, **values: Any) -> Response:
    """A page for whoever comes, e.g. to log in."""
    return html(_pages.get_template(f"konsol/{name}.html").render(**values), http=http)


def html(text: str, *, http: int = 200) -> Response:
    """HTML under the policy of the console."""
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}
    return HTMLResponse(text, http, headers=headers)


@router.get("/statis/{name}")
async def static(name: str) -> Response:
    """A style, a script or a picture of ours."""
    found = _BY_PATH.get(f"/statis/{name}")
    if found is None:
        raise HTTPException(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found.content, media_type=found.media_type, headers=kept)


@router.get("/favicon.ico")
async def icon() -> Response:
    """What browsers ask for by themselves."""
    return await static(STATIC["ikon.svg"].path.rpartition("/")[2])
