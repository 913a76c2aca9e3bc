"""Names are looked through in the text: by keyboard and heard, by pointer, and what was missed is marked and added."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.functional import test_pages as pages
from tests.functional.conftest import Visitor
from tests.web.world import World
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Alias, Source
from throughline.records.keyring import source_keys
from throughline.vocabulary.study import SourceKind

GROUP = (
    "Moderator: And Kayleigh? 🙂\nMarlene: Kayleigh Brown found me in Todmorden, by the lock.\n"
    "P03: A lock, yes. Ring 07700 900123."
)


def a_group(world: World, at: datetime) -> Source:
    turns, place = [], 0
    for line in GROUP.split("\n"):
        label = line.split(":")[0]
        turns.append(actions.TurnDraft(place + len(label) + 2, place + len(line), label))
        place += len(line) + 1
    draft = actions.SourceDraft(
        name="Group with Marlene", kind=SourceKind.FOCUS_GROUP, text=GROUP, raw=GROUP.encode(), file_format="text",
        file_hash=hashlib.sha256(GROUP.encode()).hexdigest(), turns=tuple(turns),
    )  # fmt: skip
    return actions.add_source(analysis=world.analysis, draft=draft, by=world.cast.rosa.actor, at=at)


def live(page: Page) -> Any:
    return page.locator("[data-live]")


def test_names_are_looked_through_in_the_text(
    visitor: Callable[..., Visitor], world: World, now: datetime
) -> None:
    source = a_group(world, now)
    rosa = visitor(with_axe=True)
    rosa.is_signed_in_as(world.cast.rosa.account)
    page = rosa.go(reverse("deidentify", args=[source.id]))
    expect(page.locator("[data-ready]")).to_be_visible()
    _by_keyboard(page)
    _by_pointer(page)
    looks = (*pages.LOOKS[0], *pages.LOOKS[2])
    assert pages.seen(page, "names-marked", looks) == {}
    page.get_by_role("button", name="See what will be").click()
    expect(page.get_by_role("heading", name="6 stretches will be replaced")).to_be_visible()
    expect(page.locator("[data-ready]")).to_be_visible()
    page.get_by_role("button", name="Keep it, and open the source to the team").click()
    expect(page.get_by_text("The names are taken out")).to_be_visible()
    row = Source.objects.get(id=source.id)
    assert source_keys().open(row.id).decrypt(bytes(row.text)).decode() == (
        "Moderator: And [worker 3]? 🙂\n[person 2]: [worker 3] found me in Todmorden, by the [place A].\n"
        "P03: A [place A], yes. Ring [phone number 1]."
    )
    assert {one.label for one in Alias.objects.all()} >= {"worker 3", "place A"}


def _by_keyboard(page: Page) -> None:
    page.get_by_role("textbox", name="Text of the source").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("n")
    expect(live(page)).to_have_text("Kayleigh, person: replaced by person 1 here. Place 1 of 1, name 1 of 5.")
    # one label for all who have it
    page.keyboard.press("l")
    page.keyboard.press("Control+a")
    page.keyboard.type("worker 3")
    page.keyboard.press("Enter")
    expect(live(page)).to_have_text("worker 3 now stands for: Kayleigh, Kayleigh Brown.")
    expect(page.get_by_role("textbox", name="Text of the source")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("n")
    expect(live(page)).to_contain_text("Todmorden, place: replaced by place A here.")
    page.keyboard.press("Enter")
    expect(live(page)).to_contain_text("Todmorden, place: stays as it is here.")
    page.keyboard.press("Shift+Enter")
    expect(live(page)).to_have_text("Todmorden is replaced by place A in every place: 1.")
    page.keyboard.press("Shift+Enter")
    expect(live(page)).to_have_text("Todmorden stays as it is in every place: 1.")


def _by_pointer(page: Page) -> None:
    line = page.locator(".cm-line", has_text="A lock, yes")
    box = line.evaluate(
        """(line) => {
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf("lock");
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 4);
            const { x, y, width, height } = range.getBoundingClientRect();
            return { x: x + width / 2, y: y + height / 2 };
          }
        }"""
    )
    page.mouse.dblclick(box["x"], box["y"])
    expect(page.locator(".nm-panel [data-term]")).to_have_text("Selected, and not marked: lock")
    page.get_by_role("button", name="Take out what is selected").click()
    expect(live(page)).to_have_text("lock is taken out as place B. Places: 2.")
    page.locator("#nm-kind").select_option("organisation")
    expect(page.locator("#nm-label")).to_have_value("organisation 1")
    # what stays as it is needs no label: this one may have it
    page.locator("#nm-label").fill("place A")
    page.keyboard.press("Enter")
    expect(page.get_by_text("6 of 7 marked places will be replaced.")).to_be_visible()
    # the list says the same, and so does the text when the list is used
    page.get_by_role("button", name="All names, as a list").click()
    page.get_by_role("group", name="07700 900123").get_by_label("Leave it").check()
    assert pages.seen(page, "names-listed", pages.LOOKS[0]) == {}
    page.get_by_role("button", name="Show them in the text").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    expect(page.get_by_text("5 of 7 marked places will be replaced.")).to_be_visible()
    page.get_by_role("button", name="All names, as a list").click()
    page.get_by_role("group", name="07700 900123").get_by_label("Replace by").check()
    page.get_by_role("button", name="Show them in the text").click()
    expect(page.locator("[data-ready]")).to_be_visible()
