"""The recorder in a real browser: fifty contacts without a network, the browser closed in between, and each there once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.functional.conftest import ARGUMENTS, PATIENCE, Visitor
from tests.functional.test_pages import RULES, VIOLATIONS
from tests.setup_browser import chromium
from tests.web.world import CODE, World
from throughline.records.accounts.models import Account, Device
from throughline.records.engagement.actions import correct_contact, withdraw_contact
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft

PIN = "204061"
# What lies in the browser beside the sealed vault.
KEPT = """async () => {
  const addresses = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) addresses.push(new URL(one.url).pathname);
  const databases = (await indexedDB.databases()).map((one) => one.name);
  return { addresses, databases, other: [...Object.keys(localStorage), ...Object.keys(sessionStorage)] };
}"""
Open = Callable[..., Visitor]


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("THROUGHLINE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def choose_pin(page: Page, pin: str = PIN) -> None:
    page.get_by_label("New PIN").fill(pin)
    page.get_by_label("The same PIN again").fill(pin)
    page.get_by_role("button", name="Use this PIN").click()
    expect(page.get_by_label("Client code")).to_be_visible()


def unlock(page: Page, pin: str = PIN) -> None:
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Open", exact=True).click()


def unsent(page: Page) -> Any:
    return page.locator("[data-unsent]")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the contact").click()


def is_kept(page: Page) -> None:
    """The service worker has the page: from here on it opens without a network."""
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")


def receipts(page: Page, count: int) -> None:
    """So many of today's own records have theirs."""
    tab(page, "Today")
    expect(page.get_by_text(re.compile("Receipt [0-9a-f]{8}"))).to_have_count(count)
    expect(unsent(page)).to_have_text("All sent")


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the recorder").get_by_role("button", name=name).click()


@pytest.fixture
def at_phone(browser: Browser, live_server: Any, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """A phone whose browser can be closed and opened again: what it keeps lies in a folder."""
    opened: list[BrowserContext] = []

    def switch_on() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "phone", executable_path=chromium(), args=ARGUMENTS, viewport={"width": 360, "height": 740},
            reduced_motion="reduce", locale="en-GB", base_url=live_server.url,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield switch_on
    for context in opened:
        context.close()


def sign_in(context: BrowserContext, account: Account, address: str) -> None:
    client = Client()
    client.force_login(account)
    cookie = client.cookies["throughline"].value
    context.add_cookies([{"name": "throughline", "value": cookie, "url": address}])


def test_fifty_contacts_offline_with_the_browser_closed_are_there_once_each(
    at_phone: Callable[[], BrowserContext], world: World, live_server: Any
) -> None:
    before = Contact.objects.count()
    phone = at_phone()
    sign_in(phone, world.cast.priya.account, live_server.url)
    page = phone.new_page()
    page.goto("/recorder/")
    choose_pin(page)
    is_kept(page)
    phone.set_offline(True)
    # a usual contact: a code, one kit, nothing told. Whatever is tapped after the code is counted.
    page.evaluate("() => { window.taps = 0; addEventListener('click', () => (window.taps += 1), true); }")
    codes = [f"AB{number:02}071984F" for number in range(1, 32)]
    for number in range(50):
        code = page.get_by_label("Client code")
        code.fill(codes[number % len(codes)])
        page.get_by_role("button", name="Foil", exact=True).click()
        save(page)
        expect(unsent(page)).to_have_text(f"{number + 1} not sent")
        if number == 0:
            assert page.evaluate("() => window.taps") <= 6
    shot(page, "recorder-fifty")
    phone.close()

    phone = at_phone()
    phone.set_offline(True)
    page = phone.new_page()
    page.goto("/recorder/")
    expect(unsent(page)).to_have_text("50 not sent")
    unlock(page)
    tab(page, "Today")
    expect(page.locator("[data-record]")).to_have_count(50)
    expect(page.locator("[data-record]").first).to_contain_text("Not sent yet")
    assert codes[0] not in page.content()
    kept = page.evaluate(KEPT)
    own = ("/static/throughline/dist/", "/recorder/")
    assert all(one.startswith(own) for one in kept["addresses"]), "the page, and no answer of the server"
    assert set(kept["databases"]) == {
        "throughline-device",
        f"throughline-vault-{world.cast.priya.account.id}",
    }
    assert set(kept["other"]) <= {"htmx-current-path-for-history"}
    sign_in(phone, world.cast.priya.account, live_server.url)
    phone.set_offline(False)
    receipts(page, 50)
    assert Contact.objects.count() == before + 50
    events = DeviceEvent.objects.filter(account=world.cast.priya.account)
    assert sorted(events.values_list("device_sequence", flat=True)) == list(range(1, 51))
    assert set(events.values_list("state", flat=True)) == {"accepted"}
    made = Contact.objects.filter(device_sequence__isnull=False)
    assert {one.kit_lines.get().quantity for one in made} == {1}
    assert made.values("client").distinct().count() == 31


def recorder(window: Visitor, account: Account) -> Page:
    """The recorder of somebody who opens it on this device for the first time."""
    window.is_signed_in_as(account)
    page = window.go("/recorder/")
    choose_pin(page)
    return page


def lost_connections_are_no_fault(window: Visitor) -> None:
    window.wrong = [line for line in window.wrong if "net::ERR" not in line]


def made_by(account: Account) -> list[Contact]:
    """What their devices recorded, as it stands."""
    return list(Contact.objects.filter(recorded_by=str(account.id), device_id__isnull=False).order_by("id"))


def test_corrected_undone_and_repeated_offline_on_a_device_that_fills_up(
    visitor: Open, world: World, now: datetime
) -> None:
    window = visitor(width=360, height=740, dark=True, with_axe=True)
    # a device without room, when the test says so
    window.context.add_init_script(
        """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...given) {
          if (window.isFull) throw new DOMException("no room", "QuotaExceededError");
          return put.apply(this, given);
        };"""
    )
    page = recorder(window, world.cast.bob.account)
    is_kept(page)
    window.context.set_offline(True)
    page.get_by_label("Client code").fill("kx 1507 1984 f")
    page.get_by_role("button", name="Foil", exact=True).click()
    page.evaluate("() => { window.isFull = true; }")
    save(page)
    expect(page.get_by_role("alert").filter(has_text="no room left")).to_be_visible()
    expect(page.get_by_label("Client code")).to_have_value("kx 1507 1984 f")
    expect(unsent(page)).to_have_text("All sent")
    page.evaluate("() => { window.isFull = false; }")
    page.get_by_role("group", name="crack use").get_by_role("button", name="told", exact=True).click()
    debt = page.get_by_role("group", name="debt")
    expect(debt.get_by_role("group", name="Who raised it")).to_be_hidden()
    debt.get_by_role("button", name="declined").click()
    debt.get_by_role("button", name="the worker").click()
    court = page.get_by_role("group", name="court")
    court.get_by_role("button", name="said no").click()
    page.get_by_text("What they need, and what was done").click()
    needs = page.get_by_role("button", name="housing", exact=True)
    needs.click()
    page.get_by_role("group", name="What was done").get_by_role("button", name="advised").click()
    page.get_by_role("button", name="Something stood in the way").click()
    page.get_by_role("button", name="waiting", exact=True).click()
    page.get_by_role("group", name="On whose side: waiting").get_by_role(
        "button", name="of the service"
    ).click()
    # nothing of one thing was given, and some of it came back
    page.get_by_role("button", name="Used equipment came back").click()
    came_back = page.get_by_role("group", name="Pipe kit that came back")
    came_back.get_by_role("button", name="10 more").click()
    came_back.get_by_role("button", name="One less").click()
    page.get_by_role("button", name="One more: Also for how many other people?").click()
    assert page.evaluate(VIOLATIONS, RULES) == {}
    shot(page, "recorder-filled")
    save(page)
    expect(unsent(page)).to_have_text("1 not sent")
    # the same equipment once more, and it never happened
    page.get_by_role("button", name="The same equipment as last time").click()
    save(page)
    expect(unsent(page)).to_have_text("2 not sent")
    page.get_by_role("button", name="Undo").click()
    expect(unsent(page)).to_have_text("1 not sent")
    # put right: the same person, by another route, one more
    tab(page, "Today")
    expect(page.locator("[data-record]")).to_have_count(1)
    assert page.evaluate(VIOLATIONS, RULES) == {}
    shot(page, "recorder-today")
    page.get_by_role("button", name="Correct").click()
    page.get_by_text("Change", exact=True).click()
    page.get_by_role("group", name="By which route").get_by_role("button", name="peer").click()
    page.get_by_role("button", name="Foil 1").click()
    page.get_by_role("button", name="Save and send").click()
    expect(unsent(page)).to_have_text("2 not sent")
    # several counted together, taken back after a look
    page.get_by_role("button", name="several, counted only").click()
    expect(page.get_by_label("Client code")).to_be_hidden()
    save(page)
    expect(page.get_by_role("alert").filter(has_text="how many contacts it was")).to_be_visible()
    page.get_by_role("button", name="10 more: How many contacts?").click()
    page.get_by_role("button", name="One more: How many contacts?").click()
    page.get_by_role("button", name="Foil", exact=True).click()
    save(page)
    window.context.set_offline(False)
    expect(unsent(page)).to_have_text("All sent")
    tab(page, "Today")
    page.get_by_role("button", name="Take back").first.click()
    page.get_by_role("button", name="Really take it back?").click()
    expect(page.locator("[data-record]").first).to_contain_text("Taken back")
    expect(unsent(page)).to_have_text("All sent")
    lost_connections_are_no_fault(window)

    first, second = made_by(world.cast.bob.account)
    assert (first.client_id, first.route, first.version) == (world.client.id, "peer", 2)
    lines = {(row.item_id is None, row.quantity, row.returned) for row in first.kit_lines.all()}
    assert lines == {(False, 2, None), (True, 0, 9)} and first.on_behalf_of == 1
    told = {row.topic: (row.answer, row.raised_by) for row in first.disclosures.all()}
    assert told == {
        "crack_use": ("told", "not_recorded"), "debt": ("declined", "worker"), "court": ("said_no", "not_recorded"),
    }  # fmt: skip
    need = first.needs.get()
    assert [one.kind for one in need.actions.all()] == ["advised"]
    assert [(one.kind, one.level) for one in need.barriers.all()] == [("waiting", "organisational")]
    assert (second.kind, second.tally, second.client_id) == ("tally", 11, None)
    assert second.withdrawn_at is not None and second.route == "service"


def test_session_over_second_user_and_wrong_pin_lose_and_show_nothing(visitor: Open, world: World) -> None:
    window = visitor(width=360, height=740)
    window.page.clock.install()
    page = recorder(window, world.cast.bob.account)
    is_kept(page)
    window.context.set_offline(True)
    code = page.get_by_label("Client code")
    code.fill(CODE)
    # the keyboard's way on saves nothing; left alone, the recorder locks itself, and what was told waits in memory
    code.press("Enter")
    expect(page.get_by_role("button", name="Foil", exact=True)).to_be_focused()
    page.clock.fast_forward("05:30")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert CODE not in page.content()
    unlock(page)
    expect(code).to_have_value(CODE)
    # by keyboard alone
    code.press("Enter")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Foil 1")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(unsent(page)).to_have_text("1 not sent")
    Session.objects.all().delete()
    window.context.set_offline(False)
    expect(page.get_by_role("link", name="Sign in to send 1 record")).to_be_visible()
    page.get_by_role("button", name="Foil", exact=True).click()
    save(page)
    expect(page.get_by_role("link", name="Sign in to send 2 records")).to_be_visible()
    page.get_by_role("button", name="Lock").click()
    unlock(page, "111213")
    expect(page.get_by_role("alert").filter(has_text="Tries left: 9")).to_be_visible()
    # signed out with two unsent: said before, and they stay. Then somebody else signs in
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_text("2 records are not sent yet.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Really sign out?").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    window.is_signed_in_as(world.cast.priya.account)
    page = window.go("/recorder/")
    choose_pin(page, "918273")
    expect(unsent(page)).to_have_text("All sent")
    page.get_by_text("Menu", exact=True).click()
    expect(page.locator("[data-whose]")).to_have_text("Priya · Lantern")
    page.keyboard.press("Escape")
    tab(page, "Today")
    expect(page.get_by_text("You have recorded nothing on this device today.")).to_be_visible()
    # signing out anywhere says what waits, and keeps it; what waits of another person is not said
    window.go("/")
    assert page.locator("[data-unsent-warning]").is_hidden()
    window.is_signed_in_as(world.cast.bob.account)
    window.context.route("**/api/recorder/**", lambda route: route.abort())
    page = window.go("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-unsent-warning]")).to_be_visible()
    window.context.unroute("**/api/recorder/**")
    page = window.go("/recorder/")
    unlock(page)
    receipts(page, 2)
    lost_connections_are_no_fault(window)
    assert [one.client_id for one in made_by(world.cast.bob.account)] == [world.client.id, None]
    assert made_by(world.cast.priya.account) == []


def test_new_pin_is_for_who_signs_in_again_and_not_for_who_holds_the_phone(
    visitor: Open, world: World
) -> None:
    """Forgotten, or its key destroyed, while the session lives on: it is ended first. What waits stays."""
    bob = world.cast.bob.account
    window = visitor(width=360, height=740)
    page = recorder(window, bob)
    window.context.set_offline(True)
    page.get_by_role("button", name="Foil", exact=True).click()
    save(page)
    expect(unsent(page)).to_have_text("1 not sent")
    page.get_by_role("button", name="Lock").click()
    for press in ("PIN forgotten", "Choose a new PIN"):
        page.get_by_role("button", name=press).click()
    expect(page.get_by_text("A new PIN needs a connection.")).to_be_visible()
    # no way around by opening it anew: the old PIN is still asked for. With a connection, the session goes first
    window.context.route("**/api/recorder/events", lambda route: route.abort())
    window.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not Session.objects.exists()
    page = window.go("/recorder/")
    expect(page.get_by_role("heading", name="Sign in first")).to_be_visible()
    window.context.unroute("**/api/recorder/events")
    window.is_signed_in_as(bob)
    page = window.go("/recorder/")
    choose_pin(page, "918273")
    expect(unsent(page)).to_have_text("All sent")
    page.get_by_role("button", name="Foil", exact=True).click()
    # as after ten wrong PINs; what is kept next finds the key gone, this contact or whatever was under way: the screen is shut
    page.evaluate(
        """async (name) => {
          const database = await new Promise((resolve) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => resolve(asked.result);
          });
          await new Promise((resolve) => {
            const change = database.transaction("meta", "readwrite");
            change.objectStore("meta").delete("lock");
            change.objectStore("meta").put(true, "lock gone");
            change.oncomplete = resolve;
          });
          database.close();
          document.querySelector(".rec-bar button[type=submit]")?.click();
        }""",
        f"throughline-vault-{bob.id}",
    )
    expect(page.get_by_role("button", name="Foil", exact=True)).to_have_count(0)
    page = window.go("/recorder/")
    expect(page.get_by_role("heading", name="The PIN's key is destroyed")).to_be_visible()
    expect(page.get_by_label("New PIN")).to_have_count(0)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not Session.objects.exists()
    lost_connections_are_no_fault(window)
    # the contact that was under way left sealed for the server, or waits here for who signs in
    assert len(made_by(bob)) in {1, 2}


def test_retired_device_sends_by_file_a_conflict_comes_back_and_no_agreement_refuses(
    visitor: Open, world: World, now: datetime, tmp_path: Path
) -> None:
    programme = world.cast.programme
    type(programme).objects.filter(id=programme.id).update(is_agreement_needed=True)
    bob = world.cast.bob
    window = visitor(width=360, height=740)
    page = recorder(window, bob.account)
    is_kept(page)
    # refused before it happens; given already: recorded all the same, and flagged by the server
    page.get_by_role("button", name="Pipe kit").click(force=True)
    expect(page.get_by_text("No police agreement covers Pipe kit in Harrowmere").first).to_be_visible()
    expect(page.get_by_role("button", name="Pipe kit", exact=True)).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="It has been given out already").click()
    page.get_by_role("button", name="Pipe kit").click()
    save(page)
    receipts(page, 1)
    # corrected here while somebody else corrected it too: mine goes on top of theirs
    (contact,) = made_by(bob.account)
    assert contact.is_flagged_supply
    window.context.set_offline(True)
    page.get_by_role("button", name="Correct").click()
    page.get_by_role("button", name="Foil", exact=True).click()
    page.get_by_role("button", name="Save and send").click()
    theirs = ContactDraft(
        site_id=contact.site_id, route=Route.PEER, device_time=contact.device_time, keeps_client=True
    )
    alice = world.cast.alice.actor
    correct_contact(contact=contact, draft=theirs, base_version=1, why="told_later", by=alice, at=now)
    window.context.set_offline(False)
    expect(page.get_by_role("button", name="Came back 1")).to_be_visible()
    tab(page, "Came back")
    expect(page.get_by_text("What stands now")).to_be_visible()
    page.get_by_role("button", name="Mine on top").click()
    page.get_by_role("button", name="Really replace what stands now?").click()
    expect(page.get_by_text("Nothing came back.")).to_be_visible()
    contact.refresh_from_db()
    assert (contact.version, contact.route, contact.kit_lines.count()) == (3, "service", 2)
    # a code that the programme's rule refuses by now comes back, and goes again without being typed anew
    window.context.set_offline(True)
    tab(page, "Record")
    page.get_by_label("Client code").fill(CODE)
    save(page)
    type(programme).objects.filter(id=programme.id).update(client_code_pattern="[0-9]{4}")
    window.context.set_offline(False)
    expect(page.get_by_role("button", name="Came back 1")).to_be_visible()
    type(programme).objects.filter(id=programme.id).update(client_code_pattern=programme.client_code_pattern)
    tab(page, "Came back")
    page.get_by_role("button", name="Put right and send again").click()
    page.get_by_role("button", name="Save and send").click()
    receipts(page, 2)
    expect(page.locator("[data-record]")).to_have_count(2)
    assert made_by(bob.account)[-1].client_id == world.client.id
    # corrected here while somebody else took it back
    window.context.set_offline(True)
    tab(page, "Today")
    page.get_by_role("button", name="Correct").last.click()
    page.get_by_role("button", name="Pipe kit 1").click()
    page.get_by_role("button", name="Save and send").click()
    withdraw_contact(contact=contact, base_version=3, by=alice, at=now)
    window.context.set_offline(False)
    expect(page.get_by_role("button", name="Came back 1")).to_be_visible()
    tab(page, "Came back")
    shot(page, "recorder-came-back")
    page.get_by_text("Drop it", exact=True).click()
    page.get_by_role("button", name="What stands is right").click()
    expect(page.get_by_text("Nothing came back.")).to_be_visible()
    held = DeviceEvent.objects.filter(resolved_as__isnull=False).order_by("resolved_at")
    assert [one.resolved_as for one in held] == ["replaced", "replaced", "dropped"]
    assert not held.filter(sealed__isnull=False).exists()
    # retired while a record waits: the way is a file, sent from another device
    window.context.set_offline(True)
    tab(page, "Record")
    page.get_by_role("button", name="Foil", exact=True).click()
    save(page)
    expect(unsent(page)).to_have_text("1 not sent")
    Device.objects.filter(account=bob.account).update(retired_at=now)
    window.context.set_offline(False)
    expect(page.get_by_text("This device was retired").first).to_be_visible()
    expect(unsent(page)).to_have_text("1 not sent")
    shot(page, "recorder-retired")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save unsent records to a file").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert "sealed" in file.read_text() and "Foil" not in file.read_text()
    lost_connections_are_no_fault(window)
    other = visitor(width=360, height=740)
    page = recorder(other, bob.account)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_label("Send a file of another device of yours").set_input_files(file)
    expect(page.get_by_text("Taken from the file: 1.")).to_be_visible()
    expect(unsent(page)).to_have_text("All sent")
    assert len(made_by(bob.account)) == 3
