"""What the recorder costs a phone: its first load, each later one, and one without any network.

A real server (`throughline serve`), a browser with the screen of a phone, the network slowed by the browser itself (CDP):
1.6 Mbit/s down, 0.75 up, 150 ms there and back ("slow 4G"); and 0.4 Mbit/s, 400 ms ("3G at the edge"). Beside it, in the same
run, the plain form of the same server. First: an empty browser, from asking until a PIN can be chosen, or the form filled.
Later: the same browser in a new window, until the PIN can be typed. Printed: median seconds, bytes as they came over the
network (headers too) and requests answered by it; then how long the PIN takes from its last digit until the screen is there,
which is Argon2id on this machine's processor, and on one slowed four times.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.installation import new_place
from tests.setup_browser import chromium

from bench._serving import free_port, running

PIN = "204061"
MADE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.cast import START, SYSTEM, make_cast
from throughline.records.supplies.actions import add_item
cast = make_cast()
for number in range(24):
    add_item(programme=cast.programme, name=f"Item {number}", kind="foil", by=SYSTEM, at=START)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(cast.priya.account.id)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = cast.priya.account.get_session_auth_hash()
session.save()
print(json.dumps({"session": session.session_key}))
"""


class Network(NamedTuple):
    """As the browser's own tools slow one down."""

    name: str
    latency_ms: int
    down: float  # bytes a second
    up: float


NETWORKS = (
    Network("slow 4G", 150, 1_600_000 / 8, 750_000 / 8),
    Network("3G at the edge", 400, 400_000 / 8, 200_000 / 8),
)


@dataclass
class Load:
    """One load of a page: what came over the network, and how long it took."""

    seconds: float = 0.0
    received: int = 0
    asked: set[str] = field(default_factory=set)


@dataclass
class Meter:
    """Counts what a page's own requests bring, on a network that is slowed."""

    page: Page
    network: Network
    load: Load = field(default_factory=Load)

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False, "latency": self.network.latency_ms, "downloadThroughput": self.network.down,
                "uploadThroughput": self.network.up,
            },
        )  # fmt: skip
        kept: set[str] = set()

        def answered(event: dict[str, Any]) -> None:
            answer = event["response"]
            if answer.get("fromServiceWorker") or answer.get("fromDiskCache"):
                kept.add(event["requestId"])
            else:
                self.load.asked.add(event["requestId"])

        def finished(event: dict[str, Any]) -> None:
            if event["requestId"] not in kept:
                self.load.received += int(event["encodedDataLength"])

        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", finished)

    def until(self, address: str, selector: str) -> Load:
        began = time.perf_counter()
        self.page.goto(address, wait_until="commit")
        self.page.locator(selector).first.wait_for(timeout=120_000)
        self.page.wait_for_load_state("load")  # with its styles: before, nobody would fill it in
        self.load.seconds = time.perf_counter() - began
        self.page.wait_for_load_state("networkidle")
        return self.load


class Phone:
    """A browser with nothing in it, signed in."""

    def __init__(self, browser: Browser, address: str, session: str) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="en-GB"
        )
        self.context.add_cookies([{"name": "throughline", "value": session, "url": address}])

    def load(self, network: Network, path: str, selector: str) -> tuple[Page, Load]:
        page = self.context.new_page()
        return page, Meter(page, network).until(self.address + path, selector)

    def slowed(self, page: Page, times: int) -> None:
        self.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def choose_pin(page: Page) -> None:
    fields = page.locator(".rec-pin")
    fields.nth(0).fill(PIN)
    fields.nth(1).fill(PIN)
    page.locator("[data-set-up] button[type=submit]").click()
    page.locator(".rec-code").wait_for(timeout=120_000)
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")


def opened_by_pin(page: Page) -> float:
    page.locator(".rec-pin").fill(PIN)
    began = time.perf_counter()
    page.locator(".rec-gate button[type=submit]").click()
    page.locator(".rec-code").wait_for(timeout=120_000)
    return time.perf_counter() - began


def told(name: str, loads: list[Load]) -> None:
    middle: Callable[[Callable[[Load], float]], float] = lambda of: statistics.median(map(of, loads))  # noqa: E731  (read once, below)
    print(
        f"{name:44} {middle(lambda one: one.seconds):7.2f} s {middle(lambda one: one.received) / 1024:8.1f} KiB"
        f" {middle(lambda one: len(one.asked)):5.0f} requests",
        flush=True,
    )


def measure(browser: Browser, address: str, session: str, rounds: int) -> None:
    for network in NETWORKS:
        first, plain, later, without = [], [], [], []
        for _ in range(rounds):
            stranger = Phone(browser, address, session)
            plain.append(stranger.load(network, "/record/", "form.form-big")[1])
            stranger.context.close()
            phone = Phone(browser, address, session)
            page, load = phone.load(network, "/recorder/", "[data-set-up]")
            first.append(load)
            choose_pin(page)
            page.close()
            later.append(phone.load(network, "/recorder/", ".rec-pin")[1])
            phone.context.set_offline(True)
            without.append(phone.load(network, "/recorder/", ".rec-pin")[1])
            phone.context.close()
        told(f"{network.name}: plain form, first", plain)
        told(f"{network.name}: recorder, first", first)
        told(f"{network.name}: recorder, later", later)
        told(f"{network.name}: recorder, no network", without)
    waits: dict[int, list[float]] = {1: [], 4: []}
    phone = Phone(browser, address, session)
    page, _ = phone.load(NETWORKS[0], "/recorder/", "[data-set-up]")
    choose_pin(page)
    for times, found in waits.items():
        for _ in range(rounds):
            page.goto(address + "/recorder/")
            page.locator(".rec-pin").wait_for()
            phone.slowed(page, times)
            found.append(opened_by_pin(page))
    for times, found in waits.items():
        print(
            f"{f'from the PIN to the screen, processor 1/{times}':44} {statistics.median(found):7.2f} s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        folder = Path(name)
        place = new_place(folder / "home")
        made = place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
        if made.returncode:
            raise SystemExit(made.stderr)
        session = json.loads(place.python(MADE).splitlines()[-1])["session"]
        port = free_port()
        command = [sys.executable, "-m", "throughline.cli.main", "serve", "--port", str(port)]
        with (
            running(command, place.environment(), port, folder / "served.log"),
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            measure(browser, f"http://localhost:{port}", session, given.rounds)
            browser.close()


if __name__ == "__main__":
    main()
