"""The whole office on real servers, and people who sit at its console."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import running_system
from jamila_testing.browser import DESK

# What a page shows is waited for as long as a busy machine may take; speed has tests of its own.
expect.set_options(timeout=20_000)


@dataclass
class Kantor:
    """A running office; each test walks cases of its own through it."""

    url: str
    office: Office
    home: Path
    _numbers: count = field(default_factory=lambda: count(100))

    def birth(self):
        """A newborn of a couple that nobody here has used: the office notices a second one."""
        return Birth.of_couple(next(self._numbers), today=datetime.now(UTC).date())

    async def case_at(self, step, *, detours=False):
        """A new birth, walked by the API until it waits at a step."""
        road = Road(self.office, self.birth())

        def walk():
            for stride in islice(road.strides(detours=detours), step):
                stride.go()
            road.wait_until(lambda case: case["step"] == step)

        await asyncio.to_thread(walk)
        return road

    async def log_in(self, window, account, screen=DESK):
        """The queue of an account, on a screen of its own."""
        page = await window.page(screen)
        await page.goto(f"{self.url}/masuk")
        await page.get_by_label("Akun").fill(account)
        await page.get_by_label("Kata sandi").fill(self.office.address.passwords[account])
        await page.get_by_role("button", name="Masuk").click()
        authenticator = self.office.authenticator(account)
        if authenticator is not None:
            await page.get_by_label("Kode").fill(await asyncio.to_thread(authenticator.code))
            await page.get_by_role("button", name="Lanjut").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page


@asynccontextmanager
async def opened(folder):
    settings = free_ports(LauncherSettings(home=folder / "home"))
    async with running_system(settings) as system:
        address = OfficeAddress.of(system)
        office = Office(address)
        try:
            yield Kantor(system.url("gateway"), office, settings.home)
        finally:
            office.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kantor(tmp_path_factory):
    """The office, ready; one per session."""
    async with opened(tmp_path_factory.mktemp("kantor")) as office:
        yield office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kantor_ramai(tmp_path_factory):
    """An office of a module's own, for whoever fills it with a busy day."""
    async with opened(tmp_path_factory.mktemp("kantor-ramai")) as office:
        yield office
