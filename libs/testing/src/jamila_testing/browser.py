"""A real browser for tests: Debian's chromium, driven by Playwright, that talks to nobody outside.

Async, and in the event loop of the session: Playwright's other face keeps a loop running between
tests, in which no later async test could start its own. Tests that use a page are marked
``pytest.mark.asyncio(loop_scope="session")``.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM: Final = Path("/usr/bin/chromium")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_GRAVE: Final = frozenset({"serious", "critical"})
_LOCALE: Final = "id-ID"
_ANSWERS: Final = ("Failed to load resource", "Response Status Error Code 4")
"""How the browser, and htmx, report that a server answered with a refusal."""
_LEFT: Final = ("htmx:sendAbort", "htmx:afterRequest")
"""How htmx reports that a page was left while it still asked for something."""


class BrowserMissingError(RuntimeError):
    """Debian's package ``chromium`` is not installed."""


@dataclass(frozen=True)
class Screen:
    """What somebody holds in his hands, or has on his table."""

    width: int
    height: int
    is_phone: bool = False
    is_dark: bool = False
    javascript: bool = True


SMALL_PHONE: Final = Screen(360, 740, is_phone=True)
DESK: Final = Screen(1280, 900)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser, for as long as the block lasts.

    Raises:
        BrowserMissingError: there is none to start.
    """
    if not CHROMIUM.exists():
        msg = f"{CHROMIUM} is missing; Debian: apt-get install chromium"
        raise BrowserMissingError(msg)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


class Window:
    """Pages of one test: each in a profile of its own, and what they did wrong."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.faults: list[str] = []
        """Errors of scripts and refused resources, in the browser's words."""
        self.asked: list[str] = []
        """Every address that was asked for."""

    async def page(self, screen: Screen = DESK) -> Page:
        """An empty page on a screen."""
        context = await self._browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
            java_script_enabled=screen.javascript,
            color_scheme="dark" if screen.is_dark else "light",
            locale=_LOCALE,
            accept_downloads=True,
        )
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._on_console)
        page.on("request", lambda request: self.asked.append(request.url))
        return page

    async def close(self) -> None:
        """Close all profiles."""
        for context in self._contexts:
            await context.close()

    def _on_console(self, message: Any) -> None:
        # An answer of 404 or 429 is a page like any other here; a refused style or script is not.
        known = (*_ANSWERS, *_LEFT)
        if message.type == "error" and not any(each in message.text for each in known):
            self.faults.append(message.text)


async def grave_findings(page: Page) -> Sequence[str]:
    """What axe-core finds seriously wrong with a page, one line each; needs JavaScript."""
    results = await Axe().run(page)
    return [
        f"{finding['id']}: {node['html']}"
        for finding in results.response["violations"]
        if finding["impact"] in _GRAVE
        for node in finding["nodes"]
    ]


async def overflow(page: Page) -> int:
    """By how many CSS pixels the page is wider than its screen; needs JavaScript."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(wider))


async def small_targets(page: Page, *, least: int = 44) -> Sequence[str]:
    """Buttons, fields and links of navigation that a thumb would miss; needs JavaScript."""
    found: Sequence[str] = await page.evaluate(_SMALL_TARGETS, least)
    return found


async def unfit(page: Page) -> Sequence[str]:
    """What is wrong with a page on its screen, for eyes, thumbs and readers; needs JavaScript."""
    faults = [*await grave_findings(page), *await small_targets(page)]
    wider = await overflow(page)
    return [*faults, f"{wider} px wider than the screen"] if wider > 0 else faults


_SMALL_TARGETS: Final = """
(least) => [...document.querySelectorAll('button, input, select, nav a, .button, summary')]
  .filter((element) => element.offsetParent !== null && element.type !== 'hidden')
  .map((element) => (element.matches('[type=checkbox], [type=radio], [type=file]')
    && element.closest('label')) || element)
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5)
  .map(([element, box]) => `${Math.round(box.height)} px: ${element.outerHTML.slice(0, 90)}`)
"""
