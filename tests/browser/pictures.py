"""Takes the screenshots of the staff's guides: ``make guide``.

A demo office with a busy day is started for it, or ``--running`` looks at the one that runs. Codes
and times differ from run to run; people, villages and what waits where are the same.
"""

import asyncio
import io
import sys
import tempfile
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from jamila_deploy.busy_day import BusyDay, address_of
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import running_system
from jamila_testing.browser import Screen, Window, chromium

FOLDER: Final = Path(__file__).parents[2] / "docs" / "panduan" / "gambar"
DESK: Final = Screen(1180, 760)
PHONE: Final = Screen(390, 780, is_phone=True)
COLOURS: Final = 64
"""Flat pages need few; the palette makes a picture a quarter as large."""


@dataclass(frozen=True)
class Picture:
    """One screenshot."""

    name: str
    account: str | None
    path: str
    """A path, or ``step N``: the case of that step that the account has in hand, else any."""
    screen: Screen = DESK
    focus: str | None = None
    """What is scrolled to."""


PICTURES: Final = (
    Picture("masuk", None, "/masuk"),
    Picture("antrean", "loket-1", "/antrean"),
    Picture("antrean-telepon", "loket-1", "/antrean", PHONE),
    Picture("langkah-1", "loket-1", "step 1"),
    Picture("loket", "loket-1", "/loket"),
    Picture("percakapan", "loket-1", "/percakapan"),
    Picture("penyerahan", "loket-1", "/penyerahan"),
    Picture("langkah-2", "siak-1", "step 2"),
    Picture("langkah-3", "siak-2", "step 3"),
    Picture("langkah-4", "kasi-1", "step 4"),
    Picture("langkah-5", "kabid-1", "step 5"),
    Picture("langkah-6-telepon", "kadis-1", "/tanda-tangan", PHONE),
    Picture("cetak", "cetak-1", "/cetak"),
    Picture("persediaan", "cetak-1", "/persediaan"),
    Picture("dasbor", "kabid-1", "/dasbor"),
    Picture("catatan", "kasi-1", "step 4", focus="section[aria-labelledby=h-catatan]"),
    Picture("sistem", "it-1", "/sistem"),
    Picture("sistem-tertahan", "it-1", "/sistem/tertahan"),
    Picture("sistem-pesan", "admin-1", "/sistem/pesan"),
    Picture("sistem-webhook", "admin-1", "/sistem/webhook"),
    Picture("akun", "admin-1", "/akun"),
)


@asynccontextmanager
async def office_to_show():
    """The address of an office on a busy day."""
    if "--running" in sys.argv:
        yield address_of(LauncherSettings())
        return
    with tempfile.TemporaryDirectory() as home:
        wanted = LauncherSettings(home=Path(home) / "h", calendar="kalender-demo-24jam")
        settings = free_ports(wanted)
        async with running_system(settings) as system:
            address = OfficeAddress.of(system)
            with closing(Office(address)) as office:
                day = BusyDay(office, tenant=settings.tenant, logs=settings.home / "logs")
                await asyncio.to_thread(day.fill, say)
            yield address


class Photographer:
    """Logs in once per account and keeps the session for every screen."""

    def __init__(self, window, office):
        self._window = window
        self._office = office
        self._sessions = {}

    async def take(self, picture):
        """One picture, made small."""
        page = await self._window.page(picture.screen)
        if picture.account is not None:
            await self._enter(page, picture.account)
        await page.goto(self._office.address.gateway_url + self._path(picture))
        if picture.focus is not None:
            await page.locator(picture.focus).first.scroll_into_view_if_needed()
        await page.evaluate("document.querySelectorAll('#tur').forEach((each) => each.remove())")
        image = await page.screenshot(animations="disabled", caret="hide")
        await page.context.close()
        return small(image)

    async def _enter(self, page, account):
        if account in self._sessions:
            await page.context.add_cookies(self._sessions[account])
            return
        await page.goto(f"{self._office.address.gateway_url}/masuk")
        await page.get_by_label("Akun").fill(account)
        await page.get_by_label("Kata sandi").fill(self._office.address.passwords[account])
        await page.get_by_role("button", name="Masuk").first.click()
        authenticator = self._office.authenticator(account)
        if authenticator is not None:
            code = await asyncio.to_thread(authenticator.code)
            await page.get_by_label("Kode").fill(code)
            await page.get_by_role("button", name="Lanjut").click()
        await page.locator("header.top").wait_for()
        self._sessions[account] = await page.context.cookies()

    def _path(self, picture):
        if not picture.path.startswith("step "):
            return picture.path
        client = self._office.client(picture.account)
        step = int(picture.path.removeprefix("step "))
        tasks = client.queue(step=step, limit=200)["tasks"]
        mine = [each for each in tasks if each["taken_by"] == picture.account]
        return f"/permohonan/{(mine or tasks)[0]['case_id']}"


def small(image):
    """The picture with a palette of its own."""
    picture = Image.open(io.BytesIO(image)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def say(text):
    """Tell whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main():
    """Take all of them, or those that are named."""
    wanted = {each for each in sys.argv[1:] if not each.startswith("-")}
    FOLDER.mkdir(exist_ok=True)
    async with office_to_show() as address, chromium() as browser:
        with closing(Office(address)) as office:
            window = Window(browser)
            photographer = Photographer(window, office)
            for picture in PICTURES:
                if wanted and picture.name not in wanted:
                    continue
                image = await photographer.take(picture)
                (FOLDER / f"{picture.name}.png").write_bytes(image)
                say(f"  {picture.name}: {len(image) // 1024} kB")


if __name__ == "__main__":
    asyncio.run(main())
