"""A form on a phone without a network: asked, half filled, locked, reloaded, whole, and there once when the network is back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.cast import START, SYSTEM
from tests.exchange.attachment.made import SECRET, TABLES, jpeg
from tests.exchange.xlsform.sheets import xlsform
from tests.functional.conftest import Visitor
from tests.functional.test_pages import RULES, VIOLATIONS
from tests.functional.test_recorder import (
    is_kept,
    lost_connections_are_no_fault,
    recorder,
    shot,
    tab,
    unlock,
    unsent,
)
from tests.records.surveys_made import a_wave
from tests.web.world import World
from throughline.exchange.attachment.read import read_file
from throughline.exchange.xlsform.read import draft_of
from throughline.exchange.xlsform.worker import compiled
from throughline.records.engagement.models import DeviceEvent
from throughline.records.surveys.actions import (
    add_instrument_version,
    close_wave,
    open_wave,
    read_attachment,
)
from throughline.records.surveys.models import Approach, SurveyResponse, Wave
from throughline.records.surveys.queries import attachments_of, texts_of
from throughline.vocabulary.study import PhaseKind

SAID = "Quillfeather lives near the canal"
DAYS = 471_118_093  # so many digits do not stand in sealed bytes, times or identities by chance
FORM = {
    "survey": [
        ("type", "name", "label"),
        ("integer", "days", "On how many days"),
        ("text", "why", "Why here, Marchbanks"),
        ("image", "photo", "Show the Marchbanks bridge"),
    ],
    "settings": [("form_title", "form_id", "version"), ("Pipes and where", "pipes", "1")],
}
# a picture as a telephone takes it, and how large a picture is in the eyes of a browser
TAKEN = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1200 });
  canvas.getContext("2d").fillRect(200, 200, 900, 300);
  return canvas.toDataURL("image/jpeg").split(",")[1];
}"""
SEEN = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  return [picture.width, picture.height];
}"""
# every word that lies in the databases of this page, as bytes and as text
STORED = """async () => {
  const seen = [];
  const walk = (value) => {
    if (typeof value === "string" || typeof value === "number") seen.push(String(value));
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) seen.push(new TextDecoder("latin1").decode(value));
    else if (value && typeof value === "object") for (const [name, one] of Object.entries(value)) { seen.push(name); walk(one); }
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => { const asked = indexedDB.open(name); asked.onsuccess = () => resolve(asked.result); });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store);
      const of = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
      walk(await of(all.getAll())); walk(await of(all.getAllKeys()));
    }
    database.close();
  }
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) seen.push(one.url);
  return seen.join("\\n") + JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
}"""


def _photo(page: Page) -> dict[str, Any]:
    """With the place where it was taken, on its side."""
    plain = base64.b64decode(page.evaluate(TAKEN))
    exif = jpeg()[: jpeg().index(TABLES)].removeprefix(b"\xff\xd8")
    assert page.evaluate(SEEN, base64.b64encode(b"\xff\xd8" + exif + plain[2:]).decode()) == [1200, 2400]
    return {
        "name": "Quillfeather at home.jpg",
        "mimeType": "image/jpeg",
        "buffer": b"\xff\xd8" + exif + plain[2:],
    }


def _wave(world: World) -> Wave:
    content = xlsform(FORM)
    first = a_wave(world.cast)
    draft = draft_of("pipes.xlsx", content, compiled(content, "pipes"))
    version = add_instrument_version(study=first.study, code="canal", draft=draft, by=SYSTEM, at=START)
    close_wave(wave=first, by=SYSTEM, at=START + timedelta(days=1))
    return open_wave(
        study=first.study, code="canal-1", phase=PhaseKind.BEFORE, opens_on=first.opens_on, instrument_version=version,
        by=SYSTEM, at=START,
    )  # fmt: skip


def _stored(page: Page) -> str:
    found: Any = page.evaluate(STORED)
    for word in ("Quillfeather", "canal", "Marchbanks", "Pipes and where", str(DAYS)):
        assert word not in found, word
    return str(found)


def test_form_is_filled_in_without_a_network_and_is_there_once(
    visitor: Callable[..., Visitor], world: World
) -> None:
    wave = _wave(world)
    window = visitor(width=360, height=740, dark=True, with_axe=True)
    page = recorder(window, world.cast.bob.account)
    is_kept(page)
    tab(page, "Forms")
    expect(page.get_by_role("button", name="Ask somebody")).to_be_visible()
    page.wait_for_function("async () => (await caches.match('/recorder/form/')) !== undefined")
    window.context.set_offline(True)
    page.reload()
    unlock(page)
    tab(page, "Forms")
    # three taps, through whom as it stands
    page.get_by_role("button", name="Ask somebody").click()
    page.get_by_role("button", name="agreed", exact=True).click()
    assert page.evaluate(VIOLATIONS, RULES) == {}
    shot(page, "forms-asking")
    page.get_by_role("button", name="Record", exact=True).last.click()
    frame = page.frame_locator("iframe.rec-frame")
    frame.get_by_label("On how many days").press_sequentially(str(DAYS))
    frame.get_by_label("Why here, Marchbanks").fill("Quill")
    frame.locator("input[type=file]").last.set_input_files(
        {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    )
    expect(page.get_by_text("A file is of a kind that is not taken")).to_be_visible()
    frame.locator("input[type=file]").last.set_input_files(_photo(page))
    expect(frame.get_by_alt_text("Captured image preview")).to_be_visible()
    expect(page.get_by_text("What is filled in so far is kept on this device.")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    shot(page, "forms-half")
    # locked with words that were not kept yet, and gone on with after the page was opened anew
    frame.get_by_label("Why here, Marchbanks").fill(SAID)
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    _stored(page)
    page.reload()
    unlock(page)
    tab(page, "Forms")
    shot(page, "forms-list")
    page.get_by_role("button", name="Go on").click()
    expect(frame.get_by_label("Why here, Marchbanks")).to_have_value(SAID)
    expect(frame.get_by_alt_text("Captured image preview")).to_be_visible()
    frame.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The answers are saved on this device.")).to_be_visible()
    code = page.locator("[data-code]").inner_text()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
    # somebody else said no
    page.get_by_role("button", name="Ask somebody").click()
    page.get_by_role("button", name="said no", exact=True).click()
    page.get_by_role("button", name="Record", exact=True).last.click()
    expect(unsent(page)).to_have_text("3 not sent")
    stored = _stored(page)
    assert code not in stored and code.replace("-", "") not in stored
    window.context.set_offline(False)
    expect(unsent(page)).to_have_text("All sent")
    expect(page.locator("[data-asked]").filter(has_text="Receipt")).to_have_count(2)
    shot(page, "forms-sent")
    _stored(page)
    lost_connections_are_no_fault(window)

    kept = SurveyResponse.objects.get(wave=wave)
    assert (kept.answers, texts_of(kept)) == ({"days": DAYS, "photo": "given"}, {"why": SAID})
    (photo,) = attachments_of(world.cast.chen.actor, kept)
    shown = read_attachment(attachment=photo, by=world.cast.chen.actor, at=START)
    # drawn anew on the phone, as a person would hold it
    assert page.evaluate(SEEN, base64.b64encode(shown).decode()) == [1024, 2048] and SECRET not in shown
    assert page.evaluate(SEEN, base64.b64encode(read_file(_photo(page)["buffer"]).data).decode()) == [
        1200,
        2400,
    ]
    assert sorted(Approach.objects.filter(wave=wave).values_list("result", flat=True)) == [
        "consented",
        "refused",
    ]
    assert DeviceEvent.objects.filter(kind="form", state="accepted").count() == 3
