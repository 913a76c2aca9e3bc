"""A real browser before a real server, with the content policy on. Chromium comes from the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.cast import Cast, make_cast
from tests.functional.evaluated import Findings, make_findings
from tests.setup_browser import chromium
from tests.web.world import World, make_world
from throughline.records.accounts.models import Account

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip

# A machine that runs other tests is slow, and so is a phone: nothing here says how fast anything is. Milliseconds.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

# Playwright runs an event loop in this thread; Django's own calls from it are the tests' and are fine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def brief_browser(playwright: Playwright) -> Iterator[Browser]:
    """For many pages that stand for a second each: to make their scripts faster meanwhile takes longer than that saves."""
    flags = "--js-flags=--always-sparkplug --no-maglev --no-opt"
    opened = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, flags])
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def world(cast: Cast, now: datetime) -> World:
    return make_world(cast, now)


@pytest.fixture
def findings(world: World, settings: Any, tmp_path: Path) -> Findings:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    return make_findings(world)


class Visitor:
    """Somebody at a browser. What goes wrong unseen is kept: errors of the console, other hosts asked."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.wrong: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        host = urlsplit(address).netloc
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on(
            "request",
            lambda request: (
                None
                if urlsplit(request.url).netloc in {host, ""}
                else self.wrong.append(f"asked: {request.url}")
            ),
        )

    def _console(self, message: Any) -> None:
        # a refusal that a test provokes is an answer, not an error of the page
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def is_signed_in_as(self, account: Account) -> None:
        client = Client()
        client.force_login(account)
        cookie = client.cookies["throughline"].value
        self.context.add_cookies([{"name": "throughline", "value": cookie, "url": self.address}])


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser window: visitor(width=360, dark=True); afterwards nothing may have gone wrong in any."""
    opened: list[Visitor] = []

    def open_window(
        *, width: int = 1280, height: int = 900, dark: bool = False, with_axe: bool = False, **options: Any
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            reduced_motion="reduce", locale="en-GB", **options,
        )  # fmt: skip
        if with_axe:
            assert AXE.exists(), "axe-core is not installed: npm ci"
            context.add_init_script(path=AXE)
        opened.append(Visitor(context, live_server.url))
        return opened[-1]

    yield open_window
    wrong = [line for one in opened for line in one.wrong]
    for one in opened:
        one.context.close()
    assert wrong == []
